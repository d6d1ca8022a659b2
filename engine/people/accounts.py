"""Accounts: who has one, with which roles. The caller's transaction is committed by the caller."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import Connection, Select, delete, insert, select, update

from engine.contact import is_email, phone_number
from engine.errors import Invalid, NotFound
from engine.permissions import ROLES, SCOPED_ROLES
from engine.storage.people_tables import memberships, persons, sessions

from .passwords import HASHER, hashed, password_errors
from .person import Person, grouped, normal_username, with_memberships

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_SCOPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}")  # a part of group keys, hence without a colon


def add_person(
    conn: Connection,
    username: str,
    name: str,
    memberships_: Iterable[tuple[str, str | None]],
    now: datetime,
    password: str | None = None,
    *,
    locale: str = "id",
    hasher: PasswordHasher = HASHER,
) -> Person:
    """A new person. Without a password they cannot log in until one is set.

    Raises: Invalid (fields username, name, memberships, password).
    """
    username, name = normal_username(username), name.strip()
    held = tuple(sorted(set(memberships_), key=lambda one: (one[0], one[1] or "")))
    errors = _errors(username, name, held)
    if password is not None and (wrong := password_errors(password)):
        errors["password"] = wrong
    if "username" not in errors and conn.scalar(select(persons.c.id).where(persons.c.username == username)):
        errors["username"] = ["Nama pengguna sudah dipakai."]
    if errors:
        raise Invalid(errors)
    values = {
        "username": username,
        "name": name,
        "password_hash": "" if password is None else hashed(hasher, password),
        "active": True,
        "locale": locale,
        "created_at": now,
    }
    person_id: int = conn.execute(insert(persons).values(values).returning(persons.c.id)).scalar_one()
    if held:
        rows = [{"person_id": person_id, "role": role, "scope": scope or ""} for role, scope in held]
        conn.execute(insert(memberships), rows)
    return Person(person_id, username, name, held)


def set_password(conn: Connection, person_id: int, password: str, *, hasher: PasswordHasher = HASHER) -> None:
    """Change a password and end every session of the person.

    Raises: Invalid (field password), NotFound.
    """
    if wrong := password_errors(password):
        raise Invalid({"password": wrong})
    _update(conn, person_id, password_hash=hashed(hasher, password))
    conn.execute(delete(sessions).where(sessions.c.person_id == person_id))


def set_active(conn: Connection, person_id: int, active: bool) -> None:
    """Open or close a person's account; closing ends every session, and tokens stop working.

    Raises: NotFound.
    """
    _update(conn, person_id, active=active)
    if not active:
        conn.execute(delete(sessions).where(sessions.c.person_id == person_id))


def set_contact(conn: Connection, person_id: int, email: str | None, phone: str | None) -> None:
    """Where messages of the office reach a person; empty takes the way away.

    Raises: Invalid (fields email, phone), NotFound.
    """
    email, phone = (email or "").strip(), (phone or "").strip()
    number = phone_number(phone) if phone else None
    wrong: dict[str, list[str]] = {}
    if email and not is_email(email):
        wrong["email"] = ["Alamat surel seperti nama@contoh.go.id."]
    if phone and number is None:
        wrong["phone"] = ["Nomor telepon seperti 0812 3456 7890."]
    if wrong:
        raise Invalid(wrong)
    _update(conn, person_id, email=email or None, phone=number)


def contact_of(conn: Connection, person_id: int) -> tuple[str | None, str | None]:
    """(e-mail, telephone) of a person. Raises: NotFound."""
    row = conn.execute(select(persons.c.email, persons.c.phone).where(persons.c.id == person_id)).one_or_none()
    if row is None:
        raise NotFound("Pengguna tidak ditemukan.")
    return row.email, row.phone


def find(conn: Connection, person_id: int) -> Person:
    """The person of this id, active or not. Raises: NotFound."""
    return _one(conn, with_memberships().where(persons.c.id == person_id))


def by_username(conn: Connection, username: str) -> Person:
    """The person of this name, active or not. Raises: NotFound."""
    username = normal_username(username)
    if not USERNAME.fullmatch(username):
        raise NotFound("Pengguna tidak ditemukan.")
    return _one(conn, with_memberships().where(persons.c.username == username))


def list_persons(conn: Connection, *, group: str | None = None, inactive: bool = False) -> list[Person]:
    """Persons by name; `group` ("bidang:jasa_usaha", "loket") keeps its members only."""
    query = with_memberships()
    if not inactive:
        query = query.where(persons.c.active)
    if group is not None:
        role, _, scope = group.partition(":")
        members = select(memberships.c.person_id).where(memberships.c.role == role, memberships.c.scope == scope)
        query = query.where(persons.c.id.in_(members))
    return sorted(grouped(conn.execute(query)), key=lambda person: (person.name.casefold(), person.id))


def _one(conn: Connection, query: Select[Any]) -> Person:
    found = grouped(conn.execute(query))
    if not found:
        raise NotFound("Pengguna tidak ditemukan.")
    return found[0]


def _update(conn: Connection, person_id: int, **values: object) -> None:
    if not conn.execute(update(persons).where(persons.c.id == person_id).values(**values)).rowcount:
        raise NotFound("Pengguna tidak ditemukan.")


def _errors(username: str, name: str, held: Sequence[tuple[str, str | None]]) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if not USERNAME.fullmatch(username):
        errors["username"] = ["Nama pengguna 2-40 huruf kecil, angka, titik, garis bawah atau tanda hubung."]
    if not name:
        errors["name"] = ["Isi nama."]
    if wrong := [message for role, scope in held if (message := _membership_error(role, scope))]:
        errors["memberships"] = wrong
    return errors


def _membership_error(role: str, scope: str | None) -> str | None:
    if role not in ROLES:
        return f"Peran tidak dikenal: {role}."
    if (role in SCOPED_ROLES) != bool(scope):
        return f"Peran {role} {'memerlukan' if role in SCOPED_ROLES else 'tidak memakai'} lingkup."
    if scope and not _SCOPE.fullmatch(scope):
        return f"Lingkup tidak dikenal: {scope}."
    return None
