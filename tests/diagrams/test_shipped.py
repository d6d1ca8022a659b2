"""What ships in processes/ and forms/: the check is content, every branch is walked, a real office ends each case."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import func, select

from engine import cases, work
from engine.check import check
from engine.clock import FixedClock
from engine.office import Office
from engine.people import Person
from engine.services.registry import known_operators
from engine.settings import Settings
from engine.storage.people_tables import memberships, persons
from engine.storage.schema import cases as case_table
from engine.storage.schema import documents, incidents, tasks
from engine.storage.service_tables import bills
from engine.verify import verify

from .walk import CODES, MONDAY, ROOT, Sop, Walk, normal_path_days

ENDS = {"diarsipkan", "ditolak", "ditarik", "diingatkan", "kabid_tahu", "kepala_tahu"}
ROLES = ("loket", "paip", "bidang", "kabid", "tim_teknis", "tata_usaha", "kepala_badan", "camat", "bendahara")
REFUSALS = ("tolak", "ditolak")
OTHER_REFUSALS = {"persetujuan": "tidak"}  # decisions that refuse in other words


@pytest.fixture(params=CODES)
def sop(request: pytest.FixtureRequest) -> Sop:
    return Sop(request.param)


def test_the_check_finds_no_error(sop: Sop) -> None:
    errors = [
        f"{f.file} {f.element}: {f.message}" for f in check(sop.bundle, known_operators()) if f.severity == "error"
    ]
    assert errors == []


def test_every_element_is_reached_and_every_case_ends(sop: Sop) -> None:
    wanted = {key for key, element in sop.elements.items() if element.kind != "boundaryEvent"}
    left, ends = set(wanted), set()
    for seed in range(2000):  # rare branches of the long SOPs come late; the loop ends when all are seen
        walk = Walk(sop, random.Random(seed))
        ends |= set(walk.run())
        left -= walk.passed
        if not left and ends >= {"diarsipkan", "ditolak", "ditarik"}:
            break
    assert not left, f"never reached: {sorted(left)}"
    assert ends <= ENDS and ends >= {"diarsipkan", "ditolak", "ditarik"}


def test_the_permit_file_says_what_a_service_standard_says(sop: Sop) -> None:
    permit = sop.bundle.permit
    agencies = yaml.safe_load((ROOT / "processes/shared/instansi.yaml").read_text(encoding="utf-8"))
    assert permit["kode"] == sop.code and permit["nama"] and permit["maksud"] and permit["dasar_hukum"]
    assert permit["bidang"] in ("jasa_usaha", "tertentu", "non_perizinan")
    assert set(permit["instansi"]) <= set(agencies)
    assert permit["waktu"]["sumber"] and all(row["sumber"] for row in permit["persyaratan"])
    assert len(sop.variants) == len(set(sop.variants)) > 0
    promised = sop.bundle.diagrams["sop.bpmn"].processes[0].properties["waktu"]
    assert float(promised) == permit["waktu"]["hari_kerja"]


def test_the_steps_fit_into_the_promise(sop: Sop) -> None:
    assert 0 < normal_path_days(sop, sop.code) <= sop.bundle.permit["waktu"]["hari_kerja"]


def test_a_form_asks_for_every_requirement(sop: Sop) -> None:
    form = sop.forms[f"{sop.code}/permohonan"]
    asked = {field.key.removeprefix("syarat_") for field in form.fields if field.requirement}
    assert {row["kode"] for row in sop.bundle.permit["persyaratan"]} <= asked


class Staff:
    """A real office in which every group has somebody, who answers with valid forms."""

    def __init__(self, tmp_path: Path, sop: Sop, seed: int) -> None:
        self.sop, self.rng, self.clock = sop, random.Random(seed), FixedClock(MONDAY)
        url = f"sqlite:///{tmp_path / 'uji.db'}"
        self.office = Office(Settings(database_url=url, var_dir=tmp_path, secret="uji"), self.clock)
        self.office.db.create_all()
        self.loket = Person(1, "loket", "Lina Loket", (("loket", None),))
        with self.office.db.write() as connection:
            row = {"password_hash": "-", "active": True, "locale": "id", "created_at": MONDAY}
            people = [{"id": n, "username": f"u{n}", "name": f"Pegawai {n}", **row} for n in range(1, 40)]
            connection.execute(persons.insert(), people)
            chairs = [("kepala_badan", ""), ("camat", "32.75.01"), ("tim_teknis", "dispenda")]  # who signs letters
            held = [{"person_id": 2 + ROLES.index(role), "role": role, "scope": scope} for role, scope in chairs]
            connection.execute(memberships.insert(), held)
            self.office.definitions.activate(
                connection, sop.bundle, from_at=MONDAY, by_name="Uji", decree="Kep. 1", now=MONDAY
            )

    def open(self, variant: str) -> int:
        applicant = cases.Applicant("Sari", address="Jalan Juanda 1", kecamatan="32.75.01", email="sari@example.id")
        return int(cases.open_case(self.office, self.sop.code, variant, applicant, by=self.loket).case_id)

    def go_on(self, case_id: int, variant: str, refuse: bool) -> None:
        """Everybody does what is open until nothing is: the normal path, or a refusal wherever a step can refuse."""
        for _ in range(80):
            work.run_all(self.office)
            with self.office.db.read() as connection:
                open_tasks = list(
                    connection.execute(select(tasks).where(tasks.c.case_id == case_id, tasks.c.state == "open"))
                )
                bill = connection.execute(select(func.max(bills.c.total)).where(bills.c.case_id == case_id)).scalar()
            if not open_tasks:
                return
            self._do(case_id, open_tasks[0], variant, bill, refuse)
        raise AssertionError("the case does not come to an end")

    def _do(self, case_id: int, row: Any, variant: str, bill: int | None, refuse: bool) -> None:
        form = self.sop.forms[row.form]
        fixed: dict[str, Any] = {field.key: True for field in form.fields if field.requirement == "wajib"}
        if form.decision:
            values = form.decision.values
            no = next((v for v in values if v in REFUSALS), OTHER_REFUSALS.get(form.decision.key, values[0]))
            fixed[form.decision.key] = no if refuse else values[0]
        if row.form == "umum/bayar":
            day = self.clock.now().date().isoformat()
            fixed |= {"jumlah": bill, "tanggal_bayar": day, "bukti": f"NTPN {case_id}"}
        answers = form.example(self.rng, {"varian": variant, "kode": self.sop.code}, **fixed)
        answers = {key: value for key, value in answers.items() if value is not None}
        if row.group_key == "pemohon":
            cases.resume(self.office, case_id, answers, by=self.loket)
            return
        role, _, scope = row.group_key.partition(":")
        person = Person(2 + ROLES.index(role), role, role, ((role, scope or None),))
        cases.complete(self.office, row.id, answers, by=person)


@pytest.mark.parametrize("ending", ["selesai", "ditolak"])
def test_from_counter_to_archive_in_a_real_office(sop: Sop, ending: str, tmp_path: Path) -> None:
    staff = Staff(tmp_path, sop, seed=7)
    try:
        for variant in sop.variants if ending == "selesai" else sop.variants[-1:]:
            case_id = staff.open(variant)
            staff.go_on(case_id, variant, refuse=ending == "ditolak")
            with staff.office.db.read() as connection:
                found = connection.execute(select(case_table).where(case_table.c.id == case_id)).one()
                broken = list(connection.execute(select(incidents)))
                letters = connection.execute(
                    select(func.count()).select_from(documents).where(documents.c.case_id == case_id)
                ).scalar()
            assert [row.cause for row in broken] == []
            assert found.state == ending and found.resi
            assert letters
            assert found.closed_at.date() == date(2016, 7, 18)
        assert verify(staff.office).problems == []
    finally:
        staff.office.close()
