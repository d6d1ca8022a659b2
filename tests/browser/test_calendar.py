"""An administrator declares a day closed and watches the deadlines move."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from engine import cases
from engine.calendar_moves import move_due
from engine.people import by_username
from tests.browser.house import House, aside, open_house


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("kantor")) as opened:
        yield opened


def test_a_closed_day_is_previewed_saved_and_seen_moving(page: Page, house: House) -> None:
    with house.office.db.read() as connection:
        clerk = by_username(connection, "loket")
        siup = house.office.definitions.active(connection, "SIUP", house.clock.now())
    variant = siup.permit["varian"][0]["kode"]
    cases.open_case(house.office, "SIUP", variant, cases.Applicant("Sari"), by=clerk)
    house.sign_in(page, "admin")
    page.goto(f"{house.address}/kalender")
    page.get_by_role("button", name="Tambah baris").click()
    page.get_by_label("Kantor tutup").check()
    page.get_by_label("Tanggal pertama").fill("2016-07-18")
    page.get_by_label("Keterangan").fill("Banjir")
    page.get_by_role("button", name="Lihat akibatnya").click()
    expect(page.get_by_text("Sebutkan keputusan yang menjadi dasarnya.").first).to_be_visible()
    page.get_by_label("Keputusan yang menjadi dasar").fill("SK Wali Kota 7/2016")
    page.get_by_role("button", name="Lihat akibatnya").click()
    expect(page.get_by_text("1 tenggat akan bergeser")).to_be_visible()
    page.get_by_role("button", name="Simpan dan geser").click()
    expect(page.get_by_text("0 dari 1 permohonan")).to_be_visible()
    aside(move_due, house.office)
    expect(page.get_by_text("1 tenggat bergeser pada 1 permohonan")).to_be_visible(timeout=10_000)
    expect(page.locator("#gerak[hx-get]")).to_have_count(0)
    expect(page.locator("#bulan-7 ~ ul").get_by_text("Banjir")).to_be_visible()
