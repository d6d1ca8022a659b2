"""The shared phases, also those that no shipped SOP calls yet: an invented SOP runs them one after the other."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest
import yaml
from sqlalchemy import func, select

from engine.storage.schema import cases as case_table
from engine.storage.schema import documents, incidents
from engine.storage.service_tables import berita_acara, berita_acara_signatures, bills, meetings, visits
from engine.verify import verify

from .test_shipped import Staff
from .walk import ROOT, Sop, Walk

PHASES = {
    "retribusi": ["pembahasan", "kunjungan", "berita_acara", "retribusi", "penerbitan"],
    "pajak": ["pembahasan", "pajak", "penerbitan"],
}
HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="d" targetNamespace="t">'
)


def _sop(phases: list[str]) -> str:
    """start -> phase -> ... -> end, in one lane."""
    steps = ["mulai", *phases, "selesai"]
    nodes = '<bpmn:startEvent id="mulai"/><bpmn:endEvent id="selesai"/>'
    nodes += "".join(f'<bpmn:callActivity id="{name}" name="{name}" calledElement="{name}"/>' for name in phases)
    for a, b in zip(steps, steps[1:], strict=False):
        nodes += f'<bpmn:sequenceFlow id="F_{a}_{b}" sourceRef="{a}" targetRef="{b}"/>'
    return f'{HEAD}<bpmn:process id="TAHAP" isExecutable="true">{nodes}</bpmn:process></bpmn:definitions>'


@pytest.fixture(params=sorted(PHASES))
def sop(request: pytest.FixtureRequest, tmp_path: Path) -> Sop:
    shutil.copytree(ROOT / "processes/shared", tmp_path / "processes/shared")
    shutil.copytree(ROOT / "forms/umum", tmp_path / "forms/umum")
    shutil.copytree(ROOT / "forms/kunjungan", tmp_path / "forms/kunjungan")
    folder, forms = tmp_path / "processes/TAHAP", tmp_path / "forms/TAHAP"
    folder.mkdir()
    forms.mkdir()
    (folder / "sop.bpmn").write_text(_sop(PHASES[request.param]), encoding="utf-8")
    permit = {
        "kode": "TAHAP",
        "nama": "Izin Uji Tahap",
        "kind": "izin",
        "bidang": "tertentu",
        "family": "teknis",
        "waktu": {"hari_kerja": 10, "sumber": "assumed"},
        "instansi": ["dispenda", "bplh", "dishub"],
        "varian": [{"kode": "baru", "nama": "Baru"}],
        "biaya": {"jenis": request.param, "baris": [{"uraian": "Luas", "rumus": "luas * 1000"}]},
    }
    (folder / "permit.yaml").write_text(yaml.safe_dump(permit), encoding="utf-8")
    (folder / "letter.html").write_text("<p>{{ nomor }} {{ case.applicant_name }}</p>", encoding="utf-8")
    area = {"type": "number", "id": "Luas", "key": "luas", "label": "Luas", "validate": {"required": True, "min": 1}}
    ticked = {"type": "checkbox", "id": "KTP", "key": "ktp", "label": "KTP", "properties": {"syarat": "wajib"}}
    form = {"type": "default", "id": "p", "schemaVersion": 18, "components": [{**area, "decimalDigits": 0}, ticked]}
    (forms / "permohonan.json").write_text(json.dumps(form), encoding="utf-8")
    return Sop("TAHAP", tmp_path)


def test_every_element_of_every_phase_is_reached(sop: Sop) -> None:
    left = {key for key, element in sop.elements.items() if element.kind != "boundaryEvent"}
    for seed in range(2000):  # the loop ends when all are seen
        walk = Walk(sop, random.Random(seed))
        walk.run()
        left -= walk.passed
        if not left:
            break
    assert not left, f"never reached: {sorted(left)}"


def test_the_phases_run_in_a_real_office(sop: Sop, tmp_path: Path) -> None:
    staff = Staff(tmp_path, sop, seed=11)
    try:
        case_id = staff.open("baru")
        staff.go_on(case_id, "baru", refuse=False)
        with staff.office.db.read() as connection:
            assert [row.cause for row in connection.execute(select(incidents))] == []
            case = connection.execute(select(case_table).where(case_table.c.id == case_id)).one()
            assert case.state == "selesai" and case.permit_number
            bill = connection.execute(select(bills)).one()
            assert bill.total > 0 and bill.total % 1000 == 0
            kinds = set(connection.execute(select(documents.c.kind)).scalars())
            assert kinds >= {"undangan", "izin"} and kinds & {"skrd", "skpd"}
            assert connection.execute(select(func.count()).select_from(meetings)).scalar() == 1
            if "shared/kunjungan.bpmn" in sop.bundle.files:
                assert connection.execute(select(func.count()).select_from(visits)).scalar() == 1
                assert connection.execute(select(berita_acara.c.objections)).scalar() == 0
                signed = set(connection.execute(select(berita_acara_signatures.c.agency)).scalars())
                assert signed == {"dispenda", "bplh", "dishub"}
        assert verify(staff.office).problems == []
    finally:
        staff.office.close()
