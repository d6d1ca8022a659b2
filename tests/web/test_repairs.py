"""Repairs on pages: a form, a preview that changes nothing, the deed, and the second person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from engine.people import Person, start_session
from engine.storage.people_tables import memberships, persons
from engine.verify import verify
from tests.engine.core.conftest import MONDAY, Desk
from tests.web.conftest import Visitor
from web.security import COOKIE

HEAD = Person(8, "kabid", "Kiki Kabid", (("kabid", "jasa_usaha"),))


@pytest.fixture
def head(app: Flask, desk: Desk) -> Visitor:
    """The head of the bidang, at a browser."""
    row = {"id": HEAD.id, "username": HEAD.username, "name": HEAD.name, "password_hash": "-", "active": True}
    with desk.office.db.write() as connection:
        connection.execute(persons.insert(), [row | {"locale": "id", "created_at": MONDAY}])
        held = {"person_id": HEAD.id, "role": "kabid", "scope": "jasa_usaha"}
        connection.execute(memberships.insert(), [held])
        token = start_session(connection, HEAD.id, desk.office.now())
    client = app.test_client()
    client.set_cookie(COOKIE, token)
    return Visitor(client)


def previewed(who: Visitor, case_id: int, deed: str, query: str = "", **values: Any) -> Any:
    page = who.get(f"/permohonan/{case_id}/perbaikan/{deed}{query}")
    assert page.status == 200
    return who.send(page.form(f"/permohonan/{case_id}/perbaikan/{deed}/pratinjau"), **values)


def carried(who: Visitor, case_id: int, deed: str, seen: Any) -> Any:
    assert seen.status == 200, seen.text
    return who.send(seen.form(f"/permohonan/{case_id}/perbaikan/{deed}"))


def test_suspend_and_resume(head: Visitor, desk: Desk, visit: Callable[[str], Visitor]) -> None:
    case_id = desk.registered()
    (task,) = desk.tasks(case_id)
    menu = head.get(f"/permohonan/{case_id}/perbaikan")
    assert "Tangguhkan permohonan" in menu.text and "Lanjutkan permohonan" not in menu.text
    seen = previewed(head, case_id, "suspend", alasan="Sengketa tanah")
    assert "Janji selesai berhenti" in seen.text and desk.row(case_id).suspended_at is None
    page = carried(head, case_id, "suspend", seen)
    assert page.path == f"/permohonan/{case_id}" and "Ditangguhkan" in page.text and "Sengketa tanah" in page.text
    officer = visit("bidang")
    inbox = officer.get("/tugas?daftar=kelompok")
    assert "Tidak ada tugas" in inbox.text and "Ditangguhkan 1" in inbox.text
    held = officer.get("/tugas?daftar=ditangguhkan")
    assert held.doc.xpath(f"//a[@href='/tugas/{task.id}']") and "Ditangguhkan" in held.text
    shut = officer.get(f"/tugas/{task.id}")
    assert "Permohonan ini ditangguhkan" in shut.text and not shut.doc.xpath("//form[@id='kerja']")
    answer = officer.post(f"/tugas/{task.id}", {"berkas_sah": "ya"})
    assert answer.status == 409 or desk.at(case_id) == ["periksa"]
    assert desk.at(case_id) == ["periksa"]
    seen = previewed(head, case_id, "resume", alasan="Selesai")
    assert "berjalan lagi" in seen.text
    carried(head, case_id, "resume", seen)
    assert desk.row(case_id).suspended_at is None and verify(desk.office).problems == []


def test_a_double_click_and_a_case_that_moved(head: Visitor, desk: Desk) -> None:
    case_id = desk.registered()
    seen = previewed(head, case_id, "suspend", alasan="Sengketa")
    carried(head, case_id, "suspend", seen)
    version = desk.row(case_id).version
    carried(head, case_id, "suspend", seen)
    assert desk.row(case_id).version == version, "the same form again does nothing"
    other = desk.registered()
    seen = previewed(head, other, "applicant", alasan="Salah", **{"f-name": "Sari Dewi"})
    desk.do("bidang", other, "periksa", berkas_sah="ya")
    again = carried(head, other, "applicant", seen)
    assert "Keadaan sudah berubah" in again.text and desk.row(other).applicant_name == "Sari"
    carried(head, other, "applicant", again)
    assert desk.row(other).applicant_name == "Sari Dewi"


def test_without_a_reason_the_form_comes_back_with_what_was_typed(head: Visitor, desk: Desk) -> None:
    case_id = desk.registered()
    page = previewed(head, case_id, "applicant", alasan=" ", **{"f-name": "Sari Dewi", "f-id": "12"})
    assert page.status == 422 and "Alasan perbaikan wajib diisi" in page.text and "NIK terdiri dari 16" in page.text
    assert page.doc.xpath("//input[@name='f-name']/@value") == ["Sari Dewi"]


def test_reassign_and_correct_answers(head: Visitor, desk: Desk) -> None:
    case_id = desk.registered()
    (task,) = desk.tasks(case_id)
    seen = previewed(head, case_id, "reassign", alasan="Cuti", tugas=str(task.id), pegawai="3")
    page = carried(head, case_id, "reassign", seen)
    assert "Bela Bidang" in page.text and desk.tasks(case_id)[0].holder_id == 3
    listed = head.get(f"/permohonan/{case_id}/perbaikan/answers")
    (link,) = listed.doc.xpath("//td/a/@href")
    seen = previewed(head, case_id, "answers", "?" + link.partition("?")[2], usaha="Toko", alasan="Salah baca")
    assert "Usaha: “Warung” menjadi “Toko”" in seen.text
    page = carried(head, case_id, "answers", seen)
    assert page.status == 200 and "Betulkan jawaban" in page.text
    assert "Toko" in head.get(f"/permohonan/{case_id}/berkas").text


def test_a_step_is_skipped_by_two(head: Visitor, desk: Desk, visit: Callable[[str], Visitor]) -> None:
    case_id = desk.registered()
    (task,) = desk.tasks(case_id)
    query = f"?tugas={task.id}"
    page = previewed(head, case_id, "skip", query, alasan="Pejabat wafat", **{"n-berkas_sah": ""})
    assert page.status == 422 and "isi nilainya" in page.text
    seen = previewed(head, case_id, "skip", query, alasan="Pejabat wafat", **{"n-berkas_sah": "ya"})
    assert "Perlu persetujuan orang kedua" in seen.text and "teken" in seen.text
    carried(head, case_id, "skip", seen)
    assert desk.at(case_id) == ["periksa"]
    (url,) = head.get("/perbaikan").doc.xpath("//td/a[starts-with(@href, '/perbaikan/')]/@href")
    own = head.get(url)
    assert "oleh orang lain" in own.text and not own.doc.xpath("//form[contains(@action, '/setuju')]")
    admin = visit("admin")
    assert "menunggu Anda" in admin.get("/perbaikan").text
    page = admin.get(url)
    assert "Pejabat wafat" in page.text and "teken" in page.text
    done = admin.send(page.form(f"{url}/setuju"))
    assert done.path == f"/permohonan/{case_id}" and desk.at(case_id) == ["teken", "teken"]
    assert "disetujui dan dijalankan" in admin.get(url).text


def test_a_proposal_is_refused_with_a_reason(head: Visitor, desk: Desk, visit: Callable[[str], Visitor]) -> None:
    case_id = desk.registered()
    (task,) = desk.tasks(case_id)
    seen = previewed(head, case_id, "skip", f"?tugas={task.id}", alasan="x", **{"n-berkas_sah": "ya"})
    carried(head, case_id, "skip", seen)
    admin = visit("admin")
    page = admin.get("/perbaikan/1")
    assert admin.send(page.form("/perbaikan/1/tolak")).status == 422
    admin.send(page.form("/perbaikan/1/tolak"), sebab="Belum perlu")
    assert "Belum perlu" in admin.get("/perbaikan/1").text
    assert "Usulan perbaikan ditolak" in admin.get(f"/permohonan/{case_id}").text
    assert "Tidak ada usulan" in admin.get("/perbaikan").text


def test_a_case_goes_back_to_a_step(head: Visitor, desk: Desk) -> None:
    case_id = desk.to_signatures()
    seen = previewed(head, case_id, "send_back", langkah="UJI/periksa", alasan="Berkas keliru")
    assert "Tugas yang ditutup" in seen.text and "teken" in seen.text
    carried(head, case_id, "send_back", seen)
    assert desk.at(case_id) == ["periksa"] and verify(desk.office).problems == []
    page = previewed(head, case_id, "send_back", langkah="UJI/teken", alasan="x")
    assert page.status == 422 and "Pilih langkah yang sudah dilewati" in page.text


@pytest.mark.parametrize("path", ["/perbaikan", "/permohonan/1/perbaikan", "/permohonan/1/perbaikan/suspend"])
def test_others_do_not_see_them(visit: Callable[[str], Visitor], desk: Desk, path: str) -> None:
    desk.registered()
    assert visit("bidang").get(path).status == 403
    assert "Perbaikan" not in visit("bidang").get("/permohonan/1").text
