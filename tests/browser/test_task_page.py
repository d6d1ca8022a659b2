"""Tasks and cases in a real browser: drafts as one types, keys, diagrams, no scripts, small screens, accessibility."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from engine import cases
from engine.bundle import read_bundle
from engine.dossier import task_view
from engine.people import start_session
from engine.storage.people_tables import memberships
from tests.engine.core.conftest import MONDAY, PEOPLE, Desk, desk, failing  # noqa: F401  (a fixture)
from web.app import create_app
from web.security import COOKIE

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
Enter = Callable[[str], None]


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'peramban.sqlite3'}"


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:  # noqa: F811
    """The pages over the desk's office, with SIUP beside the invented type: it has a drawing and a checklist."""
    rows = [
        {"person_id": person.id, "role": role, "scope": scope or ""}
        for person in PEOPLE.values()
        for role, scope in person.memberships
    ]
    siup = read_bundle("SIUP", ROOT / "processes", ROOT / "forms")
    with desk.office.db.write() as connection:
        connection.execute(memberships.insert(), rows)
        desk.office.definitions.activate(connection, siup, from_at=MONDAY, by_name="Uji", decree="Kep. 2", now=MONDAY)
    server = make_server("127.0.0.1", 0, create_app(desk.office), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def enter(page: Page, address: str, desk: Desk) -> Enter:  # noqa: F811
    """enter("loket"): the page's browser is that person's now."""

    def sign_in(name: str) -> None:
        page.context.add_cookies([{"name": COOKIE, "value": session_of(desk, name), "url": address}])

    return sign_in


def session_of(desk: Desk, name: str) -> str:  # noqa: F811
    with desk.office.db.write() as connection:
        return start_session(connection, PEOPLE[name].id, desk.office.now())


def siup(desk: Desk) -> int:  # noqa: F811
    applicant = cases.Applicant("CV Maju Bersama", id="3275010101800001", kecamatan="Bekasi Barat")
    return cases.open_case(desk.office, "SIUP", "kecil", applicant, by=PEOPLE["loket"]).case_id


def draft(desk: Desk, task_id: int) -> dict[str, Any]:  # noqa: F811
    return dict(task_view(desk.office, PEOPLE["bidang"], task_id).values)


def test_what_is_typed_is_saved_without_asking(page: Page, address: str, enter: Enter, desk: Desk) -> None:  # noqa: F811
    task_id = desk.tasks(desk.registered())[0].id
    enter("bidang")
    page.goto(f"{address}/tugas/{task_id}")
    page.get_by_label("Kekurangan").fill("NPWP tidak terbaca")
    expect(page.locator("[data-draft-status]")).to_have_text("Konsep tersimpan 09.00", timeout=15_000)
    assert draft(desk, task_id)["kekurangan"] == "NPWP tidak terbaca"
    page.reload()
    expect(page.get_by_label("Kekurangan")).to_have_value("NPWP tidak terbaca")


def test_a_session_that_ends_while_typing_loses_nothing(
    page: Page,
    address: str,
    enter: Enter,
    desk: Desk,  # noqa: F811
) -> None:
    task_id = desk.tasks(desk.registered())[0].id
    enter("bidang")
    page.goto(f"{address}/tugas/{task_id}")
    desk.clock.advance(hours=1)
    box, status = page.get_by_label("Kekurangan"), page.locator("[data-draft-status]")
    box.fill("panjang sekali")
    expect(status).to_contain_text("Sesi Anda berakhir", timeout=15_000)
    expect(status.get_by_role("link")).to_have_attribute("target", "_blank")
    page.get_by_role("button", name="tidak").click()  # held back: it would lead to the sign-in page
    expect(box).to_have_value("panjang sekali")
    assert page.url.endswith(f"/tugas/{task_id}") and draft(desk, task_id) == {}
    enter("bidang")  # signed in again, in another tab
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(status).to_have_text("Konsep tersimpan 10.00")
    assert draft(desk, task_id)["kekurangan"] == "panjang sekali"
    # Not a click: the button takes a second one within a second for a double click.
    page.get_by_role("button", name="tidak").evaluate("button => button.form.requestSubmit(button)")
    expect(page.get_by_text("“periksa” selesai")).to_be_visible()


def test_the_keys_of_the_list(page: Page, address: str, enter: Enter, desk: Desk) -> None:  # noqa: F811
    first, second = (desk.tasks(desk.registered())[0].id for _ in range(2))
    enter("bidang")
    page.goto(f"{address}/tugas?daftar=kelompok")
    expect(page.locator("body.js-enabled")).to_be_attached()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tugas/{first}")
    page.goto(f"{address}/tugas?daftar=kelompok")
    page.keyboard.press("k")
    page.keyboard.press("c")
    page.wait_for_url(f"**/tugas/{second}")
    expect(page.get_by_role("button", name="Lepas ke kelompok")).to_be_visible()
    page.goto(f"{address}/tugas?daftar=kelompok")
    page.keyboard.press("c")  # no row chosen: the next one
    page.wait_for_url(f"**/tugas/{first}")


def test_everything_works_without_scripts(browser: Browser, address: str, desk: Desk) -> None:  # noqa: F811
    case_id = desk.registered()
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": COOKIE, "value": session_of(desk, "bidang"), "url": address}])
    page = context.new_page()
    page.goto(f"{address}/tugas")
    page.get_by_role("button", name="Ambil tugas berikutnya").click()
    page.get_by_label("Kekurangan").fill("tidak ada")
    page.get_by_role("button", name="Simpan konsep").click()
    expect(page.get_by_text("Tugasnya belum diselesaikan")).to_be_visible()
    expect(page.get_by_label("Kekurangan")).to_have_value("tidak ada")
    page.get_by_role("button", name="ya", exact=True).click()
    expect(page.get_by_text("“periksa” selesai")).to_be_visible()
    context.close()
    assert desk.at(case_id) == ["teken", "teken"]


def test_the_diagram_lights_up_the_step(page: Page, address: str, enter: Enter, desk: Desk) -> None:  # noqa: F811
    case_id = siup(desk)
    enter("loket")
    for path in (f"/permohonan/{case_id}?proses=kerangka", f"/tugas/{desk.tasks(case_id)[0].id}"):
        page.goto(address + path)
        expect(page.locator(".sy-diagram[data-ready]")).to_be_attached()
        expect(page.locator(".sy-flag--active")).to_have_text("Di sini")
        assert "Di sini: Periksa kelengkapan berkas" in str(
            page.locator(".sy-diagram__canvas").get_attribute("aria-label")
        )


def test_pages_are_accessible_and_fit_every_screen(page: Page, address: str, enter: Enter, desk: Desk) -> None:  # noqa: F811
    case_id = siup(desk)
    waiting = desk.registered()
    failing["uji/resi"] = "Nomor habis: " + "x" * 60
    desk.do("loket", desk.open(), "daftar", usaha="Warung", ktp=True)
    task_id = desk.tasks(case_id)[0].id
    shown = {
        "loket": ["/tugas?daftar=kelompok", "/tugas?daftar=saya", f"/tugas/{task_id}", "/permohonan?cari=sari"]
        + [f"/permohonan/{case_id}{part}" for part in ("", "/berkas", "/catatan", "/pesan", "/kekurangan", "/tarik")],
        "bidang": [f"/tugas/{desk.tasks(waiting)[0].id}"]
        + [f"/permohonan/{waiting}/kembalikan/{desk.tasks(waiting)[0].id}"],
        "admin": ["/masalah"],
    }
    script = AXE.read_text(encoding="utf-8")
    problems = []
    for name, paths in shown.items():
        enter(name)
        for path in paths:
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto(address + path)
            if page.locator(".sy-diagram").count() and "SIUP" in page.content():
                expect(page.locator(".sy-diagram[data-ready]")).to_be_attached()
            page.evaluate(f"{script}; undefined")
            found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
            problems += [f"{path}: {v['id']} at {v['nodes'][0]['target']}" for v in found["violations"]]
            for width in (360, 1920):
                page.set_viewport_size({"width": width, "height": 900})
                if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                    problems.append(f"{path}: wider than {width} px")
    assert not problems, "\n".join(problems)
