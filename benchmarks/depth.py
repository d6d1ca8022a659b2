"""Does a case get slower the longer it lasts? The 50th task next to the 5th, the 20th round of rework to the 2nd."""

from __future__ import annotations

from time import perf_counter
from typing import Any

from benchmarks.ground import Ground, chain, ground, milliseconds, ratio, uji
from engine import cases

LENGTH = 60
WARM = 2  # cases that are not measured


def run(quick: bool = False) -> dict[str, Any]:
    """{task_50_over_5, round_20_over_2, state_bytes: {task_5, task_50, round_2, round_20}, ...}."""
    rounds = 5 if quick else 30
    early, late, sizes = [], [], {}
    with ground("sqlite-normal", chain(LENGTH)) as place:
        for number in range(rounds):
            for step, taken, size in _chain(place, number):
                if number >= WARM and 4 <= step <= 6:
                    early.append(taken)
                if number >= WARM and 49 <= step <= 51:
                    late.append(taken)
                sizes[step] = size
    first, last, loop = [], [], {}
    with ground("sqlite-normal", uji()) as place:
        for number in range(rounds):
            for turn, taken, size in _rework(place, number):
                if number >= WARM and 2 <= turn <= 3:
                    first.append(taken)
                if number >= WARM and 19 <= turn <= 20:
                    last.append(taken)
                loop[turn] = size
    return {
        "task_50_over_5": ratio(late, early),
        "round_20_over_2": ratio(last, first),
        "task_5_ms": milliseconds(early),
        "task_50_ms": milliseconds(late),
        "round_2_ms": milliseconds(first),
        "round_20_ms": milliseconds(last),
        "state_bytes": {"task_5": sizes[5], "task_50": sizes[50], "round_2": loop[2], "round_20": loop[20]},
    }


def _chain(place: Ground, number: int) -> Any:
    done = _registered(place, f"c{number}")
    for step in range(1, LENGTH):
        begun = perf_counter()
        done = cases.complete(place.office, done.tasks[0].id, {}, by=place.people["bidang"], key=f"c{number}-{step}")
        yield step, perf_counter() - begun, _size(place, done.case_id)


def _rework(place: Ground, number: int) -> Any:
    done = _registered(place, f"r{number}")
    for turn in range(1, 21):
        begun = perf_counter()
        answers = {"berkas_sah": "tidak"}
        done = cases.complete(
            place.office, done.tasks[0].id, answers, by=place.people["bidang"], key=f"r{number}-{turn}"
        )
        taken = perf_counter() - begun
        done = cases.resume(place.office, done.case_id, {}, by=place.people["loket"], key=f"r{number}-{turn}b")
        yield turn, taken, _size(place, done.case_id)


def _registered(place: Ground, key: str) -> Any:
    clerk = place.people["loket"]
    done = cases.open_case(place.office, "UJI", "baru", cases.Applicant("Sari"), by=clerk, key=f"{key}-o")
    answers = {"usaha": "Warung", "ktp": True}
    return cases.complete(place.office, done.tasks[0].id, answers, by=clerk, key=f"{key}-d")


def _size(place: Ground, case_id: int) -> int:
    from sqlalchemy import func, select

    from engine.storage.schema import cases as table

    with place.office.db.read() as connection:
        return int(connection.execute(select(func.length(table.c.run)).where(table.c.id == case_id)).scalar_one())
