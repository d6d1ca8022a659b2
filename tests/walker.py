"""Walks a permit type until every sequence flow of its drawings has been taken, through the commands that pages call.

`python -m tests.walker SIUP` prints the flows that no walk took. What to answer is chosen so that values which gateways
read come up in turn; clocks are let strike, dossiers handed in incomplete, applications withdrawn.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import insert, select

from engine import cases, work
from engine.bundle import read_bundle
from engine.clock import FixedClock
from engine.deadlines import next_due
from engine.definitions import Version
from engine.documents import DocumentStore
from engine.dossier import task_view
from engine.errors import Gone
from engine.forms import Form
from engine.letters.words import office_date
from engine.meetings import cancel_meeting
from engine.meetings.leaving import FELL_THROUGH
from engine.model import after, boundary_events
from engine.office import Office
from engine.people import Person
from engine.services.owed import owed
from engine.services.rapat import INVITED
from engine.settings import ROOT, Settings
from engine.storage.agenda_tables import meeting_cases
from engine.storage.people_tables import memberships, persons
from engine.storage.schema import cases as case_table
from engine.storage.schema import deadlines, events, tasks
from engine.storage.service_tables import bills, meetings
from engine.verify import verify

START = datetime(2016, 2, 1, 2, 0, tzinfo=UTC)
MAX_STEPS = 160  # tasks of one case
BIDANG = ("jasa_usaha", "tertentu", "non_perizinan")


@dataclass
class Walk:
    """What the walks of one type found. missing: "process/source>target" of flows never taken; problems: of verify."""

    code: str
    cases: int = 0
    steps: int = 0
    missing: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)


def everybody(version: Version, office: Office) -> Person:
    """One person who holds every role everywhere, so that the walk may do any task."""
    agencies = list(yaml.safe_load((office.settings.processes_dir / "shared" / "instansi.yaml").read_text()))
    districts = ["Bekasi Timur", "Bekasi Barat"]
    held: list[tuple[str, str | None]] = [
        (role, None)
        for role in ("loket", "paip", "tata_usaha", "kepala_badan", "bendahara", "management", "designer", "admin")
    ]
    held += [(role, bidang) for role in ("bidang", "kabid") for bidang in BIDANG]
    held += [("tim_teknis", str(agency)) for agency in {*agencies, *(version.permit.get("instansi") or [])}]
    held += [("camat", district) for district in districts]
    return Person(1, "semua", "Semua Peran", tuple(held))


class Walker:
    """Opens cases of one type and answers them until all flows were taken or `limit` cases are done."""

    def __init__(self, office: Office, clock: FixedClock, code: str, seed: int = 1) -> None:
        self.office, self.clock, self.code = office, clock, code
        self.random = random.Random(seed)
        self.used: Counter[Any] = Counter()
        with office.db.read() as connection:
            self.version = office.definitions.active(connection, code, clock.now())
        self.person = everybody(self.version, office)
        self.taken: set[str] = set()

    def flows(self) -> set[str]:
        """Every flow of every drawing the type uses."""
        return {
            f"{process.id}/{flow.source}>{flow.target}"
            for process in self.version.processes.values()
            for flow in process.flows.values()
        }

    def walk(self, limit: int = 150) -> Walk:
        found = Walk(self.code)
        variants = [row["kode"] for row in self.version.permit["varian"]]
        while found.cases < limit and (found.cases < len(variants) or self.flows() - self.taken):
            variant = variants[found.cases % len(variants)]
            applicant = cases.Applicant("Walker", phone="0812000000", email="w@example.id", kecamatan="Bekasi Timur")
            case_id = cases.open_case(self.office, self.code, variant, applicant, by=self.person).case_id
            found.cases += 1
            found.steps += self._case(case_id)
            self._note(case_id, found)
        found.missing = sorted(self.flows() - self.taken)
        found.problems = verify(self.office).problems
        return found

    def _case(self, case_id: int) -> int:
        mood = self.random.random()
        withdraw_at = self.random.randrange(2, 12) if mood < 0.12 else None
        slow = mood > 0.6
        for step in range(MAX_STEPS):
            self._work()
            waiting = self._open(case_id)
            if not waiting:
                with self.office.db.read() as connection:
                    if next_due(connection) is None:
                        return step
                if not self._strike():
                    return step
                continue
            if step == withdraw_at and self._withdraw(case_id):
                return step
            if slow and self.random.random() < 0.5:
                self._strike()
            elif self.random.random() < 0.5:
                self._strike_untaken(waiting)
            waiting = self._open(case_id) or waiting
            row = self.random.choice(waiting)
            self.clock.advance(minutes=self.random.randrange(5, 90))
            if any(r.id == row.id for r in self._open(case_id)):
                cases.complete(self.office, row.id, self._answers(row, step), by=self.person)
        raise AssertionError(
            f"{self.code}: after {MAX_STEPS} steps the case is still open at {[r.element for r in waiting]}"
        )

    def _withdraw(self, case_id: int) -> bool:
        try:
            cases.withdraw(self.office, case_id, "berubah rencana", by=self.person)
        except Gone:
            return False
        self._work()
        return not self._open(case_id)

    def _answers(self, row: Any, step: int) -> dict[str, Any]:
        form: Form = self.version.form(row.form)
        fixed: dict[str, Any] = {}
        for item in form.fields:
            choices: list[Any] = [option.value for option in item.options]
            if item.type == "checkbox":
                choices = [True, False]
            if item.key in self.version.bundle.reads and choices and item.type != "checklist":
                here = (row.process, row.element, item.key)
                fresh = [v for v in choices if not self.used[here, v]]
                explore = not item.decision or (step < 70 and self.random.random() < 0.5)
                if fresh and step < MAX_STEPS // 2:
                    value = fresh[0]  # what nobody has answered at this step yet
                else:
                    value = min(choices, key=lambda v: self.used[here, v]) if explore else choices[0]
                self.used[here, value] += 1
                fixed[item.key] = value
        with self.office.db.read() as connection:
            case = connection.execute(select(case_table).where(case_table.c.id == row.case_id)).one()
        if "jumlah" in form.by_key and (bill := self._bill(row.case_id)) is not None:
            today = office_date(self.clock.now())
            fixed |= {"jumlah": owed(bill.total, bill.due_at, today).total, "tanggal_bayar": today.isoformat()}
            fixed["bukti"] = f"FT{row.id}"
        if row.form == "umum/undang_rapat":  # a time that nobody else has taken, as the page proposes it
            fixed |= task_view(self.office, self.person, row.id).values
        if "petak" in form.by_key:  # a burial plot that nobody else has
            fixed["petak"] = str(row.case_id)
        for item in form.fields:
            if item.type == "filepicker":
                fixed[item.key] = None
        answers = form.example(self.random, cases.form_context(case), **fixed)
        if form.has_requirements:
            give_all = step > 0 or self.random.random() < 0.7
            for item in form.fields:
                if item.requirement == "wajib" and item.key in answers and item.key not in fixed:
                    answers[item.key] = give_all
        return answers

    def _bill(self, case_id: int) -> Any | None:
        query = select(bills.c.total, bills.c.due_at).where(bills.c.case_id == case_id).order_by(bills.c.id.desc())
        with self.office.db.read() as connection:
            return connection.execute(query.limit(1)).one_or_none()

    def _strike(self) -> bool:
        with self.office.db.read() as connection:
            due = next_due(connection)
        if due is None:
            return False
        self.clock.set(max(due, self.clock.now()) + timedelta(minutes=1))
        self._work()
        return True

    def _strike_untaken(self, waiting: list[Any]) -> None:
        """Let a timer on a waiting step strike, or a meeting fall through, whose way nobody has gone yet."""
        for row in waiting:
            process = self.version.processes[row.process]
            for event in boundary_events(process, row.element):
                ways = self._ways(process, event.id)
                if event.event_ref == FELL_THROUGH and ways - self.taken and self._cancel(row.case_id):
                    return
                if event.event == "timer" and ways - self.taken:
                    query = select(deadlines.c.due_at).where(
                        deadlines.c.case_id == row.case_id,
                        deadlines.c.element == event.id,
                        deadlines.c.due_at.is_not(None),
                    )
                    with self.office.db.read() as connection:
                        due = connection.execute(query.limit(1)).scalar()
                    if due is not None:
                        self.clock.set(max(due, self.clock.now()) + timedelta(minutes=1))
                        self._work()
                        return

    def _ways(self, process: Any, element: str) -> set[str]:
        """The flows out of an element, and all of a phase that they lead to at once."""
        ways = set()
        for target in after(process, element):
            ways.add(f"{process.id}/{element}>{target}")
            called = self.version.processes.get(process.elements[target].called_element or "")
            ways |= {f"{called.id}/{flow.source}>{flow.target}" for flow in called.flows.values()} if called else set()
        return ways

    def _cancel(self, case_id: int) -> bool:
        """Cancel the meeting that the case is invited to, if there is one."""
        query = (
            select(meeting_cases.c.meeting_id)
            .join(meetings, meetings.c.id == meeting_cases.c.meeting_id)
            .where(meeting_cases.c.case_id == case_id, meeting_cases.c.state == INVITED, meetings.c.state == INVITED)
        )
        with self.office.db.read() as connection:
            meeting = connection.execute(query).scalar()
        if meeting is not None:
            cancel_meeting(self.office, meeting, "berhalangan", by=self.person)
        return meeting is not None

    def _work(self) -> None:
        work.run_all(self.office)

    def _open(self, case_id: int) -> list[Any]:
        query = select(tasks).where(tasks.c.case_id == case_id, tasks.c.state == "open").order_by(tasks.c.id)
        with self.office.db.read() as connection:
            return list(connection.execute(query))

    def _note(self, case_id: int, found: Walk) -> None:
        query = select(events.c.data).where(events.c.case_id == case_id)
        with self.office.db.read() as connection:
            for data in connection.execute(query).scalars():
                for entry in data.get("lewat", []):
                    source, _, targets = entry.partition(">")
                    self.taken.update(f"{source}>{target}" for target in targets.split(",") if target)
            columns = select(case_table.c.state, case_table.c.closed_at)
            case = connection.execute(columns.where(case_table.c.id == case_id)).one()
            found.ends[case.state if case.closed_at else "masih terbuka"] += 1


def walked(code: str, folder: Path, limit: int = 150) -> Walk:
    """Walk a type in an office of its own."""
    clock = FixedClock(START)
    settings = Settings(f"sqlite:///{folder / 'jalan.sqlite3'}", folder, synchronous="NORMAL", secret="uji")
    office = Office(settings, clock, random.Random(1))
    office.documents = DocumentStore(folder / "dokumen")
    office.db.create_all()
    try:
        with office.db.write() as connection:
            connection.execute(
                insert(persons).values(
                    id=1, username="semua", name="Semua", password_hash="-", active=True, locale="id", created_at=START
                )
            )
            chairs = [("kepala_badan", ""), ("camat", "Bekasi Timur"), ("camat", "Bekasi Barat")]
            chairs.append(("tim_teknis", "dispenda"))
            held = [{"person_id": 1, "role": role, "scope": scope} for role, scope in chairs]
            connection.execute(insert(memberships), held)
            bundle = read_bundle(code, ROOT / "processes", ROOT / "forms")
            office.definitions.activate(connection, bundle, from_at=START, by_name="uji", decree="uji", now=START)
        return Walker(office, clock, code).walk(limit)
    finally:
        office.close()


if __name__ == "__main__":
    for each in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as place:
            result = walked(each, Path(place))
        print(each, result.cases, "cases", result.steps, "steps", dict(result.ends))  # noqa: T201
        for line in [*result.missing, *result.problems]:
            print("  ", line)  # noqa: T201
