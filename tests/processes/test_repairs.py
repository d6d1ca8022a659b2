"""The shipped SOPs under repair: cases that are put back and suspended at random still reach an end, and stay true."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from engine.bundle import read_bundle
from engine.clock import FixedClock
from engine.dossier import case_view
from engine.office import Office
from engine.people import Person
from engine.repair import consent, preview, proposals, propose, repair
from engine.repair.choices import places
from engine.settings import Settings
from engine.storage.people_tables import memberships, persons
from engine.storage.schema import cases
from engine.storage.service_tables import payments, register_entries
from tests.walker import ROOT, START, Walker

SECOND = Person(2, "kedua", "Orang Kedua", (("admin", None),))
MOST = 6  # repairs of one case; without end it would never get on


class Mender(Walker):
    """Puts cases back and suspends them on the way."""

    def __init__(self, office: Office, clock: FixedClock, code: str) -> None:
        super().__init__(office, clock, code)
        self.chance = random.Random(7)
        self.repairs: Counter[int] = Counter()
        self.done: Counter[str] = Counter()

    def _open(self, case_id: int) -> list[Any]:
        waiting = super()._open(case_id)
        if waiting and self.repairs[case_id] < MOST and self.chance.random() < 0.12:
            self.repairs[case_id] += 1
            self._stand(case_id) if self.chance.random() < 0.3 else self._put_back(case_id)
            self._work()
            return super()._open(case_id)
        return waiting

    def _stand(self, case_id: int) -> None:
        repair(self.office, case_id, "suspend", {}, "uji", by=self.person)
        self.clock.advance(minutes=self.chance.randrange(10, 20_000))
        repair(self.office, case_id, "resume", {}, "uji", by=self.person)
        self.done["suspend"] += 1

    def _put_back(self, case_id: int) -> None:
        offered = [p for p in places(self.office, case_view(self.office, self.person, case_id)) if not p.refused]
        if not offered:
            return
        place = self.chance.choice(offered)
        args = {"process": place.process, "element": place.element}
        seen = preview(self.office, self.person, case_id, "send_back", args)
        if seen.consent:
            propose(self.office, case_id, "send_back", args, "uji", by=self.person)
            consent(self.office, proposals(self.office, SECOND)[0].id, by=SECOND)
        else:
            repair(self.office, case_id, "send_back", args, "uji", by=self.person)
        assert any(row.element == place.element for row in super()._open(case_id))
        self.done["over" if seen.kept else "back"] += 1


@pytest.mark.parametrize(("code", "limit"), [("HO", 6), ("TDP", 6)])
def test_repaired_cases_reach_an_end(tmp_path: Path, code: str, limit: int) -> None:
    clock = FixedClock(START)
    settings = Settings(f"sqlite:///{tmp_path / 'perbaikan.sqlite3'}", tmp_path, synchronous="NORMAL", secret="uji")
    office = Office(settings, clock, random.Random(1))
    office.db.create_all()
    with office.db.write() as connection:
        for person in (Person(1, "semua", "Semua", ()), SECOND):
            row = {"id": person.id, "username": person.username, "name": person.name, "password_hash": "-"}
            connection.execute(insert(persons).values(**row, active=True, locale="id", created_at=START))
        connection.execute(insert(memberships).values(person_id=1, role="kepala_badan", scope=""))
        bundle = read_bundle(code, ROOT / "processes", ROOT / "forms")
        office.definitions.activate(connection, bundle, from_at=START, by_name="uji", decree="uji", now=START)
    mender = Mender(office, clock, code)
    found = mender.walk(limit)
    assert found.problems == []
    assert mender.done["back"] and mender.done["suspend"], mender.done
    with office.db.read() as connection:
        closed = list(connection.execute(select(cases.c.closed_at)).scalars())
        paid = Counter(connection.execute(select(payments.c.case_id)).scalars())
        given = connection.execute(select(register_entries.c.case_id, register_entries.c.register))
        entries = Counter(tuple(row) for row in given)
    assert all(closed), "every case reaches an end"
    assert all(times == 1 for times in paid.values()), "nobody pays twice"
    assert all(times == 1 for (_, book), times in entries.items() if book.startswith("izin")), "one number a permit"
    office.close()
