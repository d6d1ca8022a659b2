"""One completed task, all included, next to the floor: same machine, same database, same run, turn by turn."""

from __future__ import annotations

from typing import Any

from benchmarks.floor import Floor
from benchmarks.ground import ground, kinds, milliseconds, ratio, uji
from benchmarks.walk import whole_case


def run(quick: bool = False) -> dict[str, Any]:
    """{floor_ratio (SQLite as shipped: synchronous FULL), by_database: {kind: {step_ms, floor_ms, floor_ratio}}}."""
    found: dict[str, Any] = {}
    bundle = uji()
    for kind in kinds():
        with ground(kind, bundle) as place:
            floor = Floor(place.office, bundle)
            steps, floors = [], []
            for number in range(15 if quick else 80):
                for taken in whole_case(place, f"s{number}"):
                    if number >= 5:  # the first ones warm up
                        steps.append(taken)
                        floors.append(floor.step())
            floor.close()
            found[kind] = {
                "steps": len(steps),
                "step_ms": milliseconds(steps),
                "floor_ms": milliseconds(floors),
                "floor_ratio": ratio(steps, floors),
            }
    return {"floor_ratio": found["sqlite-full"]["floor_ratio"], "by_database": found}
