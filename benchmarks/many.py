"""Many true cases at once: one is opened through the commands, its rows (engine state included) are then multiplied."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, insert, select

from benchmarks.ground import Ground
from engine import cases
from engine.storage.schema import cases as case_table
from engine.storage.schema import deadlines, tasks

BATCH = 1_000


def many(place: Ground, number: int) -> list[int]:
    """Ids of `number` registered cases of UJI, each with a running promise, an armed clock and an open step."""
    clerk = place.people["loket"]
    done = cases.open_case(place.office, "UJI", "baru", cases.Applicant("Sari"), by=clerk)
    cases.complete(place.office, done.tasks[0].id, {"usaha": "Warung", "ktp": True}, by=clerk)
    first = done.case_id
    with place.office.db.write() as connection:
        case = dict(connection.execute(select(case_table)).mappings().one())
        waiting = _one(connection, tasks, tasks.c.state == "open")
        armed = _one(connection, deadlines)
        for begin in range(1, number, BATCH):
            block = range(first + begin, first + min(begin + BATCH, number))
            connection.execute(insert(case_table), [_case(case, ident) for ident in block])
            connection.execute(insert(tasks), [{**waiting, "case_id": ident} for ident in block])
            connection.execute(insert(deadlines), [{**armed, "case_id": ident} for ident in block])
    return list(range(first, first + number))


def _one(connection: Any, table: Table, *where: Any) -> dict[str, Any]:
    row = dict(connection.execute(select(table).where(*where)).mappings().one())
    del row["id"]
    return row


def _case(case: dict[str, Any], ident: int) -> dict[str, Any]:
    return {**case, "id": ident, "resi": f"BENCH-{ident:06}", "public_code": f"{ident:010}"}
