"""Counter, catalogue, today and bottlenecks in a real browser: the way through, small screens, axe, no scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.people import add_person, start_session
from engine.people.person import Person
from tests.browser.test_task_page import AXE, Enter, address, database_url, desk, enter, session_of, siup  # noqa: F401
from tests.engine.core.conftest import Desk
from web.security import COOKIE

ANSWERS = {
    "nama_perusahaan": "Toko Berkah",
    "penanggung_jawab": "Sari",
    "alamat_usaha": "Jl. Juanda 1",
    "kbli": "4711",
    "barang_jasa": "Sembako",
    "kekayaan_bersih": "100.000.000",
    "modal": "50.000.000",
    "tenaga_kerja": "3",
}


@pytest.fixture
def boss(page: Page, address: str, desk: Desk) -> None:  # noqa: F811
    """The page's browser is a head of division's, who sees figures, cases and SOPs."""
    roles = [("kabid", "jasa_usaha"), ("loket", None)]
    with desk.office.db.write() as connection:
        person: Person = add_person(connection, "kartika", "Kartika Sari", roles, desk.office.now())
        token = start_session(connection, person.id, desk.office.now())
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])


def applicant(page: Page) -> None:
    page.get_by_label("Jenis izin dan varian").fill("SIUP kecil")
    page.get_by_label("Nama pemohon").fill("Sari Wulandari")
    page.locator("[name=nik]").fill("3275014507900001")
    page.get_by_label("Nomor telepon").fill("081234567890")
    page.get_by_label("Alamat pemohon").fill("Jl. Juanda 1")


def fill_in(page: Page) -> None:
    for name, value in ANSWERS.items():
        page.locator(f"[name={name}]").fill(value)
    for select in page.locator("main select").all():
        select.select_option(index=1)
    for name in ("sekaligus_tdp", "dikuasakan"):
        page.locator(f"[name={name}][value=tidak]").check(force=True)
    for box in page.locator("main input[type=checkbox]").all():
        if box.is_visible():
            box.check(force=True)


def test_an_application_becomes_a_resi(page: Page, address: str, enter: Enter, desk: Desk) -> None:  # noqa: F811
    enter("loket")
    page.goto(f"{address}/loket")
    page.get_by_role("button", name="Permohonan baru").click()
    page.get_by_label("Jenis izin dan varian").fill("SIUP kecil")
    expect(page.locator("#tentang-jenis")).to_contain_text("Janji: 3 hari kerja")
    page.locator("[name=pemohon][value=badan]").check(force=True)
    expect(page.get_by_label("NPWP badan")).to_be_visible()
    expect(page.locator("[name=nik]")).to_be_hidden()
    page.locator("[name=pemohon][value=orang]").check(force=True)
    applicant(page)
    page.get_by_role("button", name="Lanjut ke isian dan berkas").click()
    fill_in(page)
    page.get_by_role("button", name="Lanjut ke pemeriksaan").click()
    expect(page.get_by_text("Rp100.000.000")).to_be_visible()
    page.get_by_role("button", name="Daftarkan dan beri resi").click()
    expect(page.get_by_role("heading", name="Resi BPPT-")).to_be_visible()
    page.get_by_role("link", name="Halaman status untuk pemohon").click()
    expect(page.locator(".sy-stations [aria-current=step]")).to_contain_text("Berkas diperiksa")


def test_without_scripts_the_counter_works_as_well(browser: Browser, address: str, desk: Desk) -> None:  # noqa: F811
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": COOKIE, "value": session_of(desk, "loket"), "url": address}])
    page = context.new_page()
    page.goto(f"{address}/loket/baru")
    applicant(page)
    page.get_by_role("button", name="Lanjut ke isian dan berkas").click()
    page.locator("[name=nama_perusahaan]").fill("Toko Berkah")
    page.get_by_role("button", name="Simpan, lanjutkan nanti").click()
    expect(page.get_by_text("Konsep tersimpan")).to_be_visible()
    page.get_by_role("link", name="Lanjutkan pendaftaran").click()
    expect(page.locator("[name=nama_perusahaan]")).to_have_value("Toko Berkah")
    context.close()


def test_a_step_on_the_diagram_leads_to_its_figures(page: Page, address: str, boss: None, desk: Desk) -> None:  # noqa: F811
    siup(desk)
    page.goto(f"{address}/simpul/SIUP?diagram=kerangka")
    page.locator(".sy-diagram[data-ready=true]").wait_for()
    expect(page.locator(".sy-pill").first).to_contain_text("1")
    page.locator("[data-element-id=daftar]").first.click()
    page.wait_for_url("**/simpul/SIUP/kerangka/daftar**")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Periksa kelengkapan berkas")


def test_what_the_check_found_opens_in_place(page: Page, address: str, boss: None) -> None:  # noqa: F811
    page.goto(f"{address}/sop/SIUP")
    page.get_by_text("Hasil pemeriksaan", exact=True).click()
    expect(page.locator("#pemeriksaan li, #pemeriksaan p").first).not_to_have_text("Lihat hasil pemeriksaan")


def test_pages_fit_and_are_accessible(page: Page, address: str, boss: None, desk: Desk) -> None:  # noqa: F811
    desk.registered()
    case_id = siup(desk)
    desk.clock.advance(days=9)
    desk.work()
    addresses = [
        *("/loket", "/loket?cari=sari", "/loket?daftar=ambil", "/loket/baru", f"/loket/permohonan/{case_id}"),
        *("/hari-ini", "/daftar", "/daftar?keadaan=late", "/simpul", "/simpul/UJI", "/simpul/UJI/UJI/periksa"),
        *("/sop", "/sop/SIUP", "/sop/SIUP?diagram=kerangka", "/sop/SIUP/formulir/SIUP/permohonan", "/lacak"),
    ]
    script = AXE.read_text(encoding="utf-8")
    wrong: list[str] = []
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for path in addresses:
            answer = page.goto(address + path)
            assert answer is not None and answer.status == 200, path
            over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if over > 0:
                wrong.append(f"{path} is {over} px too wide at {width}")
            page.evaluate(script)
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
            wrong += [f"{path} at {width}: {one['id']} {one['nodes'][0]['target']}" for one in found]
    assert not wrong, "\n".join(wrong)
