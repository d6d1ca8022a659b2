"""Commands a second of a replay: real types, every role, one commit a command, on databases of both kinds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from benchmarks.ground import ground, kinds
from engine.replay import activate_shipped, replay, year_start
from engine.storage.schema import events

CODES = ("IMB", "IPTM", "SIUP", "TDP")
FIRST = (  # the first event of each command
    *("case_opened", "task_completed", "case_resumed", "task_claimed", "case_withdrawn"),
    *("work_finished", "clock_struck"),
)


def run(quick: bool = False) -> dict[str, Any]:
    """{commands_per_second (SQLite NORMAL), by_database: {kind: {commands, seconds, commands_per_second, step_ms}}}."""
    found = {}
    for kind in kinds():
        with ground(kind) as place:
            activate_shipped(place.office, CODES, year_start(2016))
            done = replay(place.office, 2016, 0.003 if quick else 0.02, CODES)
            assert done["refused"] == [] and done["cases_opened"] == done["cases_closed"]
            with place.office.db.read() as connection:
                query = select(func.count()).where(events.c.kind.in_(FIRST))
                commands = connection.execute(query.select_from(events)).scalar_one()
            found[kind] = {
                "cases": done["cases_opened"],
                "commands": commands,
                "seconds": done["seconds"],
                "commands_per_second": round(commands / done["seconds"]),
                "step_ms": done["step_ms"],
            }
    return {"commands_per_second": found["sqlite-normal"]["commands_per_second"], "by_database": found}
