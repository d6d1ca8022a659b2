"""The small office of tests.engine.core, with who may repair: two administrators and two heads of a bidang."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine.people import Person
from engine.storage.people_tables import memberships, persons
from engine.storage.schema import deadlines, events
from tests.engine.core.conftest import MONDAY, PEOPLE, Desk, desk  # noqa: F401  (its fixture)

ADMIN = PEOPLE["admin"]
OTHER = Person(7, "admin2", "Adi Admin", (("admin", None),))
HEAD = Person(8, "kabid", "Kiki Kabid", (("kabid", "jasa_usaha"),))
STRANGER = Person(9, "kabid2", "Koko Kabid", (("kabid", "tertentu"),))
REPAIRERS = (OTHER, HEAD, STRANGER)


def seat(office: Any) -> None:
    """Give the office those who repair, and everybody their roles in the tables."""
    with office.db.write() as connection:
        rows = [
            {"id": p.id, "username": p.username, "name": p.name, "password_hash": "-", "active": True}
            | {"locale": "id", "created_at": MONDAY}
            for p in REPAIRERS
        ]
        connection.execute(persons.insert(), rows)
        held = [
            {"person_id": p.id, "role": role, "scope": scope or ""}
            for p in (*PEOPLE.values(), *REPAIRERS)
            for role, scope in p.memberships
        ]
        connection.execute(memberships.insert(), held)


@pytest.fixture
def shop(desk: Desk) -> Desk:  # noqa: F811
    seat(desk.office)
    return desk


def timers(desk: Desk, case_id: int) -> dict[str, Any]:  # noqa: F811
    """Armed clocks by element: their rows."""
    with desk.office.db.read() as connection:
        rows = connection.execute(select(deadlines).where(deadlines.c.case_id == case_id))
        return {row.element: row for row in rows}


def last_repair(desk: Desk, case_id: int) -> Any:  # noqa: F811
    """The newest line of history that tells of a repair."""
    query = select(events).where(events.c.case_id == case_id, events.c.kind == "case_repaired")
    with desk.office.db.read() as connection:
        return connection.execute(query.order_by(events.c.seq.desc()).limit(1)).one()
