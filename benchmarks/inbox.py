"""The first page of the inbox at 20,000 open tasks next to 200, in groups of 10 and of 200 people, turn by turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.crowd import crowd
from benchmarks.ground import Ground, ground, kinds, milliseconds, ratio, turns, uji
from engine import inbox
from engine.people import Person

FEW, MANY = 200, 20_000


def run(quick: bool = False) -> dict[str, Any]:
    """{many_over_few (worst), by_database: {kind: {group_of_10, group_of_200}: {few_ms, many_ms, many_over_few}}}."""
    worst = 0.0
    found: dict[str, Any] = {}
    for kind in kinds():
        if kind == "sqlite-full":
            continue  # reading does not wait for the disk
        found[kind] = {}
        for people in (10, 200):
            with ground(kind, uji()) as small, ground(kind, uji()) as large:
                crowd(small, FEW, people)
                crowd(large, MANY, people)
                few, many = turns(_look(small), _look(large), 20 if quick else 100)
            over = ratio(many, few)
            worst = max(worst, over)
            found[kind][f"group_of_{people}"] = {
                "few_ms": milliseconds(few),
                "many_ms": milliseconds(many),
                "many_over_few": over,
            }
    return {"many_over_few": worst, "few": FEW, "many": MANY, "by_database": found}


def _look(place: Ground) -> Callable[[], Any]:
    person = Person(1_001, "p", "P", (("bidang", "jasa_usaha"),))
    return lambda: inbox.page(place.office, person)
