"""Who stands in for whom today: substitutes and Plh, from the leave calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine.storage import driver
from engine.storage.clock_tables import absences
from engine.storage.driver import Hot
from engine.storage.people_tables import memberships, persons

from .person import Person, StandIn

_JAKARTA = timezone(timedelta(hours=7))  # dates of absences are the office's own
_PERSONAL = frozenset({"admin", "designer"})  # trusted to the person, not to the chair
_ACTIVE = Hot(
    select(
        absences.c.person_id,
        absences.c.substitute_id,
        absences.c.kind,
        absences.c.decree,
        persons.c.name,
        memberships.c.role,
        memberships.c.scope,
    )
    .select_from(absences)
    .join(persons, persons.c.id == absences.c.person_id)
    .outerjoin(memberships, memberships.c.person_id == absences.c.person_id)
    .where(
        absences.c.last >= bindparam("day"),
        absences.c.first <= bindparam("day"),
        absences.c.withdrawn_at.is_(None),
        absences.c.substitute_id.is_not(None),
    )
    .order_by(absences.c.id)
)


def with_substitutions(conn: Connection, person: Person, now: datetime) -> Person:
    """The person, and for whom they stand in at `now`. A substitute who is absent hands on to the next."""
    return standing_in(person, driver.run(conn, [active_substitutions(now)])[0])


def active_substitutions(now: datetime) -> driver.Order:
    """The question whose rows `standing_in` reads, to be asked together with others."""
    return _ACTIVE, {"day": local_day(now).isoformat()}


def standing_in(person: Person, rows: Sequence[Any]) -> Person:
    """The person, with those for whom they stand in by these rows."""
    return replace(person, stands_for=_found(person.id, rows)) if rows else person


def local_day(now: datetime) -> date:
    """The office's date."""
    return now.astimezone(_JAKARTA).date()


def _found(person_id: int, rows: Sequence[Any]) -> tuple[StandIn, ...]:
    found: dict[int, StandIn] = {}
    todo = [person_id]
    while todo:
        substitute = todo.pop()
        for row in rows:
            if row.substitute_id != substitute or row.person_id == person_id:
                continue
            known = found.get(row.person_id)
            if known is None:
                todo.append(row.person_id)
                known = found[row.person_id] = StandIn(row.person_id, row.name, row.kind, row.decree, ())
            held = (row.role, row.scope or None)
            if row.role is not None and row.role not in _PERSONAL and held not in known.memberships:
                found[row.person_id] = replace(known, memberships=(*known.memberships, held))
    return tuple(found.values())
