"""Every page that the url_map knows: accessible (WCAG 2.2 A and AA), as wide as its screen, and quiet; at 1280 and
360 px."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from engine import demo
from tests.browser import stock
from tests.browser.house import AXE, WCAG, House, aside, complaints, demo_house
from tests.browser.ways import Page, pages
from web.security import COOKIE

WEDNESDAY = datetime(2016, 9, 14, 3, 30, tzinfo=UTC)  # 10.30 WIB
SIZES = ((1280, 900), (360, 740))
NOT_ASKED = {
    "/": "only leads to the first page of whoever asks",
    "/static/<path:filename>": "files of the build, asked for by every page",
}
PARTS = {
    "/loket/baru/jenis": "comes into the page of a new application when a type is chosen",
    "/kalender/perubahan": "comes into the page of the calendar while a change is carried out",
    "/sop/<code>/pemeriksaan": "comes into the page of a SOP when its check is opened",
}
ALSO = {  # pages that look different when they are asked differently
    "/tugas": ("?daftar=kelompok", "?daftar=pemohon"),
    "/loket": ("?daftar=ambil", "?cari=a"),
    "/permohonan": ("?cari=a",),
    "/daftar": ("?keadaan=late",),
}
ALLOWED = {  # rule of axe -> pages and parts that may break it
    "target-size": {"/peta": "leaflet-marker-icon"},  # pins stand where the cases are; the list below leads there too
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "FEWEST", 5)
        with demo_house(tmp_path_factory.mktemp("kantor"), WEDNESDAY, cases=1) as opened:
            aside(stock.put, opened.office)
            yield opened


@pytest.mark.timeout(900)  # a minute of work; a machine with much else to do takes its time
def test_every_page_is_accessible_fits_and_is_quiet(page: Tab, house: House) -> None:
    wrong = complaints(page)
    for found in aside(pages, house.office):
        if found.rule in NOT_ASKED:
            continue
        if not found.reached:
            wrong.append(f"{found.rule}: not reached ({found.tried})")
        elif found.html and not found.whole and found.rule not in PARTS:
            wrong.append(f"{found.rule}: a part of a page, but of which?")
        elif found.whole:
            for query in ("", *ALSO.get(found.rule, ())):
                wrong += looked_at(page, house, found, query)
    assert not wrong, "\n".join(wrong)


def looked_at(page: Tab, house: House, found: Page, query: str) -> list[str]:
    """What is wrong with one page."""
    page.context.clear_cookies()
    if found.cookie:
        page.context.add_cookies([{"name": COOKIE, "value": found.cookie, "url": house.address}])
    name, wrong = f"{found.rule}{query} ({found.path})", []
    page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
    answer = page.goto(house.address + found.path + query)
    if answer is None or answer.status != 200:
        return [f"{name}: {answer.status if answer else 'no answer'}"]
    if page.locator(".sy-diagram").count():
        expect(page.locator(".sy-diagram[data-ready]").first).to_be_attached(timeout=20_000)
    page.evaluate(f"{AXE}; undefined")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wrong.append(f"{name}: {over} px too wide at {width}")
        options = {"runOnly": WCAG, "resultTypes": ["violations"]}
        violations = page.evaluate("options => axe.run(document, options)", options)["violations"]
        for one in violations:
            allowed = ALLOWED.get(one["id"], {}).get(found.rule)
            nodes = [node["html"][:160] for node in one["nodes"] if not allowed or allowed not in node["html"]]
            wrong += [f"{name} at {width}: {one['id']} {node}" for node in nodes[:2]]
    return wrong
