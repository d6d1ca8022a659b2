"""The first page of the inbox at 20,000 open tasks next to 200, in groups of 10 and of 200 people."""

from __future__ import annotations

from typing import Any

from benchmarks.crowd import crowd
from benchmarks.ground import ground, kinds, milliseconds, ratio, timed, uji
from engine import inbox
from engine.people import Person

FEW, MANY = 200, 20_000


def run(quick: bool = False) -> dict[str, Any]:
    """{many_over_few (worst), by_database: {kind: {group_of_10, group_of_200}: {few_ms, many_ms, many_over_few}}}."""
    times, worst = (20 if quick else 100), 0.0
    found: dict[str, Any] = {}
    for kind in kinds():
        if kind == "sqlite-full":
            continue  # reading does not wait for the disk
        found[kind] = {}
        for people in (10, 200):
            taken = {}
            for number in (FEW, MANY):
                with ground(kind, uji()) as place:
                    crowd(place, number, people)
                    person = Person(1_000, "p", "P", (("bidang", "jasa_usaha"),))
                    inbox.page(place.office, person)
                    taken[number] = timed(lambda: inbox.page(place.office, person), times)  # noqa: B023
            over = ratio(taken[MANY], taken[FEW])
            worst = max(worst, over)
            found[kind][f"group_of_{people}"] = {
                "few_ms": milliseconds(taken[FEW]),
                "many_ms": milliseconds(taken[MANY]),
                "many_over_few": over,
            }
    return {"many_over_few": worst, "few": FEW, "many": MANY, "by_database": found}
