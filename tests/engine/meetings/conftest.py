"""An office with one invented permit type (RAPAT): counter, then the shipped phases with their letters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from engine import cases, work
from engine.bundle import Bundle
from engine.clock import FixedClock
from engine.office import Office
from engine.people import Person
from engine.settings import ROOT, Settings
from engine.storage.people_tables import memberships, persons
from engine.storage.schema import cases as case_table
from engine.storage.schema import events, outbox, tasks

MONDAY = datetime(2016, 7, 18, 2, 0, tzinfo=UTC)  # 09.00 WIB
AGENCIES = ("bplh", "dishub")
SHARED = ROOT / "processes" / "shared"
HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="d" targetNamespace="t">'
)
PEOPLE = {
    "loket": Person(1, "loket", "Lina Loket", (("loket", None),)),
    "bidang": Person(2, "bidang", "Budi Bidang", (("bidang", "tertentu"),)),
    "kabid": Person(3, "kabid", "Karta Kabid", (("kabid", "tertentu"),)),
    "bplh": Person(4, "bplh", "Tono Teknis", (("tim_teknis", "bplh"),)),
    "dishub": Person(5, "dishub", "Tini Teknis", (("tim_teknis", "dishub"),)),
    "lain": Person(6, "lain", "Lili Lain", (("bidang", "jasa_usaha"),)),
}
NOTULEN = "umum/notulen_rapat"


def sop(code: str, phases: tuple[str, ...]) -> bytes:
    """mulai -> phase -> ... -> selesai."""
    steps = ["mulai", *phases, "selesai"]
    nodes = '<bpmn:startEvent id="mulai"/><bpmn:endEvent id="selesai"/>'
    nodes += "".join(f'<bpmn:callActivity id="{name}" name="{name}" calledElement="{name}"/>' for name in phases)
    for a, b in zip(steps, steps[1:], strict=False):
        nodes += f'<bpmn:sequenceFlow id="F_{a}_{b}" sourceRef="{a}" targetRef="{b}"/>'
    text = f'{HEAD}<bpmn:process id="{code}" isExecutable="true">{nodes}</bpmn:process></bpmn:definitions>'
    return text.encode()


def permit_type(folder: Path, code: str, phases: tuple[str, ...], agencies: tuple[str, ...]) -> Bundle:
    """A type of that code, read as shipped ones are."""
    import json
    import shutil

    import yaml

    from engine.bundle import read_bundle

    if not (folder / "processes/shared").is_dir():
        shutil.copytree(SHARED, folder / "processes/shared")
        shutil.copytree(ROOT / "forms/umum", folder / "forms/umum")
        shutil.copytree(ROOT / "forms/kunjungan", folder / "forms/kunjungan")
    (folder / "processes" / code).mkdir(parents=True)
    (folder / "forms" / code).mkdir(parents=True)
    (folder / "processes" / code / "sop.bpmn").write_bytes(sop(code, phases))
    permit = {
        "kode": code,
        "nama": f"Izin {code.title()}",
        "kind": "izin",
        "bidang": "tertentu",
        "family": "teknis",
        "waktu": {"hari_kerja": 10, "sumber": "assumed"},
        "instansi": list(agencies),
        "varian": [{"kode": "baru", "nama": "Baru"}],
        "apa_yang_dicek": ["luas terpakai", "parkir"],
    }
    (folder / "processes" / code / "permit.yaml").write_text(yaml.safe_dump(permit), encoding="utf-8")
    (folder / "processes" / code / "letter.html").write_text("<p>{{ nomor }}</p>", encoding="utf-8")
    place = {
        "type": "textfield",
        "id": "Titik",
        "key": "titik_usaha",
        "label": "Titik lokasi",
        "properties": {"geo": "ya", "batas": "-6.45,106.85,-6.10,107.15", "sumber": "assumed"},
    }
    area = {"type": "number", "id": "Luas", "key": "luas", "label": "Luas", "decimalDigits": 0}
    ktp = {"type": "checkbox", "id": "Ktp", "key": "ktp", "label": "KTP", "properties": {"syarat": "wajib"}}
    form = {"type": "default", "id": "permohonan", "schemaVersion": 18, "components": [place, area, ktp]}
    (folder / "forms" / code / "permohonan.json").write_text(json.dumps(form), encoding="utf-8")
    return read_bundle(code, folder / "processes", folder / "forms")


@dataclass
class Desk:
    """Who does what, by the name of the step."""

    office: Office
    clock: FixedClock

    def open(self, code: str = "RAPAT", name: str = "Sari", point: str | None = None) -> int:
        """A case at the first step of its SOP."""
        applicant = cases.Applicant(name, address=f"Jalan {name}", kecamatan="Bekasi Timur", phone="0812000000")
        case_id = cases.open_case(self.office, code, "baru", applicant, by=PEOPLE["loket"]).case_id
        answers: dict[str, Any] = {"ktp": True, "luas": 120}
        if point:
            answers["titik_usaha"] = point
        self.do("loket", case_id, f"{code}/permohonan", **answers)
        self.work()
        return case_id

    def tasks(self, case_id: int) -> list[Any]:
        query = select(tasks).where(tasks.c.case_id == case_id, tasks.c.state == "open").order_by(tasks.c.id)
        with self.office.db.read() as connection:
            return list(connection.execute(query))

    def at(self, case_id: int) -> list[str]:
        return sorted({row.element for row in self.tasks(case_id)})

    def do(self, who: str, case_id: int, form: str, key: str | None = None, **answers: Any) -> Any:
        groups = cases.acting_groups(PEOPLE[who])
        row = next(row for row in self.tasks(case_id) if row.form == form and row.group_key in groups)
        done = cases.complete(self.office, row.id, answers, by=PEOPLE[who], key=key)
        self.work()
        return done

    def invite(self, case_id: int, day: str = "2016-07-20", hour: str = "09:00") -> None:
        self.do("bidang", case_id, "umum/undang_rapat", tanggal=day, jam=hour, tempat="Aula", agenda="Bahas")

    def work(self) -> None:
        work.run_all(self.office)

    def rows(self, table: Table, **where: Any) -> list[Any]:
        query = select(table).order_by(*table.primary_key.columns)
        for name, value in where.items():
            query = query.where(table.c[name] == value)
        with self.office.db.read() as connection:
            return list(connection.execute(query))

    def history(self, case_id: int) -> list[str]:
        return [row.kind for row in self.rows(events, case_id=case_id)]

    def case(self, case_id: int) -> Any:
        return self.rows(case_table, id=case_id)[0]

    def sent(self, template: str) -> list[Any]:
        return self.rows(outbox, template=template)

    def wib(self, day: int, hour: int, minute: int = 0, month: int = 7) -> datetime:
        return datetime(2016, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    """See Desk; types RAPAT (bplh, dishub), LAPANGAN (the same, with visit and minutes), SATU (dishub alone)."""
    clock = FixedClock(MONDAY)
    settings = Settings(database_url=database_url, var_dir=tmp_path / "var", secret="rahasia")
    settings = replace(settings, processes_dir=tmp_path / "processes", forms_dir=tmp_path / "forms")
    office = Office(settings, clock)
    office.db.create_all()
    types = {
        "RAPAT": (("pembahasan",), AGENCIES),
        "LAPANGAN": (("pembahasan", "kunjungan", "berita_acara"), AGENCIES),
        "SATU": (("pembahasan",), ("dishub",)),
    }
    with office.db.write() as connection:
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
        held = [
            {"person_id": person.id, "role": role, "scope": scope or ""}
            for person in PEOPLE.values()
            for role, scope in person.memberships
        ]
        connection.execute(memberships.insert(), held)
        for code, (phases, agencies) in types.items():
            bundle = permit_type(tmp_path, code, phases, agencies)
            office.definitions.activate(connection, bundle, from_at=MONDAY, by_name="Uji", decree="Kep. 1", now=MONDAY)
    yield Desk(office, clock)
    office.close()
