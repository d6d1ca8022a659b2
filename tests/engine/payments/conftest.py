"""An office of one type that only collects a fee, with the shared phases as they ship, on a clock that is set."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import insert, select

from engine import cases, services, work  # noqa: F401
from engine.bundle import read_bundle
from engine.clock import FixedClock
from engine.office import Office
from engine.people import Person
from engine.settings import ROOT, Settings
from engine.storage.people_tables import memberships, persons
from engine.storage.schema import cases as case_table
from engine.storage.schema import events, incidents
from engine.storage.schema import tasks as task_table
from engine.storage.service_tables import bills

MONDAY = datetime(2016, 7, 18, 2, 0, tzinfo=UTC)  # 09.00 WIB
FEE = 90_000
PEOPLE = {
    "loket": Person(1, "loket", "Lina Loket", (("loket", None),)),
    "bidang": Person(2, "bidang", "Budi Bidang", (("bidang", "tertentu"),)),
    "kabid": Person(3, "kabid", "Karta Kabid", (("kabid", "tertentu"),)),
    "kepala": Person(4, "kepala", "Amit Riyadi", (("kepala_badan", None),)),
    "bendahara": Person(5, "bendahara", "Beni Bendahara", (("bendahara", None),)),
    "paip": Person(6, "paip", "Pipit Paip", (("paip", None),)),
    "tu": Person(7, "tu", "Tuti Tata Usaha", (("tata_usaha", None),)),
    "camat": Person(8, "camat", "Cecep Camat", (("camat", "Bekasi Timur"),)),
    "admin": Person(9, "admin", "Ani Admin", (("admin", None),)),
}
HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="d" targetNamespace="t">'
)
LETTER = "<h1>{{ permit.nama }}</h1><p>{{ nomor }} {{ case.applicant_name }} {{ data.usaha }}</p><img src='{{ qr }}'>"


def folder(root: Path, phases: list[str], **permit: Any) -> None:
    """processes/ and forms/ of the type TAHAP: these phases one after the other."""
    shutil.copytree(ROOT / "processes/shared", root / "processes/shared")
    shutil.copytree(ROOT / "forms/umum", root / "forms/umum")
    own, forms = root / "processes/TAHAP", root / "forms/TAHAP"
    own.mkdir()
    forms.mkdir()
    steps = ["mulai", *phases, "selesai"]
    nodes = '<bpmn:startEvent id="mulai"/><bpmn:endEvent id="selesai"/>'
    nodes += "".join(f'<bpmn:callActivity id="{name}" name="{name}" calledElement="{name}"/>' for name in phases)
    for a, b in zip(steps, steps[1:], strict=False):
        nodes += f'<bpmn:sequenceFlow id="F_{a}_{b}" sourceRef="{a}" targetRef="{b}"/>'
    sop = f'{HEAD}<bpmn:process id="TAHAP" isExecutable="true">{nodes}</bpmn:process></bpmn:definitions>'
    (own / "sop.bpmn").write_text(sop, encoding="utf-8")
    whole = {
        "kode": "TAHAP",
        "nama": "Izin Uji Tahap",
        "kind": "izin",
        "bidang": "tertentu",
        "family": "administratif_retribusi",
        "waktu": {"hari_kerja": 10, "sumber": "assumed"},
        "instansi": [],
        "masa_berlaku": "5 tahun",
        "varian": [{"kode": "baru", "nama": "Baru"}],
        "biaya": {"jenis": "retribusi", "baris": [{"uraian": "Luas {luas} m2", "rumus": "luas * 900"}]},
    }
    (own / "permit.yaml").write_text(yaml.safe_dump(whole | permit), encoding="utf-8")
    (own / "letter.html").write_text(LETTER, encoding="utf-8")
    area = {"type": "number", "id": "Luas", "key": "luas", "label": "Luas", "decimalDigits": 0}
    firm = {"type": "textfield", "id": "Usaha", "key": "usaha", "label": "Nama usaha"}
    ticked = {"type": "checkbox", "id": "KTP", "key": "ktp", "label": "KTP", "properties": {"syarat": "wajib"}}
    parts = [{**area, "validate": {"required": True, "min": 1}}, firm, ticked]
    form = {"type": "default", "id": "p", "schemaVersion": 18, "components": parts}
    (forms / "permohonan.json").write_text(json.dumps(form), encoding="utf-8")


@dataclass
class Desk:
    """Shortcuts of a test: who does what, by the name of the step."""

    office: Office
    clock: FixedClock

    def open(self, area: int = 100, name: str = "Sari", usaha: str = "Warung Sari") -> int:
        applicant = cases.Applicant(name, email="sari@contoh.id", address="Jl. Juanda 1", kecamatan="Bekasi Timur")
        case_id = int(cases.open_case(self.office, "TAHAP", "baru", applicant, by=PEOPLE["loket"]).case_id)
        self.do("loket", case_id, "daftar", luas=area, usaha=usaha, ktp=True)
        return case_id

    def billed(self, area: int = 100, draw: bool = True) -> int:
        """A case with an issued SKRD; draw: its letter is drawn too, so that it may be paid."""
        case_id = self.open(area)
        self.do("bidang", case_id, "nota")
        self.do("kabid", case_id, "ttd_nota", tanda_tangan="ya")
        self.do("kepala", case_id, "ttd_skrd", tanda_tangan="ya")
        if draw:
            self.work()
        return case_id

    def dunned(self, case_id: int) -> None:
        """The due date is over: the STRD is signed and drawn."""
        self.work()
        self.do("kepala", case_id, "ttd_strd", tanda_tangan="ya")
        self.work()

    def tasks(self, case_id: int) -> list[Any]:
        query = select(task_table).where(task_table.c.case_id == case_id, task_table.c.state == "open")
        with self.office.db.read() as connection:
            return list(connection.execute(query.order_by(task_table.c.id)))

    def at(self, case_id: int) -> list[str]:
        return sorted(row.element for row in self.tasks(case_id))

    def do(self, who: str, case_id: int, element: str, **answers: Any) -> Any:
        groups = cases.acting_groups(PEOPLE[who])
        row = next(row for row in self.tasks(case_id) if row.element == element and row.group_key in groups)
        form = self.version(case_id).form(row.form)
        given = form.example(random.Random(1), cases.form_context(self.row(case_id)), **answers)
        given = {key: value for key, value in given.items() if value is not None}
        return cases.complete(self.office, row.id, given, by=PEOPLE[who])

    def version(self, case_id: int) -> Any:
        with self.office.db.read() as connection:
            return self.office.definitions.version(connection, self.row(case_id).version_hash)

    def row(self, case_id: int) -> Any:
        with self.office.db.read() as connection:
            return connection.execute(select(case_table).where(case_table.c.id == case_id)).one()

    def bill(self, case_id: int) -> Any:
        with self.office.db.read() as connection:
            query = select(bills).where(bills.c.case_id == case_id).order_by(bills.c.id.desc()).limit(1)
            return connection.execute(query).one()

    def rows(self, table: Any) -> list[Any]:
        with self.office.db.read() as connection:
            return list(connection.execute(select(table).order_by(*table.primary_key.columns)))

    def history(self, case_id: int) -> list[str]:
        query = select(events.c.kind).where(events.c.case_id == case_id).order_by(events.c.seq)
        with self.office.db.read() as connection:
            return list(connection.execute(query).scalars())

    def troubles(self) -> list[str]:
        with self.office.db.read() as connection:
            return list(connection.execute(select(incidents.c.cause).where(incidents.c.state == "open")).scalars())

    def work(self) -> None:
        work.run_all(self.office)


def desk_of(url: str, root: Path, phases: list[str], **permit: Any) -> Desk:
    """The office of a test."""
    folder(root, phases, **permit)
    clock = FixedClock(MONDAY)
    settings = Settings(url, root / "var", root / "processes", root / "forms", secret="uji")
    office = Office(settings, clock)
    office.db.create_all()
    with office.db.write() as connection:
        fixed = {"password_hash": "-", "active": True, "locale": "id", "created_at": MONDAY}
        rows = [{"id": p.id, "username": p.username, "name": p.name, **fixed} for p in PEOPLE.values()]
        connection.execute(insert(persons), rows)
        held = [
            {"person_id": p.id, "role": role, "scope": scope or ""}
            for p in PEOPLE.values()
            for role, scope in p.memberships
        ]
        connection.execute(insert(memberships), held)
        bundle = read_bundle("TAHAP", settings.processes_dir, settings.forms_dir)
        office.definitions.activate(connection, bundle, from_at=MONDAY, by_name="Uji", decree="Kep. 1", now=MONDAY)
    return Desk(office, clock)


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    """The type only collects its fee."""
    found = desk_of(database_url, tmp_path, ["retribusi"])
    yield found
    found.office.close()
