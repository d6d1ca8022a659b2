"""Two families are shown the same plot: the shipped IPTM gives it to the first, and tells the second at the field."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from engine import cases
from engine.bundle import read_bundle
from engine.clock import FixedClock
from engine.errors import Invalid
from engine.office import Office
from engine.settings import ROOT, Settings
from engine.storage.people_tables import persons
from engine.storage.plot_tables import plot_claims
from engine.storage.schema import events, incidents
from engine.verify import verify
from tests.walker import START, Walker

PLOT = {"tpu": "Jatisari", "blok": "A12", "petak": "7", "petak_tersedia": "ya"}


class Tpu(Walker):
    """Brings cases to where the TPU's officer reserves the plot."""

    def waiting(self) -> int:
        """The open task "Pesan petak makam" of a new case."""
        applicant = cases.Applicant("Sari", phone="0812000000")
        case_id = cases.open_case(self.office, self.code, "baru", applicant, by=self.person).case_id
        for step in range(1, 10):
            [row] = self._open(case_id)
            if row.element == "pesan":
                return int(row.id)
            values = {**self._answers(row, step), **({"berkas_sah": "ya"} if row.form == "umum/periksa_berkas" else {})}
            cases.complete(self.office, row.id, values, by=self.person)
        raise AssertionError("it never came to the plot")

    def reserve(self, task: int, key: str | None = None) -> Any:
        try:
            return cases.complete(self.office, task, PLOT, by=self.person, key=key)
        except Invalid as refused:
            return refused.fields

    def rows(self, table: Any) -> list[Any]:
        with self.office.db.read() as connection:
            return list(connection.execute(select(table)))


@pytest.fixture
def tpu(database_url: str, tmp_path: Path) -> Iterator[Tpu]:
    clock = FixedClock(START)
    office = Office(Settings(database_url, tmp_path, synchronous="NORMAL", secret="uji"), clock)
    office.db.create_all()
    with office.db.write() as connection:
        row = {"id": 1, "username": "semua", "name": "Semua", "password_hash": "-", "active": True, "locale": "id"}
        connection.execute(insert(persons).values(**row, created_at=START))
        bundle = read_bundle("IPTM", ROOT / "processes", ROOT / "forms")
        office.definitions.activate(connection, bundle, from_at=START, by_name="uji", decree="uji", now=START)
    yield Tpu(office, clock, "IPTM")
    office.close()


def test_the_second_is_told_at_the_field_and_nothing_happens(tpu: Tpu) -> None:
    first, second = tpu.waiting(), tpu.waiting()
    tpu.reserve(first)
    before = len(tpu.rows(events))
    assert "sudah dipesan untuk permohonan BPPT-2016-000001" in tpu.reserve(second)["petak"][0]
    assert len(tpu.rows(events)) == before and tpu.rows(incidents) == []
    done = cases.complete(tpu.office, second, {**PLOT, "petak": "8"}, by=tpu.person)
    assert "makam" in {element for element, *_ in done.opened}
    assert verify(tpu.office).problems == []


def test_at_the_same_moment_one_of_them_gets_it(tpu: Tpu) -> None:
    tasks = [tpu.waiting() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda task: tpu.reserve(task, key=f"petak-{task}"), tasks))
    refused = [answer for answer in answers if isinstance(answer, dict)]
    assert len(refused) == 3 and all(answer["petak"] for answer in refused)
    assert len(tpu.rows(plot_claims)) == 1 and tpu.rows(incidents) == []
    assert verify(tpu.office).problems == []
