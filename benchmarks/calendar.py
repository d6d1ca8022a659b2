"""A day is declared closed while 10,000 cases are open: how long until every deadline, step and promise has moved."""

from __future__ import annotations

from time import perf_counter
from typing import Any

from sqlalchemy import func, select

from benchmarks.ground import ground, kinds, uji
from benchmarks.many import many
from engine.calendar_admin import Draft, add_line, changes, checked
from engine.calendar_moves import move_due, preview
from engine.people import add_person
from engine.storage.schema import events

CASES = 10_000


def run(quick: bool = False) -> dict[str, Any]:
    """{seconds (slowest), by_database: {kind: {deadlines, moments, seconds, a_second, preview_ms}}}. Each case has one
    armed deadline, one open step and its promise: three moments."""
    number = CASES // 10 if quick else CASES
    found: dict[str, Any] = {}
    for kind in kinds():
        if kind == "sqlite-normal":
            continue
        with ground(kind, uji()) as place:
            many(place, number)
            with place.office.db.write() as connection:
                admin = add_person(connection, "admin", "admin", [("admin", None)], place.clock.now())
            closed = Draft("2016-07-19", "2016-07-19", "libur", "Tutup", "SK 1", {})
            begun = perf_counter()
            said = preview(place.office, checked(place.office, closed))
            looked = perf_counter() - begun
            add_line(place.office, closed, by=admin)
            begun = perf_counter()
            assert move_due(place.office) == number
            took = perf_counter() - begun
            [change] = changes(place.office)
            assert change.moved == said.moments == 3 * number
            with place.office.db.read() as connection:
                told = select(func.count()).where(events.c.kind == "deadline_moved")
                assert connection.execute(told).scalar_one() == number
        found[kind] = {
            "deadlines": number,
            "moments": change.moved,
            "seconds": round(took, 2),
            "a_second": round(number / took),
            "preview_ms": round(looked * 1000),
        }
    return {"seconds": max(each["seconds"] for each in found.values()), "by_database": found}
