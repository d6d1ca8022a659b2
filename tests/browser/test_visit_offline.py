"""A visit where there is no connection: the page opens, what is found is kept on the phone, and is sent once later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.storage.agenda_tables import visit_photos
from engine.storage.schema import documents
from engine.storage.service_tables import visits
from engine.verify import verify
from tests.browser.agenda import Site
from tests.engine.meetings.conftest import Desk, desk  # noqa: F401  (a fixture here too)
from tests.engine.meetings.test_visits import picture, to_visit


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'kunjungan.sqlite3'}"


@pytest.fixture
def site(desk: Desk) -> Iterator[Site]:  # noqa: F811
    to_visit(desk, point="-6.24,106.98")
    desk.clock.set(desk.wib(20, 9))
    site = Site(desk)
    yield site
    site.off()


def fill(page: Page) -> None:
    page.get_by_text("Catat hasil", exact=True).click()
    for item in page.locator("[data-item]").all():
        item.get_by_text("Sesuai", exact=True).click()
    page.get_by_label("Temuan").fill("Peredam terpasang di dinding timur.")
    page.get_by_role("group", name="Apakah keadaan").get_by_text("Sesuai", exact=True).click()


def test_a_visit_without_connection_is_sent_later_and_once(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 360, "height": 760})
    site.enter(page.context, "bplh")
    page.goto(f"{site.url}/kunjungan")
    expect(page.locator("[data-offline-ready]")).to_be_attached()
    site.off()
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", name="Ani")).to_be_visible()
    fill(page)
    photo = {"name": "depan.jpg", "mimeType": "image/jpeg", "buffer": picture(800, 600)}
    page.locator("[data-photos]").set_input_files([photo])  # type: ignore[list-item]
    expect(page.locator("[data-photo-list]")).to_contain_text("depan.jpg")
    page.get_by_role("button", name="Simpan dan kirim hasil").click()
    status = page.locator("article [data-status]")
    expect(status).to_have_text("Tersimpan di ponsel, menunggu dikirim.")
    expect(page.locator("[data-queue]")).to_contain_text("1 hasil dan 1 foto")
    page.reload()
    expect(status).to_have_text("Tersimpan di ponsel, menunggu dikirim.")
    assert page.get_by_label("Temuan").input_value() == "Peredam terpasang di dinding timur."
    [visit] = site.desk.rows(visits)
    assert visit.state == "dijadwal"
    site.on()
    page.context.set_offline(False)
    expect(status).to_have_text("Terkirim.")
    expect(page.locator("[data-queue]")).to_be_hidden()
    [visit] = site.desk.rows(visits)
    assert (visit.state, visit.findings) == ("selesai", "Peredam terpasang di dinding timur.")
    assert [row["hasil"] for row in visit.checklist] == ["ya", "ya"]
    case_id = visit.case_id
    [kept] = site.desk.rows(visit_photos)
    assert (kept.width, kept.latitude) == (800, -6.24)
    assert len(site.desk.rows(documents, case_id=case_id, kind="foto_kunjungan")) == 1
    page.reload()
    expect(page.get_by_text(re.compile("Hasil sudah dicatat"))).to_be_visible()
    assert site.desk.history(case_id).count("visit_recorded") == 1
    assert verify(site.desk.office).problems == []


def test_a_session_that_ended_keeps_everything(page: Page, site: Site) -> None:
    site.enter(page.context, "bplh")
    page.goto(f"{site.url}/kunjungan")
    page.context.clear_cookies()
    fill(page)
    page.get_by_role("button", name="Simpan dan kirim hasil").click()
    expect(page.locator("[data-queue]")).to_contain_text("Sesi berakhir")
    assert site.desk.rows(visits)[0].state == "dijadwal"
    site.enter(page.context, "bplh")
    page.get_by_role("button", name="Kirim sekarang").click()
    expect(page.locator("article [data-status]")).to_have_text("Terkirim.")


def test_a_photo_that_is_too_large_says_so_and_holds_nothing_up(page: Page, site: Site, tmp_path: Path) -> None:
    site.enter(page.context, "bplh")
    page.goto(f"{site.url}/kunjungan")
    page.get_by_text("Catat hasil", exact=True).click()
    large = tmp_path / "besar.jpg"
    large.write_bytes(b"\xff\xd8\xff\xe0" + b"\0" * 50_000_000)
    page.locator("[data-photos]").set_input_files(large)
    expect(page.locator("[data-photo-list]")).to_contain_text(
        "Foto terlalu besar atau tidak terbaca: paling besar 10 MB."
    )
    expect(page.locator("[data-queue]")).to_be_hidden()
    assert site.desk.rows(visit_photos) == []


def test_the_route_is_drawn_on_a_grid_without_tiles(page: Page, site: Site) -> None:
    site.enter(page.context, "bplh")
    page.goto(f"{site.url}/kunjungan")
    page.get_by_text("Peta rute").click()
    expect(page.locator(".sy-pin")).to_have_count(2)
    expect(page.locator(".sy-gridtile").first).to_be_attached()
    page.goto(f"{site.url}/peta?titik=-6.24,106.98&km=1")
    expect(page.locator(".sy-pin")).to_have_count(1)
    page.locator(".sy-map").click(position={"x": 60, "y": 200})
    assert page.get_by_label("Di sekitar titik").input_value() != "-6.24,106.98"
