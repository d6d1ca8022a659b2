"""The page of permits that end soon or have ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert

from engine.storage.letter_tables import letters
from tests.engine.core.conftest import MONDAY, Desk
from tests.web.conftest import Visitor

Enter = Callable[[str], Visitor]


@pytest.fixture
def ends(desk: Desk) -> Callable[[int], int]:
    """A permit in force that ends so many days from today; its case."""

    def make(days: int) -> int:
        case_id = desk.registered()
        row = {
            "case_id": case_id,
            "kind": "izin",
            "number": f"503/{case_id}/UJI",
            "code": f"K{case_id}",
            "edition": "asli",
            "round": 0,
            "state": "berlaku",
            "title": "Izin Uji",
            "holder": "Sari",
            "draft_sha256": "0" * 64,
            "drawn_at": MONDAY,
            "valid_until": (MONDAY + timedelta(days=days)).date().isoformat(),
        }
        with desk.office.db.write() as connection:
            connection.execute(insert(letters).values(**row))
        return case_id

    return make


def test_nothing_ends_and_it_says_so(visit: Enter) -> None:
    loket = visit("loket")
    assert "Tidak ada izin yang habis dalam 90 hari" in loket.get("/izin/habis").text
    assert "Tidak ada izin yang habis masa berlakunya" in loket.get("/izin/habis?keadaan=sudah").text


def test_what_ends_soon_leads_to_its_case(visit: Enter, ends: Callable[[int], int]) -> None:
    soon, later, over = ends(10), ends(120), ends(-3)
    loket = visit("loket")
    page = loket.get("/izin/habis")
    assert "10 hari lagi" in page.text and "120 hari lagi" not in page.text and "belum" in page.text
    assert page.doc.xpath(f"//a[@href='/permohonan/{soon}']") and not page.doc.xpath(f"//a[@href='/permohonan/{over}']")
    wide = loket.get("/izin/habis?hari=180")
    assert wide.doc.xpath(f"//a[@href='/permohonan/{later}']")
    assert "lewat 3 hari" in loket.get("/izin/habis?keadaan=sudah").text
    assert "10 hari lagi" in loket.get("/izin/habis?jenis=UJI").text
    assert "Tidak ada izin" in loket.get("/izin/habis?jenis=HO").text
    for hostile in (
        "?hari=-1",
        "?hari=banyak",
        "?sesudah=x.y",
        "?sesudah=2016-01-01.9" + "9" * 30,
        "?jenis=" + "x" * 500,
    ):
        assert loket.get(f"/izin/habis{hostile}").status == 200


def test_pages_follow_each_other(visit: Enter, ends: Callable[[int], int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.case.ending.permits_ending", _two_a_page)
    for days in (1, 2, 3):
        ends(days)
    loket = visit("loket")
    first = loket.get("/izin/habis")
    (href,) = first.doc.xpath("//a[@rel='next']/@href")
    second = loket.get(href)
    assert "3 hari lagi" in second.text and "1 hari lagi" not in second.text
    assert second.doc.xpath("//a[@rel='prev']/@href") == ["/izin/habis"]


def _two_a_page(*args: object, **more: object) -> object:
    from engine.insight.ending import permits_ending

    return permits_ending(*args, **more, size=2)  # type: ignore[arg-type]


def test_who_may_not_search_does_not_see_it(visit: Enter) -> None:
    assert visit("bplh").get("/izin/habis").status == 403
