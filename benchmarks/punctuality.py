"""How late a clock strikes after its moment, with the scheduler that the server carries and the machine's own time."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from time import monotonic, sleep
from typing import Any

from sqlalchemy import select

from benchmarks.ground import Ground, ground, kinds, uji
from benchmarks.many import many
from engine.clock import SystemClock
from engine.office import Office
from engine.stepping import move_dues
from engine.storage.schema import cases, deadlines, events
from engine.work import Scheduler

CLOCKS, SPAN = 120, 20.0  # so many clocks within so many seconds, at random moments
PATIENCE = 30.0


def run(quick: bool = False) -> dict[str, Any]:
    """{p95_seconds (worst), by_database: {kind: {clocks, lateness: {p50, p95} in seconds, worst}}}."""
    number, span = (CLOCKS // 6, SPAN / 4) if quick else (CLOCKS, SPAN)
    found: dict[str, Any] = {}
    for kind in kinds():
        if kind == "sqlite-normal":
            continue
        with ground(kind, uji()) as place:
            ids = many(place, number)
            office = Office(place.office.settings, SystemClock())
            moments = _set(place, ids, office.now() + timedelta(seconds=2), span)
            scheduler = Scheduler(office)
            scheduler.start()
            try:
                late = _wait(place, moments, span + PATIENCE)
            finally:
                scheduler.stop()
                office.close()
        ordered = sorted(late)
        found[kind] = {
            "clocks": number,
            "lateness_seconds": {
                "p50": round(ordered[len(ordered) // 2], 2),
                "p95": round(ordered[int(len(ordered) * 0.95)], 2),
            },
            "worst_seconds": round(ordered[-1], 2),
        }
    return {"p95_seconds": max(each["lateness_seconds"]["p95"] for each in found.values()), "by_database": found}


def _set(place: Ground, ids: list[int], first: datetime, span: float) -> dict[int, datetime]:
    """Give each case's clock a moment of its own, in the engine's state and in its row."""
    rng = random.Random(1)
    moments = {ident: first + timedelta(seconds=rng.uniform(0, span)) for ident in ids}
    with place.office.db.write() as connection:
        token = connection.execute(select(deadlines.c.token).limit(1)).scalar_one()
        state = connection.execute(select(cases.c.run).limit(1)).scalar_one()
        for ident, moment in moments.items():
            run = move_dues(state, {token: moment})
            connection.execute(cases.update().where(cases.c.id == ident).values(run=run))
            connection.execute(
                deadlines.update().where(deadlines.c.case_id == ident).values(due_at=moment, base_minutes=None)
            )
    return moments


def _wait(place: Ground, moments: dict[int, datetime], longest: float) -> list[float]:
    """Seconds between each clock's moment and the line of history that says it struck."""
    query = select(events.c.case_id, events.c.at).where(events.c.kind == "clock_struck")
    until = monotonic() + longest
    while True:
        with place.office.db.read() as connection:
            struck = {row.case_id: row.at for row in connection.execute(query)}
        if len(struck) == len(moments):
            return [(struck[ident] - moment).total_seconds() for ident, moment in moments.items()]
        if monotonic() > until:
            raise RuntimeError(f"only {len(struck)} of {len(moments)} clocks struck")
        sleep(0.2)
