"""The office of tests.engine.core, with what tests of the clock ask again and again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engine.calendar_admin import Draft, add_line
from engine.storage.schema import deadlines, events
from tests.engine.core.conftest import PEOPLE, Desk, desk  # noqa: F401  (a fixture here too)

ADMIN = PEOPLE["admin"]


def closed(desk: Desk, first: str, last: str = "", decree: str = "SK Wali Kota 1/2016", key: str | None = None) -> int:  # noqa: F811
    """The office is closed on these dates."""
    return add_line(desk.office, Draft(first, last, "libur", "Kantor tutup", decree, {}), by=ADMIN, key=key)


def armed(desk: Desk, case_id: int) -> list[Any]:  # noqa: F811
    """The armed timers of a case, by name."""
    query = select(deadlines).where(deadlines.c.case_id == case_id).order_by(deadlines.c.name, deadlines.c.id)
    with desk.office.db.read() as connection:
        return list(connection.execute(query))


def told(desk: Desk, case_id: int, kind: str) -> list[dict[str, Any]]:  # noqa: F811
    """The data of a case's events of one kind."""
    query = select(events.c.data).where(events.c.case_id == case_id, events.c.kind == kind).order_by(events.c.seq)
    with desk.office.db.read() as connection:
        return list(connection.execute(query).scalars())
