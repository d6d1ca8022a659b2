"""A small office of its own: one invented permit type (UJI), on a clock that is set."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select, text

from engine import cases, work
from engine.bundle import Bundle
from engine.clock import FixedClock
from engine.office import Office
from engine.people import Person
from engine.services import registry
from engine.settings import Settings
from engine.storage.schema import tasks as task_table
from tests.engine.stepping.diagrams import NS, ROOTS  # noqa: F401

MONDAY = datetime(2016, 7, 18, 2, 0, tzinfo=UTC)  # 09.00 WIB

failing: dict[str, str] = {}  # operator -> why it fails, set by a test


def _fails(name: str) -> None:
    if name in failing:
        raise registry.ServiceError(failing[name])


if "uji/resi" not in registry.known_operators():

    @registry.handler("uji/resi")
    def resi(unit: Any, case: Any, params: dict[str, Any]) -> None:
        _fails("uji/resi")
        case.resi, case.registered_at, case.state = f"UJI-{case.id:06d}", unit.now, "berjalan"
        case.promised_at = unit.office.working_time.add_days(unit.now, case.promise_days)

    @registry.handler("uji/ingatkan")
    def ingatkan(unit: Any, case: Any, params: dict[str, Any]) -> None:
        unit.emit("reminded", {})
        unit.send("email", "tim@bekasi", "ingat", {})

    @registry.deferred("uji/surat")
    class Surat:
        def work(self, job: Any) -> dict[str, Any]:
            _fails("uji/surat")
            return {"panjang": len(job.case.applicant_name)}

        def finish(self, unit: Any, case: Any, result: dict[str, Any]) -> None:
            unit.emit("letter_drawn", result)


LANES = {
    "Pemohon": {"peran": "pemohon", "lingkup": None},
    "Loket": {"peran": "loket", "lingkup": None},
    "Bidang": {"peran": "bidang", "lingkup": "bidang"},
    "Tim Teknis": {"peran": "tim_teknis", "lingkup": "instansi"},
}


def props(form: str, days: str = "1", **more: str) -> str:
    rows = {"form": form, "waktu": days, "kelengkapan": "berkas", "output": "hasil", **more}
    inner = "".join(f'<spiffworkflow:property name="{n}" value="{v}"/>' for n, v in rows.items())
    return (
        f"<bpmn:extensionElements><spiffworkflow:properties>{inner}</spiffworkflow:properties></bpmn:extensionElements>"
    )


def form(ident: str, *components: dict[str, Any]) -> bytes:
    rows = [{"id": f"c{n}", **component} for n, component in enumerate(components)]
    return json.dumps({"type": "default", "id": ident, "schemaVersion": 18, "components": rows}).encode()


def radio(key: str, *values: str) -> dict[str, Any]:
    return {
        "type": "radio",
        "key": key,
        "label": key,
        "values": [{"value": v, "label": v} for v in values],
        "validate": {"required": True},
        "properties": {"keputusan": "ya"},
    }


FORMS = {
    "UJI/permohonan": form(
        "permohonan",
        {"type": "textfield", "key": "usaha", "label": "Usaha", "validate": {"required": True}},
        {"type": "checkbox", "key": "ktp", "label": "KTP", "properties": {"syarat": "wajib"}},
    ),
    "umum/catatan": form("catatan", {"type": "textfield", "key": "catatan", "label": "Catatan"}),
    "umum/periksa": form(
        "periksa",
        radio("berkas_sah", "ya", "tidak"),
        {"type": "textarea", "key": "kekurangan", "label": "Kekurangan"},
    ),
    "umum/teken": form("teken", radio("tanggapan_ini", "setuju", "keberatan")),
    "umum/hasil": form("hasil", radio("hasil", "disetujui", "ditolak")),
}


def _lanes(ident: str, rows: dict[str, list[str]]) -> str:
    lanes = "".join(
        f'<bpmn:lane id="L_{ident}_{n}" name="{name}">'
        + "".join(f"<bpmn:flowNodeRef>{e}</bpmn:flowNodeRef>" for e in elements)
        + "</bpmn:lane>"
        for n, (name, elements) in enumerate(rows.items())
    )
    return f'<bpmn:laneSet id="LS_{ident}">{lanes}</bpmn:laneSet>'


def bundle() -> Bundle:
    """The UJI type, whole."""
    from tests.engine.stepping import diagrams as d

    frame = d.process(
        "kerangka",
        [
            _lanes(
                "k",
                {
                    "Loket": [
                        "mulai",
                        "daftar",
                        "g_lengkap",
                        "resi",
                        "sop",
                        "serahkan",
                        "selesai",
                        "ditarik",
                        "tutup",
                        "ingat",
                        "s_ingat",
                        "diingatkan",
                    ],
                    "Pemohon": ["lengkapi_awal"],
                    "Bidang": ["ditolak", "surat_penolakan", "selesai_ditolak"],
                },
            ),
            d.start(),
            d.user("daftar", props("{KODE}/permohonan")),
            d.choice("g_lengkap", "F_g_lengkap_resi"),
            d.user("lengkapi_awal", props("umum/catatan")),
            d.service("resi", "uji/resi"),
            d.call("sop", "UJI"),
            d.timer("ingat", "sop", "hari_kerja(janji_hk * 0.5)"),
            d.service("s_ingat", "uji/ingatkan"),
            d.end("diingatkan"),
            d.message("ditarik", "sop", "M_ditarik"),
            d.end("tutup"),
            d.error("ditolak", "sop", "E_ditolak"),
            d.user("surat_penolakan", props("umum/catatan")),
            d.end("selesai_ditolak"),
            d.user("serahkan", props("umum/catatan")),
            d.end("selesai"),
        ],
        [
            "mulai>daftar",
            "daftar>g_lengkap",
            "g_lengkap>lengkapi_awal: berkas_lengkap == 'tidak'",
            "lengkapi_awal>daftar",
            "g_lengkap>resi",
            "resi>sop",
            "sop>serahkan",
            "serahkan>selesai",
            "ingat>s_ingat",
            "s_ingat>diingatkan",
            "ditarik>tutup",
            "ditolak>surat_penolakan",
            "surat_penolakan>selesai_ditolak",
        ],
        d.ROOTS,
    )
    sop = d.process(
        "UJI",
        [
            _lanes(
                "s",
                {
                    "Bidang": ["m", "periksa", "g_sah", "fase", "g_hasil", "tolak", "surat", "terbit"],
                    "Pemohon": ["lengkapi"],
                },
            ),
            d.start("m"),
            d.user("periksa", props("umum/periksa", kembalikan="berkas_sah=tidak")),
            d.choice("g_sah", "F_g_sah_fase"),
            d.user("lengkapi", props("umum/catatan")),
            d.call("fase", "tanda"),
            d.choice("g_hasil", "F_g_hasil_surat"),
            d.end("tolak", '<bpmn:errorEventDefinition errorRef="E_ditolak"/>'),
            d.service("surat", "uji/surat"),
            d.end("terbit"),
        ],
        [
            "m>periksa",
            "periksa>g_sah",
            "g_sah>lengkapi: berkas_sah == 'tidak'",
            "lengkapi>periksa",
            "g_sah>fase",
            "fase>g_hasil",
            "g_hasil>tolak: hasil == 'ditolak'",
            "g_hasil>surat",
            "surat>terbit",
        ],
        d.ROOTS,
    )
    phase = d.process(
        "tanda",
        [
            _lanes("t", {"Tim Teknis": ["p", "teken"], "Bidang": ["verifikasi", "q"]}),
            d.start("p"),
            d.user("teken", props("umum/teken") + d.each("instansi", "instansi_ini", "tanggapan", "tanggapan_ini")),
            d.user("verifikasi", props("umum/hasil")),
            d.end("q"),
        ],
        ["p>teken", "teken>verifikasi", "verifikasi>q"],
    )
    permit = {
        "kode": "UJI",
        "nama": "Izin Uji",
        "kind": "izin",
        "bidang": "jasa_usaha",
        "family": "teknis",
        "instansi": ["BPLH", "DISHUB"],
        "waktu": {"hari_kerja": 4, "sumber": "assumed"},
        "varian": [{"kode": "baru", "nama": "Baru"}, {"kode": "ulang", "nama": "Daftar Ulang", "waktu": 2}],
    }
    files = {
        "kerangka.bpmn": frame,
        "sop.bpmn": sop,
        "shared/tanda.bpmn": phase,
        "permit.yaml": yaml.safe_dump(permit).encode(),
        "pelaksana.yaml": yaml.safe_dump(LANES).encode(),
        **{f"forms/{key}.json": content for key, content in FORMS.items()},
    }
    return Bundle("UJI", files)


PEOPLE = {
    "loket": Person(1, "loket", "Lina Loket", (("loket", None),)),
    "bidang": Person(2, "bidang", "Budi Bidang", (("bidang", "jasa_usaha"),)),
    "bidang2": Person(3, "bidang2", "Bela Bidang", (("bidang", "jasa_usaha"),)),
    "bplh": Person(4, "bplh", "Tono Teknis", (("tim_teknis", "BPLH"),)),
    "dishub": Person(5, "dishub", "Tini Teknis", (("tim_teknis", "DISHUB"),)),
    "admin": Person(6, "admin", "Ani Admin", (("admin", None),)),
}


@dataclass
class Desk:
    """Shortcuts of a test: who does what, by the name of the step."""

    office: Office
    clock: FixedClock

    def open(self, variant: str = "baru", key: str | None = None) -> int:
        return cases.open_case(
            self.office, "UJI", variant, cases.Applicant("Sari"), by=PEOPLE["loket"], key=key
        ).case_id

    def tasks(self, case_id: int) -> list[Any]:
        query = (
            select(task_table)
            .where(task_table.c.case_id == case_id, task_table.c.state == "open")
            .order_by(task_table.c.id)
        )
        with self.office.db.read() as connection:
            return list(connection.execute(query))

    def at(self, case_id: int) -> list[str]:
        return sorted(row.element for row in self.tasks(case_id))

    def do(self, who: str, case_id: int, element: str, key: str | None = None, **answers: Any) -> Any:
        groups = cases.acting_groups(PEOPLE[who])
        row = next(row for row in self.tasks(case_id) if row.element == element and row.group_key in groups)
        return cases.complete(self.office, row.id, answers, by=PEOPLE[who], key=key)

    def registered(self, variant: str = "baru") -> int:
        case_id = self.open(variant)
        self.do("loket", case_id, "daftar", usaha="Warung", ktp=True)
        return case_id

    def to_signatures(self) -> int:
        case_id = self.registered()
        self.do("bidang", case_id, "periksa", berkas_sah="ya")
        return case_id

    def row(self, case_id: int) -> Any:
        from engine.storage.schema import cases as table

        with self.office.db.read() as connection:
            return connection.execute(select(table).where(table.c.id == case_id)).one()

    def history(self, case_id: int) -> list[str]:
        from engine.storage.schema import events

        with self.office.db.read() as connection:
            return list(
                connection.execute(
                    select(events.c.kind).where(events.c.case_id == case_id).order_by(events.c.seq)
                ).scalars()
            )

    def work(self) -> None:
        work.run_all(self.office)


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    clock = FixedClock(MONDAY)
    office = Office(Settings(database_url=database_url, var_dir=tmp_path, secret="uji"), clock)
    office.db.create_all()
    with office.db.write() as connection:
        from engine.storage.people_tables import persons

        connection.execute(
            persons.insert(),
            [
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
            ],
        )
        if not office.db.is_sqlite:  # the next person made by the office gets the next number
            connection.execute(text("SELECT setval(pg_get_serial_sequence('person', 'id'), 100)"))
        office.definitions.activate(connection, bundle(), from_at=MONDAY, by_name="Uji", decree="Kep. 1", now=MONDAY)
    failing.clear()
    yield Desk(office, clock)
    office.close()
