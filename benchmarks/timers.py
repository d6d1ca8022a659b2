"""Finding the clocks that are due among 100,000 that are armed next to 1,000, turn by turn: fifty are due in both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.crowd import DUE, crowd
from benchmarks.ground import Ground, ground, kinds, milliseconds, ratio, turns, uji
from engine.deadlines import due_cases, lease_due

FEW, MANY = 1_000, 100_000


def run(quick: bool = False) -> dict[str, Any]:
    """{many_over_few (worst), by_database: {kind: {find: {few_ms, many_ms, many_over_few}, take: the same}}}. find: the
    look of a worker; take: leasing what is due, rolled back."""
    worst = 0.0
    found: dict[str, Any] = {}
    for kind in kinds():
        if kind == "sqlite-full":
            continue  # reading does not wait for the disk
        with ground(kind, uji()) as small, ground(kind, uji()) as large:
            crowd(small, FEW, 10)
            crowd(large, MANY, 10)
            found[kind] = {
                name: _figures(*turns(work(small), work(large), 20 if quick else 200))
                for name, work in (("find", _look), ("take", _take))
            }
        worst = max(worst, *(each["many_over_few"] for each in found[kind].values()))
    return {"many_over_few": worst, "few": FEW, "many": MANY, "due": DUE, "by_database": found}


def _look(place: Ground) -> Callable[[], None]:
    def look() -> None:
        with place.office.db.read() as connection:
            assert len(due_cases(connection, place.clock.now(), 200)) == DUE

    return look


def _take(place: Ground) -> Callable[[], None]:
    def take() -> None:
        with place.office.db.read() as connection:  # rolled back
            assert len(lease_due(connection, place.clock.now(), 200)) == DUE

    return take


def _figures(few: list[float], many: list[float]) -> dict[str, Any]:
    return {"few_ms": milliseconds(few), "many_ms": milliseconds(many), "many_over_few": ratio(many, few)}
