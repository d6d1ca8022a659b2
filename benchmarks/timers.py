"""Finding the clocks that are due among 20,000 open cases next to 200: fifty are due in both."""

from __future__ import annotations

from typing import Any

from benchmarks.crowd import DUE, crowd
from benchmarks.ground import ground, kinds, milliseconds, ratio, timed, uji
from engine.deadlines import due_cases

FEW, MANY = 200, 20_000


def run(quick: bool = False) -> dict[str, Any]:
    """{many_over_few (worst), by_database: {kind: {few_ms, many_ms, many_over_few}}}."""
    times, worst = (20 if quick else 200), 0.0
    found: dict[str, Any] = {}
    for kind in kinds():
        if kind == "sqlite-full":
            continue  # reading does not wait for the disk
        taken = {}
        for number in (FEW, MANY):
            with ground(kind, uji()) as place:
                crowd(place, number, 10)

                def look(place: Any = place) -> None:
                    with place.office.db.read() as connection:
                        assert len(due_cases(connection, place.clock.now(), 200)) == DUE

                look()
                taken[number] = timed(look, times)
        over = ratio(taken[MANY], taken[FEW])
        worst = max(worst, over)
        found[kind] = {
            "few_ms": milliseconds(taken[FEW]),
            "many_ms": milliseconds(taken[MANY]),
            "many_over_few": over,
        }
    return {"many_over_few": worst, "few": FEW, "many": MANY, "due": DUE, "by_database": found}
