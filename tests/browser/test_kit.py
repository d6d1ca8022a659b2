"""The kit in a real browser, under the policy: diagrams, lists, small screens, and without scripts."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.web.gallery import ERRORS, gallery_app

SMALL = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def app() -> Flask:
    return gallery_app()


@pytest.fixture(scope="module")
def home(app: Flask) -> Iterator[str]:
    """Address of the running gallery."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def open_diagram(page: Page, home: str) -> None:
    page.goto(f"{home}/diagram")
    expect(page.locator(".sy-diagram[data-ready]")).to_be_visible()


def view_of(page: Page) -> list[float]:
    """What the canvas shows: scale and shift of its viewport."""
    script = "(({a, e, f}) => [a, e, f])(document.querySelector('.viewport').transform.baseVal.consolidate().matrix)"
    numbers: list[float] = page.evaluate(script)
    return numbers


# Diagram


def test_a_diagram_shows_where_a_case_is_in_marks_and_in_words(page: Page, home: str) -> None:
    open_diagram(page, home)
    for element, mark in (("bahas", "sy-active"), ("periksa", "sy-done"), ("ba", "sy-late"), ("f3", "sy-path")):
        expect(page.locator(f"[data-element-id={element}]")).to_have_class(re.compile(rf"\b{mark}\b"))
    overlay = page.locator(".djs-overlays")
    expect(overlay.filter(has_text="Di sini")).to_have_count(1)
    expect(overlay.filter(has_text="Terlambat")).to_have_count(1)
    expect(page.locator(".djs-overlays[data-container-id=ba] .sy-pill")).to_contain_text("12")
    expect(page.locator(".djs-overlays[data-container-id=ba] .sy-pill")).to_contain_text("6,4 hk")
    expect(page.get_by_role("group", name="Diagram SOP contoh")).to_have_attribute(
        "aria-label", re.compile("Di sini: Pembahasan teknis. Terlambat: Tanda tangani berita acara")
    )
    expect(page.locator(".sy-diagram__legend li")).to_have_text(
        ["Di sini", "Terlambat", "Sudah lewat", "Jalur yang ditempuh"]
    )


def test_the_mark_of_the_drawing_library_stays_in_sight(page: Page, home: str) -> None:
    open_diagram(page, home)
    expect(page.locator("a.bjs-powered-by")).to_be_visible()


def test_short_words_on_flows_are_not_broken(page: Page, home: str) -> None:
    open_diagram(page, home)
    lines = page.locator("[data-element-id=f3_label] tspan")
    expect(lines).to_have_text(["ya"])
    expect(page.locator("[data-element-id=f4_label] tspan")).to_have_text(["tidak"])


def test_a_step_leads_to_its_cases(page: Page, home: str) -> None:
    open_diagram(page, home)
    page.locator("[data-element-id=bahas] .djs-hit").first.click()
    page.wait_for_url("**/permohonan?langkah=bahas")


def test_a_step_without_a_link_leads_nowhere(page: Page, home: str) -> None:
    open_diagram(page, home)
    page.locator("[data-element-id=lengkapi] .djs-hit").first.click()
    page.locator("[data-element-id=periksa] .djs-hit").first.click()
    assert page.url.endswith("/diagram")


def test_dragging_moves_the_diagram_and_follows_no_link(page: Page, home: str) -> None:
    open_diagram(page, home)
    before = view_of(page)
    box = page.locator("[data-element-id=bahas] .djs-hit").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 60, steps=4)
    page.mouse.up()
    after = view_of(page)
    assert page.url.endswith("/diagram")
    assert after[0] == pytest.approx(before[0])
    assert after[1] - before[1] == pytest.approx(70, abs=20)
    assert after[2] - before[2] == pytest.approx(40, abs=20)


def test_keys_zoom_move_and_fit(page: Page, home: str) -> None:
    open_diagram(page, home)
    first = view_of(page)
    canvas = page.locator(".sy-diagram__canvas")
    canvas.press("+")
    assert view_of(page)[0] == pytest.approx(first[0] * 1.25, rel=0.01)
    canvas.press("-")
    assert view_of(page)[0] == pytest.approx(first[0], rel=0.01)
    canvas.press("ArrowRight")
    assert view_of(page)[1] == pytest.approx(first[1] - 60, abs=1)
    canvas.press("0")
    whole = view_of(page)
    assert whole[0] <= first[0] * 1.01
    assert page.evaluate("window.scrollY") == 0


def test_buttons_do_what_keys_do(page: Page, home: str) -> None:
    open_diagram(page, home)
    first = view_of(page)
    page.get_by_role("button", name="Perbesar").click()
    assert view_of(page)[0] == pytest.approx(first[0] * 1.25, rel=0.01)
    page.get_by_role("button", name="Perkecil").click()
    assert view_of(page)[0] == pytest.approx(first[0], rel=0.01)
    page.get_by_role("button", name="Ke langkah ini").click()
    expect(page.locator("[data-element-id=ba]")).to_be_in_viewport()


def test_lanes_keep_their_names_when_one_moves_right(page: Page, home: str) -> None:
    open_diagram(page, home)
    names = page.locator(".sy-lane-name:visible")
    expect(names).to_have_count(0)
    for _ in range(5):
        page.locator(".sy-diagram__canvas").press("+")
    for _ in range(8):
        page.locator(".sy-diagram__canvas").press("ArrowRight")
    expect(names.filter(has_text="Tim Teknis")).to_have_count(1)


def test_a_diagram_that_cannot_be_fetched_can_be_tried_again(page: Page, home: str) -> None:
    page.route("**/sop.bpmn", lambda route: route.fulfill(status=500, body="rusak"))
    page.goto(f"{home}/diagram")
    expect(page.get_by_role("alert")).to_have_text("Diagram tidak dapat dimuat")
    expect(page.get_by_role("link", name="Lihat langkah-langkahnya sebagai tabel")).to_be_visible()
    page.unroute("**/sop.bpmn")
    page.get_by_role("button", name="Coba lagi").click()
    expect(page.locator(".sy-diagram[data-ready]")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_diagram_without_its_state_is_not_shown_as_if_nothing_were_lit(page: Page, home: str) -> None:
    page.route("**/state.json", lambda route: route.fulfill(status=503, body=""))
    page.goto(f"{home}/diagram")
    expect(page.get_by_role("alert")).to_have_text("Diagram tidak dapat dimuat")


@pytest.mark.parametrize("body", ["", "<html></html>", "<bpmn:definitions"])
def test_a_file_that_is_no_diagram_says_so(page: Page, home: str, body: str) -> None:
    page.route("**/sop.bpmn", lambda route: route.fulfill(status=200, content_type="application/xml", body=body))
    page.goto(f"{home}/diagram")
    expect(page.get_by_role("alert")).to_have_text("Diagram tidak dapat dimuat")


def test_a_diagram_can_be_read_on_a_phone(page: Page, home: str) -> None:
    page.set_viewport_size(SMALL)
    open_diagram(page, home)
    assert view_of(page)[0] >= 0.75
    expect(page.locator(".djs-overlays[data-container-id=ba] .sy-flag")).to_be_visible()
    box = page.locator(".djs-overlays[data-container-id=ba] .sy-flag").bounding_box()
    assert box is not None
    assert 0 < box["x"] < SMALL["width"] - 40


def test_a_finger_moves_the_diagram_and_a_tap_follows_a_step(browser: Browser, home: str) -> None:
    context = browser.new_context(has_touch=True, viewport=SMALL)
    page = context.new_page()
    open_diagram(page, home)
    before = view_of(page)
    box = page.locator(".sy-diagram__canvas").bounding_box()
    assert box is not None
    x, y = box["x"] + 250, box["y"] + 40
    finger = context.new_cdp_session(page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in (20, 40, 60, 80):
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x - step, "y": y}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    after = view_of(page)
    assert after[1] - before[1] == pytest.approx(-80, abs=30)
    assert after[2] == pytest.approx(before[2], abs=1)
    page.get_by_role("button", name="Ke langkah ini").tap()
    page.get_by_role("button", name="Ke langkah ini").tap()
    page.locator("[data-element-id=bahas] .djs-hit").first.tap()
    page.wait_for_url("**/permohonan?langkah=bahas")
    context.close()


# Lists


def test_a_list_answers_to_its_keys(page: Page, home: str) -> None:
    page.goto(home)
    chosen = page.locator("tr.sy-row--chosen")
    page.keyboard.press("j")
    expect(chosen).to_contain_text("HO-2016-001234")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(chosen).to_contain_text("SIUP-2016-0009")
    page.keyboard.press("k")
    expect(chosen).to_contain_text("HO-2016-001234")
    page.keyboard.press("Enter")
    page.wait_for_url("**/t/1")


def test_c_claims_the_chosen_row(page: Page, home: str) -> None:
    page.goto(home)
    page.keyboard.press("k")
    page.keyboard.press("c")
    page.wait_for_url("**/diambil/2")


def test_letters_typed_into_a_field_are_letters(page: Page, home: str) -> None:
    page.goto(home)
    page.keyboard.press("/")
    page.keyboard.type("jkc")
    expect(page.locator("[data-search]")).to_have_value("jkc")
    expect(page.locator("tr.sy-row--chosen")).to_have_count(0)


# Partial updates


def test_a_part_is_swapped_in_and_its_components_start(page: Page, home: str) -> None:
    page.goto(home)
    expect(page.locator(".sy-diagram[data-ready]")).to_have_count(1)
    page.get_by_role("link", name="Muat bagian").click()
    expect(page.locator("#bagian")).to_contain_text("Dimuat sebagian (true)")
    expect(page.locator("#bagian .sy-diagram[data-ready]")).to_have_count(1)
    assert page.locator("style").count() == 0


def test_a_refusal_is_shown_where_the_part_would_stand(page: Page, home: str) -> None:
    page.goto(home)
    page.get_by_role("link", name="Ambil", exact=True).click()
    expect(page.locator("#bagian")).to_have_text("Sudah diambil Rina pukul 09.12")


# Frame


@pytest.mark.parametrize("address", ["/", "/masuk?error=Salah", "/diagram", *(f"/galat/{name}" for name in ERRORS)])
def test_no_page_scrolls_sideways(page: Page, home: str, address: str) -> None:
    page.goto(f"{home}{address}")
    for width in (320, 360, 768, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


def test_the_menu_opens_on_a_small_screen(page: Page, home: str) -> None:
    page.set_viewport_size(SMALL)
    page.goto(home)
    link = page.get_by_role("link", name="Loket", exact=True)
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(link).to_be_visible()


def test_the_skip_link_comes_first_and_leads_to_the_content(page: Page, home: str) -> None:
    page.goto(home)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Langsung ke isi halaman")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main-content")).to_be_focused()


def test_the_password_can_be_looked_at(page: Page, home: str) -> None:
    page.goto(f"{home}/masuk")
    page.get_by_role("button", name="Tampilkan kata sandi").click()
    expect(page.locator("#password")).to_have_attribute("type", "text")


def test_a_lost_connection_is_said(page: Page, home: str) -> None:
    page.goto(home)
    bar = page.locator("[data-offline]")
    expect(bar).to_be_hidden()
    page.context.set_offline(True)
    expect(bar).to_be_visible()
    page.context.set_offline(False)
    expect(bar).to_be_hidden()


def test_what_matters_is_there_without_scripts(browser: Browser, home: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=SMALL)
    page = context.new_page()
    page.goto(home)
    expect(page.get_by_role("link", name="Loket", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Lihat langkah-langkahnya sebagai tabel")).to_be_visible()
    expect(page.locator("[data-js-only]").first).to_be_hidden()
    expect(page.get_by_role("button", name="Keluar")).to_be_visible()
    context.close()


def test_paper_has_no_menu_and_no_buttons(page: Page, home: str) -> None:
    page.goto(home)
    page.emulate_media(media="print")
    for part in (".sy-header", ".govuk-service-navigation", ".sy-filters", ".govuk-pagination", ".sy-diagram__tools"):
        expect(page.locator(part).first).to_be_hidden()
    expect(page.locator(".sy-identity").first).to_be_visible()
    expect(page.locator(".moj-timeline").first).to_be_visible()
