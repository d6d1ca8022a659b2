"""Finding the clocks that are due among 20,000 open cases next to 200, turn by turn: fifty are due in both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.crowd import DUE, crowd
from benchmarks.ground import Ground, ground, kinds, milliseconds, ratio, turns, uji
from engine.deadlines import due_cases

FEW, MANY = 200, 20_000


def run(quick: bool = False) -> dict[str, Any]:
    """{many_over_few (worst), by_database: {kind: {few_ms, many_ms, many_over_few}}}."""
    worst = 0.0
    found: dict[str, Any] = {}
    for kind in kinds():
        if kind == "sqlite-full":
            continue  # reading does not wait for the disk
        with ground(kind, uji()) as small, ground(kind, uji()) as large:
            crowd(small, FEW, 10)
            crowd(large, MANY, 10)
            few, many = turns(_look(small), _look(large), 20 if quick else 200)
        over = ratio(many, few)
        worst = max(worst, over)
        found[kind] = {"few_ms": milliseconds(few), "many_ms": milliseconds(many), "many_over_few": over}
    return {"many_over_few": worst, "few": FEW, "many": MANY, "due": DUE, "by_database": found}


def _look(place: Ground) -> Callable[[], None]:
    def look() -> None:
        with place.office.db.read() as connection:
            assert len(due_cases(connection, place.clock.now(), 200)) == DUE

    return look
