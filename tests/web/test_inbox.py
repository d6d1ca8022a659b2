"""The list of tasks: whose, in what order, how far, and what can be done from it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from flask import Flask

from tests.engine.core.conftest import Desk
from tests.web.conftest import Visitor

Enter = Callable[[str], Visitor]


def test_the_group_sees_its_tasks_and_nobody_elses(visit: Enter, desk: Desk) -> None:
    desk.registered()
    desk.open()
    shown = visit("bidang").get("/tugas")
    assert shown.status == 200
    assert "periksa" in shown.text and "UJI-000001" in shown.text
    assert "daftar" not in [row.text_content().strip() for row in shown.doc.xpath("//tbody//a")]


def test_late_tasks_come_first_and_say_so_in_words(visit: Enter, desk: Desk) -> None:
    first = desk.registered()
    desk.clock.advance(days=3)
    second = desk.registered()
    rows = visit("bidang").get("/tugas").doc.xpath("//tbody/tr")
    assert [f"UJI-{case:06d}" in row.text_content() for case, row in zip((first, second), rows, strict=True)] == [
        True
    ] * 2
    assert "terlambat" in rows[0].text_content() and "sy-row--late" in rows[0].get("class")
    assert "sisa" in rows[1].text_content() and "sy-row--late" not in rows[1].get("class")


def test_counts_stand_at_the_tabs(visit: Enter, desk: Desk) -> None:
    for _ in range(3):
        desk.registered()
    bidang = visit("bidang")
    assert bidang.post("/tugas/berikutnya").status == 200
    tabs = " ".join(bidang.get("/tugas").doc.xpath("//nav[@aria-label='Daftar tugas']")[0].text_content().split())
    assert tabs == "Saya pegang 1 Kelompok saya 3 Menunggu pemohon 0"


def test_pages_follow_each_other_without_gaps(visit: Enter, desk: Desk) -> None:
    for _ in range(27):
        desk.registered()
    bidang = visit("bidang")
    first = bidang.get("/tugas?daftar=kelompok")
    onward = first.doc.xpath("//a[@rel='next']/@href")
    second = bidang.get(onward[0])
    seen = [row.get("data-href") for page in (first, second) for row in page.doc.xpath("//tbody/tr")]
    assert len(seen) == len(set(seen)) == 27
    assert not second.doc.xpath("//a[@rel='next']")
    assert "Ke awal daftar" in second.text


def test_filters_narrow_and_an_empty_result_offers_the_way_back(visit: Enter, desk: Desk) -> None:
    desk.to_signatures()
    desk.registered()
    bidang = visit("bidang")
    assert len(bidang.get("/tugas?langkah=periksa").doc.xpath("//tbody/tr")) == 1
    none = bidang.get("/tugas?jenis=LAIN")
    assert "Tidak ada tugas yang cocok" in none.text and "Hapus saringan" in none.text


def test_taking_the_next_one_opens_it(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    bidang = visit("bidang")
    opened = bidang.send(bidang.get("/tugas").form("/tugas/berikutnya"))
    assert opened.path == f"/tugas/{desk.tasks(case_id)[0].id}"
    assert desk.tasks(case_id)[0].holder_id == 2


def test_pressing_next_twice_takes_one(visit: Enter, desk: Desk) -> None:
    cases = [desk.registered(), desk.registered()]
    bidang = visit("bidang")
    form = bidang.get("/tugas").form("/tugas/berikutnya")
    bidang.send(form)
    again = bidang.send(form)
    assert again.path == "/tugas"
    assert [desk.tasks(case)[0].holder_id for case in cases] == [2, None]


def test_next_passes_over_what_others_hold(visit: Enter, desk: Desk) -> None:
    cases = [desk.registered(), desk.registered()]
    for name in ("bidang", "bidang2"):
        visitor = visit(name)
        visitor.send(visitor.get("/tugas?daftar=kelompok").form("/tugas/berikutnya"))
    assert [desk.tasks(case)[0].holder_id for case in cases] == [2, 3]


def test_nothing_left_to_take_is_said(visit: Enter, desk: Desk) -> None:
    shown = visit("bidang").post("/tugas/berikutnya")
    assert "Tidak ada lagi tugas" in shown.text


def test_an_empty_list_says_when_the_next_task_is_likely(visit: Enter, desk: Desk) -> None:
    assert "begitu sebuah permohonan sampai" in visit("bidang").get("/tugas?daftar=kelompok").text
    for _ in range(4):
        case_id = desk.registered()
        desk.clock.advance(minutes=60)
        desk.do("bidang", case_id, "periksa", berkas_sah="ya")
    for case_id in range(1, 5):
        desk.do("bplh", case_id, "teken", tanggapan_ini="setuju")
        desk.do("dishub", case_id, "teken", tanggapan_ini="setuju")
        desk.do("bidang", case_id, "verifikasi", hasil="disetujui")
    # arrivals at 09, 10, 11, 12 and 13 o'clock: the next one an hour after the last
    assert "Tugas berikutnya diperkirakan" in visit("bidang").get("/tugas?daftar=kelompok").text


def test_what_waits_for_applicants_has_its_own_list(visit: Enter, desk: Desk) -> None:
    case_id = desk.open()
    desk.do("loket", case_id, "daftar", usaha="Warung", ktp=False)
    shown = visit("loket").get("/tugas?daftar=pemohon")
    assert "lengkapi_awal" in shown.text and "menunggu sejak 18 Jul 2016 09.00" in shown.text
    assert not visit("bplh").get("/tugas").doc.xpath("//a[contains(@href, 'daftar=pemohon')]")


def test_the_search_finds_by_name_and_goes_straight_to_a_resi(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    loket = visit("loket")
    assert "UJI-000001" in loket.get("/permohonan?cari=sar").text
    assert loket.get("/permohonan?cari=uji-000001").path == f"/permohonan/{case_id}"
    assert "Tidak ada yang cocok" in loket.get("/permohonan?cari=zzz").text
    assert visit("bplh").get("/permohonan?cari=sar").status == 403


def test_a_stranger_is_sent_to_sign_in_and_comes_back(app: Flask, desk: Desk) -> None:
    answer = app.test_client().get("/tugas?daftar=saya")
    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.headers["Location"]).query) == {"next": ["/tugas?daftar=saya"]}


def test_a_hostile_page_mark_begins_at_the_top(visit: Enter, desk: Desk) -> None:
    desk.registered()
    for mark in ("x", "1", "1.1.1", "-1.2", "9" * 40 + ".1"):
        assert visit("bidang").get(f"/tugas?setelah={mark}").status == 200
