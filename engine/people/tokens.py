"""Tokens of the API: a named secret that a program keeps, its hash here, with an end."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import Connection, Update, bindparam, delete, insert, select, update

from engine.errors import Invalid, NotFound
from engine.storage import driver
from engine.storage.database import Database
from engine.storage.driver import Hot
from engine.storage.people_tables import api_tokens, persons

from .person import Person, grouped, with_memberships
from .secret import note_use, recent, secret_hash
from .substitutes import active_substitutions, standing_in

LIFE = timedelta(days=90)
LONGEST = timedelta(days=366)
PREFIX = "simyandu_"  # lets scanners for secrets recognise a leaked one
_BEARER = Hot(  # asked by every request
    with_memberships(api_tokens.c.last_used_at)
    .join(api_tokens, api_tokens.c.person_id == persons.c.id)
    .where(api_tokens.c.token_hash == bindparam("token"), api_tokens.c.expires_at > bindparam("now"), persons.c.active)
)


@dataclass(frozen=True)
class ApiToken:
    """A token of the API as its owner sees it; the secret itself is shown once, when it is made."""

    token_hash: str
    name: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


def create_token(conn: Connection, person_id: int, name: str, now: datetime, life: timedelta = LIFE) -> str:
    """A token for the API, shown this once. Raises: Invalid (fields name, life)."""
    errors: dict[str, list[str]] = {}
    if not name.strip():
        errors["name"] = ["Beri nama token ini."]
    if not timedelta() < life <= LONGEST:
        errors["life"] = ["Masa berlaku paling lama satu tahun."]
    if errors:
        raise Invalid(errors)
    token = PREFIX + secrets.token_urlsafe(32)
    values = {"token_hash": secret_hash(token), "person_id": person_id, "name": name.strip()[:80]}
    conn.execute(insert(api_tokens).values(**values, created_at=now, expires_at=now + life))
    return token


def token_person(conn: Connection, token: str, now: datetime) -> Person | None:
    """Whose API token this is, or None. Notes its use at most once a minute, if the caller commits."""
    person, due = _look(conn, token, now)
    if due:
        note_use(conn, _use(token, now))
    return person


def token_visitor(database: Database, token: str, now: datetime) -> Person | None:
    """`token_person` for a request: reads, and writes in a transaction of its own only when a use is to be noted."""
    with database.read() as conn:
        person, due = _look(conn, token, now)
    if due:
        with database.write() as conn:
            note_use(conn, _use(token, now))
    return person


def tokens_of(conn: Connection, person_id: int) -> list[ApiToken]:
    """A person's API tokens, newest first."""
    columns = [api_tokens.c[field.name] for field in fields(ApiToken)]
    query = select(*columns).where(api_tokens.c.person_id == person_id).order_by(api_tokens.c.created_at.desc())
    return [ApiToken(*row) for row in conn.execute(query)]


def revoke_token(conn: Connection, person_id: int, kept: str) -> None:
    """Make a token of this person worthless. Raises: NotFound when it is nobody's, or somebody else's."""
    mine = api_tokens.c.person_id == person_id, api_tokens.c.token_hash == kept
    if not conn.execute(delete(api_tokens).where(*mine)).rowcount:
        raise NotFound("Token tidak ditemukan.")


def _look(conn: Connection, token: str, now: datetime) -> tuple[Person | None, bool]:
    """The person, and whether the use is due to be noted."""
    rows, substitutions = driver.run(
        conn, [(_BEARER, {"token": secret_hash(token), "now": now}), active_substitutions(now)]
    )
    found = [standing_in(person, substitutions) for person in grouped(rows)]
    return next(iter(found), None), bool(rows) and not recent(rows[0].last_used_at, now)


def _use(token: str, now: datetime) -> Update:
    return update(api_tokens).where(api_tokens.c.token_hash == secret_hash(token)).values(last_used_at=now)
