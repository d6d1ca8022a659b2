"""When the frame reminds is data of the type, or of its variant."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from sqlalchemy import insert, select

from engine import cases, work
from engine.bundle import Bundle, read_bundle
from engine.check import check
from engine.clock import FixedClock
from engine.office import Office
from engine.settings import ROOT, Settings
from engine.storage.people_tables import persons
from engine.storage.schema import events
from tests.engine.core.conftest import MONDAY, Desk, bundle
from tests.walker import Walker

from .conftest import armed
from .frames import Clock, with_clocks


@pytest.mark.parametrize(("variant", "days"), [("baru", 1), ("ulang", 1.5)])
def test_a_type_and_its_variant_say_when(desk: Desk, variant: str, days: float) -> None:
    """A quarter of four days for the type; the variant of two days says three quarters."""
    clocks = Clock("dekat", "janji_hk * ingat_pada", "notifikasi/ingatkan", {"kepada": "bidang"})
    permit = yaml.safe_load(bundle().files["permit.yaml"])
    permit["ingat_pada"] = 0.25
    permit["varian"][1]["ingat_pada"] = 0.75
    files = {**with_clocks(clocks).files, "permit.yaml": yaml.safe_dump(permit).encode()}
    with desk.office.db.write() as connection:
        desk.office.definitions.activate(
            connection, Bundle("UJI", files), from_at=MONDAY, by_name="Uji", decree="Kep. 2", now=MONDAY
        )
    case_id = desk.registered(variant)
    [timer] = [row for row in armed(desk, case_id) if row.element == "t_dekat"]
    assert timer.due_at == {1: MONDAY + timedelta(days=1), 1.5: MONDAY + timedelta(days=1, hours=4)}[days]


class Slow(Walker):
    """A case that is registered and then left alone."""

    def registered(self) -> int:
        first, applicant = self.version.permit["varian"][0], cases.Applicant("Sari", phone="0812000000")
        case_id = cases.open_case(self.office, self.code, first["kode"], applicant, by=self.person).case_id
        for step in range(10):
            [row] = self._open(case_id)
            if row.process != "kerangka":
                return case_id
            cases.complete(self.office, row.id, self._answers(row, step), by=self.person)
        raise AssertionError("no resi")


def test_the_shipped_frame_reminds_twice_and_reports_twice(tmp_path: Path) -> None:
    """Ten days, reminded after a quarter and after four fifths of them; then the Kabid is told, a day later the Kepala
    Badan. Each message names who has the step, and their group."""
    clock = FixedClock(MONDAY)
    office = Office(Settings(f"sqlite:///{tmp_path / 'kerangka.sqlite3'}", tmp_path, secret="uji"), clock)
    office.db.create_all()
    shipped = read_bundle("SIUP", ROOT / "processes", ROOT / "forms")
    permit = yaml.safe_load(shipped.files["permit.yaml"])
    permit |= {"ingat_awal": 0.25, "waktu": {"hari_kerja": 10, "sumber": "assumed"}}
    permit["varian"] = [{**row, "waktu": 10} for row in permit["varian"]]
    files = {**shipped.files, "permit.yaml": yaml.safe_dump(permit).encode()}
    with office.db.write() as connection:
        row = {"id": 1, "username": "semua", "name": "Semua", "password_hash": "-", "active": True, "locale": "id"}
        connection.execute(insert(persons).values(**row, created_at=MONDAY))
        bundle = Bundle("SIUP", files)
        office.definitions.activate(connection, bundle, from_at=MONDAY, by_name="Uji", decree="Kep. 2", now=MONDAY)
    case_id = Slow(office, clock, "SIUP").registered()
    told: dict[str, list[float]] = {}
    for half_day in range(1, 30):
        clock.at = office.working_time.add(MONDAY, half_day * 240)
        work.run_all(office)
        with office.db.read() as connection:
            sent = select(events.c.kind, events.c.data).where(events.c.case_id == case_id, events.c.at == clock.at)
            for event in connection.execute(sent):
                if event.kind in ("reminded", "escalated"):
                    whom = event.data["kepada"]
                    told.setdefault(whom if isinstance(whom, str) else ",".join(whom), []).append(half_day / 2)
    office.close()
    step = told.pop("bidang:jasa_usaha")  # the step's own reminder
    assert step == [1]
    assert told == {"bidang:jasa_usaha,tim_teknis:disperindagkop": [2.5, 8], "kabid": [10], "kepala_badan": [11]}


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("ingat_pada", 1.2, "antara 0 dan 1"),
        ("ingat_pada", True, "antara 0 dan 1"),
        ("ingat_awal", 0, "antara 0 dan 1"),
        ("lewat_hk", -1, "hari kerja"),
    ],
)
def test_what_is_no_share_is_refused_at_the_check(name: str, value: object, told: str) -> None:
    shipped = read_bundle("SIUP", ROOT / "processes", ROOT / "forms")
    permit = yaml.safe_load(shipped.files["permit.yaml"])
    permit["varian"][0][name] = value
    files = {**shipped.files, "permit.yaml": yaml.safe_dump(permit, allow_unicode=True).encode()}
    wrong = [found for found in check(Bundle("SIUP", files)) if found.rule == "permit"]
    assert len(wrong) == 1 and told in wrong[0].message and wrong[0].severity == "error"
