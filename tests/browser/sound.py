"""A page as it should be: axe finds nothing against WCAG 2.2 A and AA, and it is as wide as its screen; at 1280 and
360 px."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.house import AXE, WCAG

SIZES = ((1280, 900), (360, 740))
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_AXE = "options => axe.run(document, options)"


def sound(page: Page) -> None:
    """Look at the page that is open; what is typed in it stays."""
    page.evaluate(f"{AXE}; undefined")
    wrong = []
    for width, height in reversed(SIZES):
        page.set_viewport_size({"width": width, "height": height})
        if (over := page.evaluate(_WIDER)) > 0:
            wrong.append(f"{page.url}: {over} px too wide at {width}")
        found = page.evaluate(_AXE, {"runOnly": WCAG, "resultTypes": ["violations"]})
        wrong += [f"{page.url} at {width}: {one['id']} {one['nodes'][0]['html'][:160]}" for one in found["violations"]]
    assert not wrong, "\n".join(wrong)
