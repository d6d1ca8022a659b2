"""Today, bottlenecks, and the cases behind every number: what a page says leads to as many cases as it says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from engine.people import Person, add_person, start_session
from tests.engine.core.conftest import Desk
from tests.web.conftest import Answer, Visitor
from web.security import COOKIE

Visit = Callable[[str], Visitor]


def enter(app: Flask, desk: Desk, username: str, *roles: tuple[str, str | None]) -> Visitor:
    """Somebody new, signed in."""
    now = desk.office.now()
    with desk.office.db.write() as connection:
        person: Person = add_person(connection, username, username.title(), roles, now)
        token = start_session(connection, person.id, now)
    client = app.test_client()
    client.set_cookie(COOKIE, token)
    return Visitor(client)


@pytest.fixture
def boss(app: Flask, desk: Desk) -> Visitor:
    return enter(app, desk, "hadi", ("management", None))


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """Two that are late, one at risk, one fresh, one without resi, one that waits for its applicant."""
    waiting = desk.registered()
    desk.do("bidang", waiting, "periksa", berkas_sah="tidak", kekurangan="KTP")
    desk.registered("ulang")
    desk.registered("ulang")
    desk.registered()
    desk.clock.set(desk.office.working_time.add_days(desk.clock.now(), 3.5))
    desk.registered()
    desk.open()
    return desk


def numbers(page: Answer) -> dict[str, str]:
    return {
        stat.xpath(".//*[@class='sy-stat__label']")[0].text: stat.xpath(".//*[@class='sy-stat__number']")[0].text
        for stat in page.doc.xpath("//div[contains(@class,'sy-stat') and not(contains(@class,'sy-stats'))]")
    }


def test_today_says_what_the_figures_show(busy: Desk, boss: Visitor) -> None:
    page = boss.get("/hari-ini")
    assert numbers(page) == {"diterima": "1", "selesai diputus": "0", "terlambat": "2", "hampir terlambat": "1"}
    assert "Diterima 1 dan diputus 0 permohonan; 2 permohonan melewati janji, terbanyak UJI (2)." in page.text


def test_every_number_leads_to_its_cases(busy: Desk, boss: Visitor) -> None:
    page = boss.get("/hari-ini")
    links = page.doc.xpath("//main//a[starts-with(@href,'/daftar')]")
    assert len(links) >= 8
    for link in links:
        said = link.xpath(".//*[@class='sy-stat__number']/text()") or [link.text]
        listed = boss.get(link.get("href"))
        assert listed.status == 200
        rows = listed.doc.xpath("//tbody/tr")
        assert len(rows) == int(said[0]), link.get("href")


def test_a_past_day_and_days_that_are_none(busy: Desk, boss: Visitor) -> None:
    page = boss.get("/hari-ini?tanggal=2016-07-18")
    assert numbers(page) == {"diterima": "4", "selesai diputus": "0", "terlambat": "0"}
    assert page.doc.xpath("//a[@rel='next']")
    for text in ("2099-01-01", "kemarin", ""):
        today = boss.get(f"/hari-ini?tanggal={text}")
        assert today.status == 200 and not today.doc.xpath("//a[@rel='next']")


def test_an_empty_day_is_designed(desk: Desk, boss: Visitor) -> None:
    page = boss.get("/hari-ini")
    assert "Belum ada yang terjadi" in page.text
    assert "Tidak ada permohonan yang diterima" in page.text


def test_the_list_filters_and_goes_on(busy: Desk, boss: Visitor) -> None:
    for _ in range(27):
        busy.registered()
    first = boss.get("/daftar?jenis=UJI&status=berjalan")
    second = boss.get(first.doc.xpath("//a[@rel='next']/@href")[0])
    seen = [row.get("data-href") for page in (first, second) for row in page.doc.xpath("//tbody/tr")]
    assert len(seen) == len(set(seen)) == 32
    assert "32 permohonan" in first.text
    late = boss.get("/daftar?keadaan=late")
    assert late.doc.xpath("//tbody/tr[contains(@class,'sy-row--late')]") and "terlambat" in late.text
    assert "Tidak ada permohonan seperti itu" in boss.get("/daftar?kecamatan=Bantargebang").text
    assert boss.get("/daftar?masuk=salah&langkah=/&setelah=x").status == 200


def test_bottlenecks_lead_from_the_type_to_the_step_to_the_case(busy: Desk, boss: Visitor) -> None:
    types = boss.get("/simpul")
    link = types.doc.xpath("//tbody//a/@href")[0]
    steps = boss.get(link)
    assert link == "/simpul/UJI" and "lewat batas langkahnya" in steps.text
    first = steps.doc.xpath("//tbody/tr")[0]
    assert "periksa" in first.text_content() and "sy-row--late" in first.get("class")
    step = boss.get(first.xpath(".//a/@href")[0])
    assert step.status == 200 and numbers(step)["menunggu sekarang"] == "4"
    case = boss.get(step.doc.xpath("//tbody/tr[@data-href]")[0].get("data-href"))
    assert case.status == 200 and "UJI-" in case.text


def test_the_diagram_gets_numbers_links_and_what_is_late(busy: Desk, boss: Visitor) -> None:
    page = boss.get("/simpul/UJI")
    (drawn,) = page.doc.xpath("//div[contains(@class,'sy-diagram')]")
    state = boss.client.get(drawn.get("data-state")).json
    assert state["counts"]["periksa"] == {"waiting": 4, "median": "0 mnt"}
    assert state["links"]["periksa"].startswith("/simpul/UJI/UJI/periksa") and "periksa" in state["late"]
    xml = boss.client.get(drawn.get("data-xml"))
    assert xml.mimetype == "application/xml" and b'id="periksa"' in xml.data
    again = boss.client.get(drawn.get("data-xml"), headers={"If-None-Match": xml.headers["ETag"]})
    assert again.status_code == 304


def test_a_designer_sees_bottlenecks_without_the_cases(app: Flask, busy: Desk) -> None:
    designer = enter(app, busy, "sari", ("designer", None))
    page = designer.get("/simpul/UJI/UJI/periksa")
    assert page.status == 200
    assert not page.doc.xpath("//main//a[starts-with(@href,'/daftar') or starts-with(@href,'/permohonan')]")
    assert designer.get("/daftar").status == designer.get("/hari-ini").status == 403


def test_what_does_not_exist_is_not_found(busy: Desk, boss: Visitor) -> None:
    for path in ("/simpul/TIDAKADA", "/simpul/UJI/UJI/tidak_ada", "/simpul/UJI/lain/periksa"):
        assert boss.get(path).status == 404
    assert boss.get("/simpul/UJI?hari=9999&diagram=tidak_ada").status == 200


@pytest.mark.parametrize("path", ["/hari-ini", "/simpul", "/simpul/UJI"])
def test_figures_are_for_those_who_run_the_office(busy: Desk, visit: Visit, path: str) -> None:
    assert visit("loket").get(path).status == 403
