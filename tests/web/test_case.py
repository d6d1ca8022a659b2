"""One case: where it is, since when, until when; its papers and records; what a role may do to it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from engine import cases
from engine.storage import service_tables as t
from engine.storage.agenda_tables import meeting_cases
from tests.engine.core.conftest import MONDAY, PEOPLE, Desk
from tests.web.conftest import Visitor
from tests.web.test_task import picture, task_of
from web.case.history import _KINDS, told

Enter = Callable[[str], Visitor]
SECTIONS = ("", "/berkas", "/catatan", "/pesan", "/kekurangan")


def test_the_first_screen_says_where_it_is_with_whom_and_since_when(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    cases.claim(desk.office, task_of(desk, case_id), by=PEOPLE["bidang"])
    desk.clock.advance(hours=3)
    now = (
        visit("loket")
        .get(f"/permohonan/{case_id}")
        .doc.xpath("//section[@aria-labelledby='sekarang']")[0]
        .text_content()
    )
    said = " ".join(now.split())
    assert "periksa" in said and "Bidang Pengendalian (Jasa Usaha), dipegang Budi Bidang" in said
    assert "sejak Senin, 18 Juli 2016 09.00 WIB (3 jam kerja)" in said


def test_the_history_is_told_in_sentences_newest_first(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    desk.clock.advance(hours=2)
    desk.do("bidang", case_id, "periksa", berkas_sah="ya")
    page = visit("loket").get(f"/permohonan/{case_id}")
    titles = [node.text_content() for node in page.doc.xpath("//section[@aria-labelledby='riwayat']//h3")]
    assert titles == ["periksa: selesai", "daftar: selesai", "Permohonan didaftarkan"]
    assert "memakai 2 jam kerja" in page.text


def test_the_clock_that_stands_says_why_and_its_moves_are_listed(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    desk.do("bidang", case_id, "periksa", berkas_sah="tidak", kekurangan="KTP kabur")
    page = visit("loket").get(f"/permohonan/{case_id}")
    assert "menunggu pemohon sejak 18 Jul 2016 09.00: lengkapi" in page.text
    assert "Janji berhenti, sisa 4 hari kerja" in page.text
    assert "Jam SOP berhenti" in page.text
    desk.clock.advance(days=1)
    desk.do("loket", case_id, "lengkapi", catatan="sudah")
    resumed = visit("loket").get(f"/permohonan/{case_id}").text
    assert "Jam SOP berjalan lagi" in resumed and "Waktu berhenti 1 hari kerja" in resumed


def test_a_late_case_names_the_step(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    desk.clock.advance(days=9)
    desk.do("bidang", case_id, "periksa", berkas_sah="ya")
    page = visit("loket").get(f"/permohonan/{case_id}")
    assert "Janji terlewati di langkah: periksa" in page.text


def test_the_diagram_and_what_is_lit_in_it(visit: Enter, desk: Desk) -> None:
    case_id = desk.to_signatures()
    loket = visit("loket")
    lit = loket.get(f"/permohonan/{case_id}/diagram.json?proses=UJI").response.get_json()
    assert lit["active"] == ["fase"] and "periksa" in lit["done"]
    xml = loket.get(f"/permohonan/{case_id}/diagram.bpmn?proses=tanda").response
    assert xml.content_type.startswith("application/xml") and b'id="teken"' in xml.data
    assert loket.get(f"/permohonan/{case_id}/diagram.bpmn?proses=../../etc").status == 404
    page = loket.get(f"/permohonan/{case_id}?proses=tanda")
    row = page.doc.xpath("//table[@id='langkah']//tr[@aria-current='step']")[0]
    assert "teken" in row.text_content()
    assert loket.get(f"/permohonan/{case_id}?proses=lain").status == 404


def test_every_section_opens_in_every_state(visit: Enter, desk: Desk) -> None:
    withdrawn = desk.registered()
    cases.withdraw(desk.office, withdrawn, "batal", by=PEOPLE["loket"])
    states = [desk.open(), desk.registered(), desk.to_signatures(), withdrawn]
    for language in ("id", "en"):
        for case_id in states:
            for section in SECTIONS:
                page = visit("loket").get(f"/permohonan/{case_id}{section}?bahasa={language}")
                assert page.status == 200, (case_id, section, language)


def test_a_document_comes_back_as_a_download_that_cannot_run(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    loket = visit("loket")
    form = loket.get(f"/permohonan/{case_id}/berkas").form(f"/permohonan/{case_id}/berkas")
    assert [option.get("value") for option in form.xpath(".//select[@name='jenis']/option")] == ["ktp", "lainnya"]
    page = loket.send(form, jenis="lainnya", judul="Denah", berkas=(io.BytesIO(picture()), "Denah “lokasi” 1.png"))
    assert page.path == f"/permohonan/{case_id}/berkas" and "Denah" in page.text
    address = page.doc.xpath("//ul[contains(@class, 'sy-documents')]//a/@href")[0]
    answer = visit("bidang").get(address).response
    assert answer.data == picture() and answer.content_type == "image/png"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"Denah _lokasi_ 1.png\"; filename*=UTF-8''Denah%20%E2%80%9Clokasi%E2%80%9D%201.png"
    )
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_hostile_file_name_stays_a_name(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    stored = desk.office.documents.put(picture(), name="a.png")
    cases.add_document(desk.office, case_id, "x", "<b>", 'a"\r\nX-Evil: 1.png', stored, by=PEOPLE["loket"])
    answer = visit("loket").get("/berkas/1").response
    assert "X-Evil" not in answer.headers
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="a___X-Evil_ 1.png"')


def test_a_file_that_is_not_accepted_is_refused_in_words(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    loket = visit("loket")
    form = loket.get(f"/permohonan/{case_id}/berkas").form(f"/permohonan/{case_id}/berkas")
    assert "Hanya berkas PDF, JPEG, atau PNG" in loket.send(form, berkas=(io.BytesIO(b"halo"), "x.txt")).text
    assert "Pilih berkas lebih dahulu" in loket.send(form, berkas=(io.BytesIO(b""), "")).text


def test_going_back_never_leads_to_another_site(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    loket = visit("loket")
    form = loket.get(f"/permohonan/{case_id}/berkas").form(f"/permohonan/{case_id}/berkas")
    for hostile in ("https://jahat.example", "//jahat.example", "/\\jahat.example"):
        assert loket.send(form, kembali=hostile, berkas=(io.BytesIO(b""), "")).path == f"/permohonan/{case_id}/berkas"


def test_withdrawing_names_the_consequence_and_wants_a_reason(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    loket = visit("loket")
    page = loket.get(f"/permohonan/{case_id}/tarik")
    assert "Penarikan tidak dapat dibatalkan" in page.text and "periksa" in page.text
    again = loket.send(page.form(f"/permohonan/{case_id}/tarik"), reason=" ")
    assert again.status == 422 and again.doc.xpath("//*[@id='reason-error']")
    done = loket.send(again.form(f"/permohonan/{case_id}/tarik"), reason="Pindah kota")
    assert done.path == f"/permohonan/{case_id}" and "Pindah kota" in done.text
    assert desk.row(case_id).state == "ditarik"
    assert "Catat penarikan" not in done.text


def test_withdrawing_a_case_that_moved_on_asks_again(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    loket = visit("loket")
    form = loket.get(f"/permohonan/{case_id}/tarik").form(f"/permohonan/{case_id}/tarik")
    desk.do("bidang", case_id, "periksa", berkas_sah="ya")
    page = loket.send(form, reason="Pindah kota")
    assert page.status == 409 and "Pindah kota" in page.doc.xpath("//textarea")[0].text
    assert desk.row(case_id).state == "berjalan"


def test_returning_a_case_to_its_applicant(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    bidang = visit("bidang")
    link = bidang.get(f"/permohonan/{case_id}").doc.xpath("//a[contains(@href, '/kembalikan/')]/@href")[0]
    form = bidang.get(link).form(link)
    assert bidang.send(form, kekurangan="").status == 422
    done = bidang.send(bidang.get(link).form(link), kekurangan="KTP kabur")
    assert "Dikembalikan kepada pemohon. Berikutnya: lengkapi." in done.text
    assert desk.at(case_id) == ["lengkapi"]


def test_only_who_may_act_is_offered_to(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    page = visit("bplh").get(f"/permohonan/{case_id}")
    assert "Catat penarikan" not in page.text
    assert visit("bplh").get(f"/permohonan/{case_id}/tarik").status == 403
    assert visit("bplh").post(f"/permohonan/{case_id}/tarik", {"reason": "x"}).status == 403
    assert not visit("loket").get(f"/permohonan/{case_id}").doc.xpath("//a[contains(@href, '/kembalikan/')]")


def test_what_service_tasks_wrote_down(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    assert "Belum ada catatan" in visit("loket").get(f"/permohonan/{case_id}/catatan").text
    rows: list[tuple[Any, dict[str, Any]]] = [
        (t.meetings, {"id": 1, "number": "005/1", "held_at": MONDAY, "place": "Aula", "agenda": "Bahas"}
         | {"state": "selesai", "outcome": "lapangan", "created_at": MONDAY}),
        (meeting_cases, {"meeting_id": 1, "state": "selesai", "outcome": "lapangan"}),
        (t.meeting_invitations, {"meeting_id": 1, "agency": "bplh", "sent_at": MONDAY, "attended": True}),
        (t.visits, {"number": "090/2", "officers": "Tono", "state": "dijadwal", "latitude": -6.2, "longitude": 107.0}
         | {"created_at": MONDAY}),
        (t.berita_acara, {"id": 1, "number": "BA/3", "round": 1, "summary": "s", "state": "terbuka"}
         | {"opened_at": MONDAY}),
        (t.berita_acara_signatures, {"berita_acara_id": 1, "agency": "dishub", "response": "keberatan"}
         | {"reason": "Macet"}),
        (t.bills, {"id": 1, "kind": "retribusi", "form": "SKRD", "number": "SKRD/4", "state": "lunas", "total": 187625}
         | {"lines": [{"uraian": "Bangunan", "rumus": "L x It", "hitungan": "100 x 0,3125", "jumlah": 187625}]}
         | {"calculated_at": MONDAY, "due_at": MONDAY + timedelta(days=30)}),
        (t.payments, {"bill_id": 1, "amount": 187625, "paid_on": "2016-07-19", "receipt": "BJB-7", "channel": "bank"}
         | {"at": MONDAY}),
        (t.escalations, {"group_key": "kabid:jasa_usaha", "late": True, "element_name": "periksa", "at": MONDAY}),
        (t.archive_records, {"number": "A/5", "shelf": "R1", "box": "B2", "stored_at": MONDAY}),
    ]  # fmt: skip
    with desk.office.db.write() as connection:
        for table, values in rows:
            owned = {"case_id": case_id} if "case_id" in table.c else {}
            connection.execute(insert(table).values(values | owned))
    shown = visit("loket").get(f"/permohonan/{case_id}/catatan").text
    for words in (
        "005/1",
        "BPLH (hadir)",
        "perlu kunjungan lapangan",
        "090/2",
        "-6.200000, 107.000000",
        "Macet",
        "Dishub",
    ):
        assert words in shown
    for words in (
        "SKRD SKRD/4: Rp187.625 (lunas)",
        "pada Selasa, 19 Juli 2016 lewat bank, bukti BJB-7",
        "Kepala Bidang (Jasa Usaha)",
        "Rak R1, boks B2",
    ):
        assert words in shown


def test_every_kind_of_event_has_words_also_with_nothing_in_it(app: Any) -> None:
    with app.test_request_context():
        for kind in _KINDS:
            assert told(kind, {}).title
        assert told("sesuatu_baru", {}).title == "Kejadian: sesuatu baru"


@pytest.mark.parametrize("path", ["/permohonan/999", "/tugas/999", "/berkas/999", "/permohonan/999/diagram.json"])
def test_what_does_not_exist_is_said_calmly(visit: Enter, path: str) -> None:
    assert visit("loket").get(path).status == 404
