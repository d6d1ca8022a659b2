"""The catalogue, the order of steps, what is assumed; every SOP that ships can be told as a table."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.bundle import read_bundle
from engine.definitions import Version
from engine.errors import NotFound
from engine.insight.catalogue import activations_of, assumed_of, catalogue, findings_of, version_of, waiting_at
from engine.insight.steps import lanes_of, persons_steps, processes_of, steps_of
from engine.settings import ROOT
from tests.engine.core.conftest import Desk, bundle

SHIPPED = sorted(path.parent.name for path in (ROOT / "processes").glob("*/sop.bpmn"))


def shipped(code: str) -> Version:
    read = read_bundle(code, ROOT / "processes", ROOT / "forms")
    return Version(read.hash, code, 1, read)


def test_the_catalogue_counts_what_is_open(desk: Desk) -> None:
    desk.open()
    desk.registered()
    (uji,) = catalogue(desk.office)
    assert (uji.code, uji.number, uji.promise_days, uji.open, uji.late) == ("UJI", 1, 4, 2, 0)
    assert (uji.median_minutes, uji.decided, uji.assumed) == (None, 0, 1)
    desk.clock.advance(days=9)
    desk.work()
    assert catalogue(desk.office)[0].late == 1
    assert waiting_at(desk.office, "UJI") == {("kerangka", "daftar"): 1, ("UJI", "periksa"): 1}


def test_versions_tell_since_when_and_by_whom(desk: Desk) -> None:
    now = desk.office.now()
    with desk.office.db.write() as connection:
        desk.office.definitions.activate(
            connection, bundle(), from_at=now + timedelta(days=5), by_name="Ani", decree="Kep. 9", now=now
        )
    later, first = activations_of(desk.office, "UJI")
    assert (later.current, later.future, later.decree) == (False, True, "Kep. 9")
    assert (first.current, first.future, first.by_name, first.number) == (True, False, "Uji", 1)
    assert version_of(desk.office, "UJI", 1).number == 1
    with pytest.raises(NotFound):
        version_of(desk.office, "UJI", 2)
    with pytest.raises(NotFound):
        version_of(desk.office, "TIDAKADA")


def test_steps_stand_in_the_order_of_the_work(desk: Desk) -> None:
    version = version_of(desk.office, "UJI")
    order = [step.element for step in steps_of(version, "UJI")]
    assert order[0] == "m" and order.index("periksa") < order.index("g_sah") < order.index("fase") < order.index(
        "terbit"
    )
    assert sorted(order) == sorted(version.processes["UJI"].elements)
    frame = {step.element: step for step in steps_of(version, "kerangka")}
    assert [way.answer for way in frame["sop"].deadlines] == ["ingat", "ditarik", "ditolak"]
    assert {step.element for step in persons_steps(version)} == {
        *("daftar", "lengkapi_awal", "serahkan", "surat_penolakan", "periksa", "lengkapi", "teken", "verifikasi")
    }


@pytest.mark.parametrize("code", SHIPPED)
def test_every_shipped_sop_is_a_whole_table(code: str) -> None:
    version = shipped(code)
    assert list(processes_of(version))[:2] == [code, "kerangka"]
    for process in processes_of(version):
        steps = steps_of(version, process)
        lanes = lanes_of(version, process)
        assert steps[0].kind == "start"
        assert len({step.element for step in steps}) == len(steps)
        for step in steps:
            assert step.lane in lanes and step.name
            if step.person:
                assert step.form and step.days and step.output and step.kelengkapan
            if step.kind == "gateway":
                assert len(step.ways) > 1


def test_what_is_assumed_is_named(desk: Desk) -> None:
    permit = {
        "waktu": {"hari_kerja": 3, "sumber": "assumed"},
        "instansi": ["bplh"],
        "instansi_sumber": "assumed",
        "varian": [{"kode": "baru", "nama": "Baru", "sumber": "assumed"}, {"kode": "lama", "sumber": "umum"}],
        "pembagian_waktu": "waktu per langkah: assumed",
    }
    assert assumed_of(permit) == [
        ("waktu", "assumed"),
        ("instansi", "['bplh']"),
        ("varian.baru", "Baru"),
        ("pembagian_waktu", "waktu per langkah: assumed"),
    ]


def test_the_check_is_asked_once_a_version() -> None:
    version = shipped("SIUP")
    assert findings_of(version.bundle) is findings_of(version.bundle)
    assert all(finding.severity == "warning" for finding in findings_of(version.bundle))
