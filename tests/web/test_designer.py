"""SOPs as they are in force: the catalogue and one SOP, read only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.bundle import read_bundle
from engine.settings import ROOT
from tests.engine.core.conftest import Desk
from tests.web.conftest import Visitor

Visit = Callable[[str], Visitor]


@pytest.fixture
def office(desk: Desk) -> Desk:
    """The real SIUP and IPTM beside the invented type."""
    now = desk.office.now()
    with desk.office.db.write() as connection:
        for code in ("SIUP", "IPTM"):
            bundle = read_bundle(code, ROOT / "processes", ROOT / "forms")
            desk.office.definitions.activate(
                connection, bundle, from_at=now - timedelta(days=1), by_name="Sari Dewi", decree="Kep. 12", now=now
            )
    return desk


def codes(page: object) -> list[str]:
    return [row.get("data-href").rsplit("/", 1)[1] for row in page.doc.xpath("//tbody/tr")]  # type: ignore[attr-defined]


def test_the_catalogue_is_searched_and_filtered(office: Desk, visit: Visit) -> None:
    office.registered()
    reader = visit("bplh")
    page = reader.get("/sop")
    assert codes(page) == ["IPTM", "SIUP", "UJI"]
    assert "3 jenis berlaku, 1 permohonan terbuka" in page.text
    assert codes(reader.get("/sop?cari=usaha perdagangan")) == ["SIUP"]
    assert codes(reader.get("/sop?bidang=non_perizinan")) == ["IPTM"]
    assert codes(reader.get("/sop?family=teknis")) == ["UJI"]
    assert "Tidak ada jenis yang cocok" in reader.get("/sop?cari=tidakada").text


def test_one_sop_tells_everything_and_changes_nothing(office: Desk, visit: Visit) -> None:
    page = visit("bplh").get("/sop/SIUP")
    assert page.status == 200
    for words in (
        *("Surat Izin Usaha Perdagangan", "Permenpan-RB 35/2012", "Periksa keabsahan berkas", "4 jam kerja"),
        *(
            "Akta notaris",
            "Permendag 36",
            "PERUSAHAAN KECIL",
            "Sari Dewi",
            "Kep. 12",
            "simyandu processes activate SIUP",
        ),
    ):
        assert words in page.text
    assert [form.get("action") for form in page.doc.forms] == ["/keluar"]
    assert page.doc.xpath("//table[@id='langkah']//tr[.//th[contains(., 'Berkas sah?')]]//*[@aria-label='keputusan']")
    assert page.doc.xpath("//a[starts-with(@href,'https://')]/@rel") != []


def test_phases_and_frame_have_their_own_table(office: Desk, visit: Visit) -> None:
    reader = visit("bplh")
    frame = reader.get("/sop/SIUP?diagram=kerangka")
    assert "Periksa kelengkapan berkas" in frame.text and "Menjelang janji → Ingatkan" in frame.text
    phase = frame.doc.xpath("//nav//a[contains(., 'Penerbitan')]/@href")[0]
    assert "Tanda tangani surat" in reader.get(phase).text
    assert reader.get("/sop/SIUP?diagram=tidak_ada").status == 200


def test_numbers_on_the_diagram_lead_to_the_cases(office: Desk, visit: Visit) -> None:
    office.registered()
    clerk = visit("loket")
    drawn = clerk.get("/sop/UJI").doc.xpath("//div[contains(@class,'sy-diagram')]")[0]
    state = clerk.client.get(drawn.get("data-state")).json
    assert state["counts"] == {"periksa": {"waiting": 1}}
    listed = clerk.get(state["links"]["periksa"])
    assert len(listed.doc.xpath("//tbody/tr")) == 1
    limited = visit("bplh").client.get(drawn.get("data-state")).json
    assert limited["counts"] == {"periksa": {"waiting": 1}} and limited["links"] == {}


def test_the_findings_of_the_check_come_as_a_part_and_as_a_page(office: Desk, visit: Visit) -> None:
    reader = visit("bplh")
    page = reader.get("/sop/SIUP/pemeriksaan")
    part = reader.client.get("/sop/SIUP/pemeriksaan", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "Hasil pemeriksaan" in page.text and page.doc.xpath("//header")
    assert "<html" not in part and ("Peringatan" in part or "tidak menemukan" in part)


def test_a_form_is_shown_as_it_is_and_cannot_be_sent(office: Desk, visit: Visit) -> None:
    reader = visit("bplh")
    page = reader.get("/sop/SIUP/formulir/SIUP/permohonan")
    assert page.status == 200 and "Nama perusahaan" in page.text
    assert page.doc.xpath("//fieldset[@disabled]//input[@name='nama_perusahaan']")
    assert reader.get("/sop/SIUP/formulir/umum/tidak_ada").status == 404


def test_an_older_version_is_marked_as_such(office: Desk, visit: Visit) -> None:
    reader = visit("bplh")
    bundle = read_bundle("SIUP", ROOT / "processes", ROOT / "forms")
    changed = type(bundle)(bundle.code, {**bundle.files, "letter.html": b"<p>baru</p>"})
    now = office.office.now()
    with office.office.db.write() as connection:
        office.office.definitions.activate(connection, changed, from_at=now, by_name="Ani", decree="Kep. 13", now=now)
    assert "Bukan yang berlaku" not in reader.get("/sop/SIUP").text
    old = reader.get("/sop/SIUP?versi=1")
    assert "Bukan yang berlaku" in old.text and "Yang berlaku sekarang versi 2" in old.text
    assert reader.get("/sop/SIUP?versi=9").status == 404
    told = reader.get(old.doc.xpath("//a[starts-with(@href,'/sop/SIUP/beda')]/@href")[0])
    assert "Versi 1 dan 2" in told.text and "letter.html" in told.text
    assert "Kedua versi sama" in reader.get("/sop/SIUP/beda?dari=1&ke=1").text
    assert reader.get("/sop/SIUP/beda?dari=1&ke=x").status == 404


def test_the_drawing_can_be_taken_home(office: Desk, visit: Visit) -> None:
    reader = visit("bplh")
    answer = reader.client.get("/sop/SIUP/diagram.bpmn?diagram=penerbitan&unduh=1")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="penerbitan.bpmn"'
    assert reader.get("/sop/SIUP/diagram.bpmn?diagram=tidak_ada").status == 404
    assert reader.get("/sop/TIDAKADA").status == 404
