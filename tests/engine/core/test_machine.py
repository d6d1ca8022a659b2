"""Random people doing random things at random moments: whatever they try, what is stored stays true."""

from __future__ import annotations

import contextlib
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from engine import automatic, cases, work
from engine.clock import FixedClock
from engine.errors import Refused
from engine.office import Office
from engine.settings import Settings
from engine.storage.people_tables import persons
from engine.storage.schema import cases as case_table
from engine.storage.schema import incidents
from engine.verify import verify
from tests.engine.core.conftest import MONDAY, PEOPLE, Desk, bundle, failing

ANSWERS: dict[str, list[dict[str, Any]]] = {
    "daftar": [{"usaha": "Warung", "ktp": True}, {"usaha": "Toko", "ktp": False}, {"ktp": True}],
    "periksa": [{"berkas_sah": "ya"}, {"berkas_sah": "tidak"}, {"berkas_sah": "mungkin"}],
    "teken": [{"tanggapan_ini": "setuju"}, {"tanggapan_ini": "keberatan"}],
    "verifikasi": [{"hasil": "disetujui"}, {"hasil": "disetujui"}, {"hasil": "ditolak"}],
}
WHO = st.sampled_from(sorted(PEOPLE))
NUMBER = st.integers(0, 7)


class Counter(RuleBasedStateMachine):
    """Every rule is one attempt; being refused is all right, being half done is not."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        self.clock = FixedClock(MONDAY)
        self.office = Office(
            Settings(database_url=f"sqlite:///{folder / 'm.sqlite3'}", var_dir=folder, synchronous="NORMAL"), self.clock
        )
        self.desk = Desk(self.office, self.clock)
        self.keys = 0
        self.last: tuple[Any, tuple[Any, ...], dict[str, Any]] | None = None
        failing.clear()

    def teardown(self) -> None:
        failing.clear()
        self.office.close()
        self._folder.cleanup()

    @initialize()
    def office_opens(self) -> None:
        self.office.db.create_all()
        with self.office.db.write() as connection:
            rows = [
                {
                    "id": p.id,
                    "username": p.username,
                    "name": p.name,
                    "password_hash": "-",
                    "active": True,
                    "locale": "id",
                    "created_at": MONDAY,
                }
                for p in PEOPLE.values()
            ]
            connection.execute(persons.insert(), rows)
            self.office.definitions.activate(
                connection, bundle(), from_at=MONDAY, by_name="Uji", decree="Kep. 1", now=MONDAY
            )

    def attempt(self, command: Any, *args: Any, by: str | None) -> None:
        self.keys += 1
        given: dict[str, Any] = {"key": f"k{self.keys}"} | ({"by": PEOPLE[by]} if by else {})
        self.last = (command, args, given)
        before = self.story()
        try:
            command(self.office, *args, **given)
        except Refused:
            assert self.story() == before, "what is refused changes nothing"

    def story(self) -> list[Any]:
        with self.office.db.read() as connection:
            return [
                tuple(row)
                for row in connection.execute(select(case_table.c.id, case_table.c.version, case_table.c.head))
            ]

    def pick(self, number: int) -> int:
        ids = [row[0] for row in self.story()]
        return ids[number % len(ids)] if ids else 0

    @rule(who=WHO, variant=st.sampled_from(["baru", "ulang", "lain"]))
    def open(self, who: str, variant: str) -> None:
        if len(self.story()) < 6:
            self.attempt(cases.open_case, "UJI", variant, cases.Applicant("Sari"), by=who)

    @rule(who=WHO, case=NUMBER, task=NUMBER, answer=NUMBER)
    def complete(self, who: str, case: int, task: int, answer: int) -> None:
        open_tasks = self.desk.tasks(self.pick(case))
        if open_tasks:
            row = open_tasks[task % len(open_tasks)]
            options = ANSWERS.get(row.element, [{}])
            self.attempt(cases.complete, row.id, options[answer % len(options)], by=who)

    @rule(case=NUMBER, task=NUMBER, answer=st.integers(0, 1))
    def complete_rightly(self, case: int, task: int, answer: int) -> None:
        """The one whose task it is gives an answer that the form takes, so that cases get on."""
        open_tasks = self.desk.tasks(self.pick(case))
        if open_tasks:
            row = open_tasks[task % len(open_tasks)]
            by = next(name for name, person in PEOPLE.items() if row.group_key in cases.acting_groups(person))
            options = ANSWERS.get(row.element, [{}])
            self.attempt(cases.complete, row.id, options[answer % len(options)], by=by)

    @rule(who=WHO, case=NUMBER, task=NUMBER, release=st.booleans())
    def hold(self, who: str, case: int, task: int, release: bool) -> None:
        open_tasks = self.desk.tasks(self.pick(case))
        if open_tasks:
            command = cases.release if release else cases.claim
            self.attempt(command, open_tasks[task % len(open_tasks)].id, by=who)

    @rule(who=WHO, case=NUMBER, reason=st.sampled_from(["Batal", " "]))
    def withdraw(self, who: str, case: int, reason: str) -> None:
        self.attempt(cases.withdraw, self.pick(case), reason, by=who)

    @rule(who=WHO, case=NUMBER)
    def bring(self, who: str, case: int) -> None:
        self.attempt(cases.resume, self.pick(case), {"catatan": "dibawa"}, by=who)

    @rule(who=WHO, case=NUMBER, missing=st.sampled_from(["KTP", ""]))
    def send_back(self, who: str, case: int, missing: str) -> None:
        for row in self.desk.tasks(self.pick(case))[:1]:
            self.attempt(cases.return_for_completion, row.id, missing, by=who)

    @precondition(lambda self: self.last is not None)
    @rule()
    def knock_twice(self) -> None:
        """The same command again with the same key: the first answer, or the same refusal, and nothing is done."""
        assert self.last is not None
        command, args, given = self.last
        before = self.story()
        with contextlib.suppress(Refused):
            command(self.office, *args, **given)
        with self.office.db.read() as connection:
            used = connection.exec_driver_sql(
                "SELECT count(*) FROM event WHERE command_key LIKE '%:' || ?", (given["key"],)
            ).scalar()
        if used:
            assert self.story() == before

    @rule(hours=st.sampled_from([1, 5, 24, 72, 400]))
    def time_passes(self, hours: int) -> None:
        self.clock.at += timedelta(hours=hours)

    @rule()
    def office_works(self) -> None:
        work.run_all(self.office)

    @rule(operator=st.sampled_from(["uji/resi", "uji/surat", None]))
    def something_breaks(self, operator: str | None) -> None:
        failing.clear()
        if operator:
            failing[operator] = "rusak"

    @rule(who=WHO)
    def retry(self, who: str) -> None:
        with self.office.db.read() as connection:
            found = connection.execute(select(incidents.c.id).where(incidents.c.state == "open").limit(1)).scalar()
        if found:
            self.attempt(automatic.retry_incident, found, by=who)

    @invariant()
    def everything_is_true(self) -> None:
        if self.story():
            assert verify(self.office).problems == []


TestCounter = Counter.TestCase
TestCounter.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)
