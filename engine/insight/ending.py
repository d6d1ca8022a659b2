"""Permits that end soon, and those that have ended, with whether their holders were reminded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, tuple_

from engine.ending import TAKEN_OVER
from engine.errors import NotAllowed
from engine.letters.words import office_date
from engine.office import Office
from engine.people import Person
from engine.services.revoke import IN_FORCE
from engine.storage.letter_tables import letters
from engine.storage.schema import cases, events

PAGE = 50
SOON = 90  # days; assumed


@dataclass(frozen=True)
class Ending:
    """One permit. days: until it ends, negative once it has. reminded_at: when its holder was told last."""

    letter_id: int
    case_id: int
    resi: str | None
    code: str
    number: str | None
    holder: str
    valid_until: str
    days: int
    reminded_at: datetime | None


@dataclass(frozen=True)
class Endings:
    """items: the soonest first; of those that have ended the latest first. after: pass it back for the next page.
    soon, ended: how many there are of either."""

    items: tuple[Ending, ...]
    after: tuple[str, int] | None
    soon: int
    ended: int


def permits_ending(
    office: Office,
    person: Person,
    days: int = SOON,
    *,
    code: str = "",
    ended: bool = False,
    after: tuple[str, int] | None = None,
    size: int = PAGE,
) -> Endings:
    """Those that end within so many days from today, or (ended) have ended. code: of one type. Raises NotAllowed
    without case.search."""
    if not person.may("case.search"):
        raise NotAllowed("Daftar izin memerlukan wewenang case.search.")
    today = office_date(office.now())
    first, last = today.isoformat(), (today + timedelta(days=max(0, days))).isoformat()
    soon, over = letters.c.valid_until.between(first, last), letters.c.valid_until < first
    holds = [letters.c.state == IN_FORCE, letters.c.valid_until.is_not(None), ~TAKEN_OVER]
    if code:
        holds.append(cases.c.code == code)
    where = tuple_(letters.c.valid_until, letters.c.id)
    told = select(func.max(events.c.at)).where(events.c.case_id == letters.c.case_id, events.c.kind == "permit_ending")
    about = ("id", "case_id", "number", "holder", "valid_until")
    query = (
        select(*(letters.c[name] for name in about), cases.c.resi, cases.c.code, told.scalar_subquery().label("told"))
        .join(cases, cases.c.id == letters.c.case_id)
        .where(*holds, over if ended else soon)
        .limit(size + 1)
    )
    order = (letters.c.valid_until, letters.c.id)
    query = query.order_by(*(each.desc() for each in order)) if ended else query.order_by(*order)
    if after is not None:
        query = query.where(where < tuple_(*after) if ended else where > tuple_(*after))
    counted = select(func.count()).select_from(letters.join(cases, cases.c.id == letters.c.case_id)).where(*holds)
    with office.db.read() as connection:
        rows = connection.execute(query).all()
        numbers = [int(connection.execute(counted.where(part)).scalar_one()) for part in (soon, over)]
    items = tuple(_ending(row, today) for row in rows[:size])
    more = (items[-1].valid_until, items[-1].letter_id) if len(rows) > size else None
    return Endings(items, more, *numbers)


def _ending(row: Any, today: date) -> Ending:
    left = (date.fromisoformat(row.valid_until) - today).days
    about = {name: getattr(row, name) for name in ("case_id", "resi", "code", "number", "holder", "valid_until")}
    return Ending(letter_id=row.id, **about, days=left, reminded_at=row.told)
