"""Meetings in a real browser: cases scheduled together, an agency that answers by its link, outcomes; and axe finds
nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.settings import ROOT
from engine.storage.agenda_tables import meeting_cases
from engine.storage.service_tables import meeting_invitations
from tests.browser.agenda import Site
from tests.engine.meetings.conftest import Desk, desk  # noqa: F401  (a fixture here too)

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'rapat.sqlite3'}"


@pytest.fixture
def site(desk: Desk) -> Iterator[Site]:  # noqa: F811
    site = Site(desk)
    yield site
    site.off()


def accessible(page: Page) -> None:
    found = page.evaluate(
        f"async () => {{ {AXE}; const r = await axe.run(document, {{resultTypes: ['violations']}});"
        " return r.violations.map((v) => `${v.id}: ${v.nodes[0].html}`); }"
    )
    assert found == []


def test_two_cases_are_scheduled_together_and_decided(page: Page, site: Site) -> None:
    ids = [site.desk.open(name=name) for name in ("Ani", "Budi")]
    site.enter(page.context, "bidang")
    page.goto(f"{site.url}/rapat")
    accessible(page)
    page.get_by_role("link", name="Belum dijadwalkan 2").click()
    accessible(page)
    page.get_by_role("button", name="Jadwalkan bersama").click()
    accessible(page)
    page.get_by_label("Senin, 18 Juli 2016 13.00 WIB").check()
    page.get_by_role("button", name="Jadwalkan dan kirim undangan").click()
    expect(page.get_by_text("dijadwalkan untuk 2 permohonan")).to_be_visible()
    expect(page.get_by_text("Belum menjawab")).to_have_count(2)
    accessible(page)
    meeting = page.url
    site.desk.work()
    mail = next(row for row in site.desk.sent("undangan_rapat") if row.recipient == "tim_teknis:dishub")
    page.context.clear_cookies()
    page.goto(f"{site.url}/undangan/{mail.data['tautan'].rpartition('/')[2]}")
    accessible(page)
    page.get_by_label("Tidak hadir").check()
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.get_by_text("Sebutkan alasan tidak hadir.").first).to_be_visible()
    assert page.get_by_label("Tidak hadir").is_checked()
    page.get_by_label("Catatan").fill("Rapat di kementerian")
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.get_by_text("Jawaban tercatat")).to_be_visible()
    assert {row.agency: row.reply for row in site.desk.rows(meeting_invitations)} == {"bplh": None, "dishub": "tidak"}
    site.desk.clock.set(site.desk.wib(18, 14, 30))
    site.enter(page.context, "bplh")
    page.goto(meeting)
    accessible(page)
    page.get_by_label("BPLH", exact=True).check()
    page.get_by_label("Nama yang hadir dari BPLH").fill("Tono")
    page.get_by_label("Notulen untuk semua permohonan").fill("Dibahas bersama.")
    page.get_by_role("button", name="Simpan kehadiran").click()
    expect(page.get_by_text("Tidak hadir", exact=True)).to_be_visible()
    page.get_by_role("radio", name="dapat dilanjutkan").first.check()
    page.get_by_role("radio", name="ditolak").last.check()
    page.get_by_role("button", name="Simpan hasil").click()
    expect(page.get_by_text("Hasil 1 permohonan dicatat")).to_be_visible()
    accessible(page)
    page.get_by_label("Alasan (bila ditolak)").fill("Zona hijau menurut RTRW")
    page.get_by_role("radio", name="ditolak").check()
    page.get_by_role("button", name="Simpan hasil").click()
    expect(page.get_by_text("Selesai").first).to_be_visible()
    assert {row.case_id: row.outcome for row in site.desk.rows(meeting_cases)} == {ids[0]: "lanjut", ids[1]: "tolak"}


def test_a_clash_is_named_and_what_was_typed_stays(page: Page, site: Site) -> None:
    site.desk.invite(site.desk.open(name="Ani"), "2016-07-20", "09:00")
    site.desk.open("SATU", "Dedi")
    site.enter(page.context, "bidang")
    page.goto(f"{site.url}/rapat?bagian=jadwal")
    page.get_by_role("button", name="Jadwalkan bersama").click()
    page.get_by_label("Waktu lain, seperti di bawah").check()
    page.get_by_label("Tanggal").fill("2016-07-20")
    page.get_by_label("Jam (WIB)").fill("09:30")
    page.get_by_label("Agenda").fill("Parkir di badan jalan")
    page.get_by_role("button", name="Jadwalkan dan kirim undangan").click()
    expect(page.get_by_role("alert")).to_contain_text("Dishub: rapat 005/0001/UND/BPPT/VII/2016")
    assert page.get_by_label("Agenda").input_value() == "Parkir di badan jalan"
    accessible(page)


def test_the_pages_fit_a_phone(page: Page, site: Site) -> None:
    site.desk.invite(site.desk.open(name="PT Karya Abadi Nusantara Sejahtera"), "2016-07-20", "09:00")
    page.set_viewport_size({"width": 360, "height": 740})
    site.enter(page.context, "bplh")
    for path in ("/rapat", "/rapat/1", "/rapat?bagian=kalender", "/rapat?bagian=instansi", "/kunjungan", "/peta"):
        page.goto(f"{site.url}{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        accessible(page)
