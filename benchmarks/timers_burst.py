"""2,000 clocks come due at the same moment: how many strike a second, by one worker and by four, none of them twice."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any

from sqlalchemy import func, insert, select

from benchmarks.ground import Ground, ground, kinds, uji
from benchmarks.many import many
from engine.office import Office
from engine.storage.schema import cases, deadlines, events, outbox
from engine.work import fire_all

CLOCKS, WORKERS, FLOOR = 2_000, 4, 300


def run(quick: bool = False) -> dict[str, Any]:
    """{a_second (slowest), by_database: {kind: {one, four, floor_a_second, of_floor}}}. floor: commits of a small row,
    same database, same run."""
    number = CLOCKS // 10 if quick else CLOCKS
    found: dict[str, Any] = {}
    for kind in kinds():
        if kind == "sqlite-normal":
            continue
        figures: dict[str, Any] = {}
        for name, workers in (("one", 1), ("four", WORKERS)):
            with ground(kind, uji()) as place:
                many(place, number)
                if name == "one":
                    figures["floor_a_second"] = round(_floor(place, FLOOR))
                place.clock.advance(days=3)
                begun = perf_counter()
                struck = sum(_fire(place, workers))
                took = perf_counter() - begun
                assert struck == number, f"{struck} of {number}"
                _each_once(place, number)
                figures[name] = round(number / took)
        figures["of_floor"] = round(figures["one"] / figures["floor_a_second"], 2)
        found[kind] = figures
    slowest = min(min(each["one"], each["four"]) for each in found.values())
    return {"a_second": slowest, "clocks": number, "by_database": found}


def _fire(place: Ground, workers: int) -> Iterator[int]:
    """What each worker let strike; each has an office of its own, as a process would."""
    if workers == 1:
        yield fire_all(place.office)
        return
    offices = [Office(place.office.settings, place.clock) for _ in range(workers)]
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(fire_all, offices)
    for office in offices:
        office.close()


def _each_once(place: Ground, number: int) -> None:
    with place.office.db.read() as connection:
        struck = select(func.count()).where(events.c.kind == "clock_struck")
        assert connection.execute(struck).scalar_one() == number
        twice = select(events.c.case_id).where(events.c.kind == "reminded").group_by(events.c.case_id)
        assert connection.execute(twice.having(func.count() > 1)).first() is None
        assert connection.execute(select(func.count()).select_from(outbox)).scalar_one() == number
        assert connection.execute(select(func.count()).where(deadlines.c.due_at <= place.clock.now())).scalar_one() == 0


def _floor(place: Ground, times: int) -> float:
    """Commits a second of nothing but one row."""
    with place.office.db.read() as connection:
        case = connection.execute(select(cases.c.id).limit(1)).scalar_one()
    begun = perf_counter()
    for number in range(times):
        with place.office.db.write() as connection:
            row = {"case_id": case, "seq": 100_000 + number, "at": place.clock.now(), "kind": "floor", "data": {}}
            connection.execute(insert(events).values(**row, hash=b"x" * 32))
    return times / (perf_counter() - begun)
