"""Does a case get slower the longer it lasts? The 50th task next to the 5th, the 20th round of rework to the 2nd.

Two cases take turns, one near its beginning and one near its end, so that both are measured at the same time.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

from sqlalchemy import func, select

from benchmarks.ground import WARM, Ground, chain, ground, milliseconds, ratio, uji
from engine import cases
from engine.bundle import Bundle
from engine.storage.schema import cases as case_table

LENGTH = 60
Go = Callable[[], float]


def run(quick: bool = False) -> dict[str, Any]:
    """{task_50_over_5, round_20_over_2, state_bytes: {task_5, task_50, round_2, round_20}, ..._ms}."""
    rounds = (3 if quick else 30) + WARM
    task_5, task_50, tasks = _pairs(chain(LENGTH), _step, (4, 49), rounds)
    round_2, round_20, turns = _pairs(uji(), _rework, (1, 19), rounds)
    return {
        "task_50_over_5": ratio(task_50, task_5),
        "round_20_over_2": ratio(round_20, round_2),
        "task_5_ms": milliseconds(task_5),
        "task_50_ms": milliseconds(task_50),
        "round_2_ms": milliseconds(round_2),
        "round_20_ms": milliseconds(round_20),
        "state_bytes": {"task_5": tasks[0], "task_50": tasks[1], "round_2": turns[0], "round_20": turns[1]},
    }


def _pairs(
    bundle: Bundle, start: Callable[[Ground, str], tuple[int, Go]], at: tuple[int, int], rounds: int
) -> tuple[list[float], list[float], list[int]]:
    """Times of the step after `at[0]` steps and of the one after `at[1]`, three a round; sizes of the state."""
    taken: tuple[list[float], list[float]] = ([], [])
    sizes = [0, 0]
    with ground("sqlite-normal", bundle) as place:
        for number in range(rounds):
            pair = [start(place, f"{number}-{one}") for one in at]
            for (_, go), before in zip(pair, at, strict=True):
                for _ in range(before - 1):
                    go()
            for _ in range(3):
                for which, (case_id, go) in enumerate(pair):
                    seconds = go()
                    sizes[which] = _size(place, case_id)
                    if number >= WARM:
                        taken[which].append(seconds)
    return taken[0], taken[1], sizes


def _step(place: Ground, key: str) -> tuple[int, Go]:
    """A case of the long chain; going on completes one more of its tasks."""
    done = _registered(place, key)
    count = 0

    def go() -> float:
        nonlocal done, count
        count += 1
        begun = perf_counter()
        done = cases.complete(place.office, done.tasks[0].id, {}, by=place.people["bidang"], key=f"{key}-{count}")
        return perf_counter() - begun

    return done.case_id, go


def _rework(place: Ground, key: str) -> tuple[int, Go]:
    """A case that is sent back again and again; going on is one more round, of which the sending back is measured."""
    done = _registered(place, key)
    count = 0

    def go() -> float:
        nonlocal done, count
        count += 1
        answers = {"berkas_sah": "tidak"}
        begun = perf_counter()
        task = done.tasks[0].id
        done = cases.complete(place.office, task, answers, by=place.people["bidang"], key=f"{key}-{count}")
        taken = perf_counter() - begun
        done = cases.resume(place.office, done.case_id, {}, by=place.people["loket"], key=f"{key}-{count}b")
        return taken

    return done.case_id, go


def _registered(place: Ground, key: str) -> Any:
    clerk = place.people["loket"]
    done = cases.open_case(place.office, "UJI", "baru", cases.Applicant("Sari"), by=clerk, key=f"{key}-o")
    answers = {"usaha": "Warung", "ktp": True}
    return cases.complete(place.office, done.tasks[0].id, answers, by=clerk, key=f"{key}-d")


def _size(place: Ground, case_id: int) -> int:
    query = select(func.length(case_table.c.run)).where(case_table.c.id == case_id)
    with place.office.db.read() as connection:
        return int(connection.execute(query).scalar_one())
