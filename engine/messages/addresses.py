"""Whom an outbox row reaches: addresses of persons outside as they are, groups and persons of the office looked up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from engine.contact import is_email, phone_number
from engine.messages.words import LANGUAGES
from engine.storage.people_tables import memberships, persons

EMAIL, SMS, WHATSAPP, LETTER = "email", "sms", "whatsapp", "surat"
PHONES = frozenset({SMS, WHATSAPP})
_PERSON = re.compile(r"person:(\d{1,18})")
_GROUP = re.compile(r"([a-z_]+)(?::([A-Za-z0-9_.-]+))?")


@dataclass(frozen=True)
class Address:
    """One addressee. problem: why nothing can be sent there, in words; None when it can."""

    to: str
    language: str
    person_id: int | None = None
    problem: str | None = None


def addresses(connection: Connection, channel: str, recipient: str, language: str = "id") -> list[Address]:
    """Everybody that `recipient` means, each once. Nobody is a problem too: one Address that says so. language: of
    people outside the office; its own have theirs."""
    kind = "phone" if channel in PHONES else "email"
    what = "nomor telepon" if kind == "phone" else "alamat surel"
    column = persons.c[kind]
    if match := _PERSON.fullmatch(recipient):
        query = select(persons.c.id, persons.c.name, persons.c.locale, column).where(persons.c.id == int(match[1]))
    elif (match := _GROUP.fullmatch(recipient)) and not recipient.isdigit():
        query = (
            select(persons.c.id, persons.c.name, persons.c.locale, column)
            .join(memberships, memberships.c.person_id == persons.c.id)
            .where(memberships.c.role == match[1], memberships.c.scope == (match[2] or ""))
        )
    else:
        return [_outside(channel, recipient, language)]
    rows = connection.execute(query.where(persons.c.active).order_by(persons.c.id)).all()
    found: dict[str, Address] = {}
    for row in rows:
        if row[3]:
            one = _outside(channel, row[3], _language(row.locale))
            found.setdefault(one.to, Address(one.to, one.language, row.id, one.problem))
    if found:
        return list(found.values())
    if not rows:
        return [Address(recipient, language, None, f"Tidak ada orang aktif dalam '{recipient}'.")]
    who = ", ".join(row.name for row in rows[:5])
    return [Address(recipient, language, None, f"Belum ada {what} pada akun {who}.")]


def _outside(channel: str, text: str, language: str) -> Address:
    text = text.strip()
    if channel == EMAIL:
        wrong = None if is_email(text) else f"'{text[:100]}' bukan alamat surel."
        return Address(text, language, None, wrong)
    number = phone_number(text)
    return Address(number or text, language, None, None if number else f"'{text[:100]}' bukan nomor telepon.")


def _language(locale: Any) -> str:
    short = str(locale or "")[:2]
    return short if short in LANGUAGES else LANGUAGES[0]
