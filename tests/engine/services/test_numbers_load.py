"""Numbers of letters under load: several processes on one database, several kinds and two years at once, some that give
up and some that are killed in the middle. Every book still counts 1, 2, 3 and each number stands in the agenda once."""

from __future__ import annotations

import multiprocessing
import os
import random
from collections import defaultdict
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.clock import FixedClock
from engine.office import Office
from engine.services import find
from engine.services.numbers import key_of
from engine.settings import Settings
from engine.storage.service_tables import register_entries, register_numbers
from engine.unit import Unit
from tests.engine.services.conftest import Desk

WORKERS, TURNS = 4, 30
KINDS = ("izin", "rekomendasi", "penolakan", "undangan", "skrd")
YEARS = (datetime(2016, 12, 31, 16, 59, tzinfo=UTC), datetime(2016, 12, 31, 17, 0, tzinfo=UTC))  # midnight in Bekasi
KILLED = 9
Given = tuple[str, int, str]  # register, year, number


class GaveUp(Exception):
    """A command that fails after it took its number."""


def work(url: str, var: str, seed: int, case_ids: list[int], told: Connection) -> None:
    """One process: TURNS commands, each giving a letter its number. Tells what was committed; the last worker dies with
    a number in its hands."""
    choose = random.Random(seed)
    clock = FixedClock(YEARS[0])
    office = Office(Settings(database_url=url, var_dir=Path(var)), clock)
    numbered = find("penomoran/surat").short
    assert numbered is not None
    given: list[Given] = []
    for turn in range(TURNS):
        kind, at = choose.choice(KINDS), choose.choice(YEARS)
        clock.set(at)
        try:
            with office.db.write() as connection:
                unit = Unit(office, connection, None, at, None, "")
                unit.lock(choose.choice(case_ids))
                numbered(unit, unit.case, {"register": kind})
                unit.flush()
                text = unit.events[-1].data["nomor"]
                if seed == WORKERS and turn == TURNS - 1:
                    told.send(given)
                    os._exit(KILLED)  # as kill -9 would, before the commit
                if choose.random() < 0.25:
                    raise GaveUp
                row = (key_of(kind, unit.case.code), 2016 + YEARS.index(at), text)
        except GaveUp:
            continue
        given.append(row)
    told.send(given)
    office.close()


@pytest.mark.timeout(280)
def test_books_have_no_gap_and_no_double_whatever_happens_at_once(desk: Desk, tmp_path: Path) -> None:
    case_ids = [desk.case_id, *(desk.another_case() for _ in range(5)), desk.another_case(code="SIUP")]
    url = desk.office.settings.database_url
    start = multiprocessing.get_context("spawn")
    mine, theirs = zip(*(start.Pipe(duplex=False) for _ in range(WORKERS)), strict=True)
    crew = [
        start.Process(target=work, args=(url, str(tmp_path / str(seed)), seed, case_ids, theirs[seed - 1]))
        for seed in range(1, WORKERS + 1)
    ]
    for one in crew:
        one.start()
    committed: list[Given] = [row for pipe in mine for row in pipe.recv()]
    for one in crew:
        one.join(60)
    assert [one.exitcode for one in crew] == [0] * (WORKERS - 1) + [KILLED]

    books: dict[tuple[str, int], list[int]] = defaultdict(list)
    entered: list[Given] = []
    with desk.office.db.read() as connection:
        for row in connection.execute(select(register_entries).order_by(register_entries.c.sequence)):
            books[row.register, row.year].append(row.sequence)
            entered.append((row.register, row.year, row.number))
        last = {(row.register, row.year): row.last for row in connection.execute(select(register_numbers))}
    assert sorted(entered) == sorted(committed), "what was committed stands in the agenda, and nothing else"
    assert len({number for _, _, number in entered}) == len(entered)
    assert books == {book: list(range(1, count + 1)) for book, count in last.items()}
    assert len(books) >= 2 * len(KINDS) and len(entered) > WORKERS * TURNS / 2
