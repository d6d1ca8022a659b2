"""Meetings and visits over HTTP: what is refused, and how; nothing typed is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage

from engine.people import start_session
from engine.storage.agenda_tables import busy_times, visit_photos
from engine.storage.service_tables import meetings, visits
from tests.engine.meetings.conftest import PEOPLE, Desk, desk  # noqa: F401  (a fixture here too)
from tests.engine.meetings.test_visits import picture, to_visit
from tests.web.conftest import Visitor
from web.app import create_app
from web.security import COOKIE

Enter = Callable[[str], Visitor]


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'rapat.sqlite3'}"


@pytest.fixture
def enter(desk: Desk) -> Enter:  # noqa: F811
    app = create_app(desk.office)

    def visit(who: str) -> Visitor:
        client = app.test_client()
        if who:
            with desk.office.db.write() as connection:
                client.set_cookie(COOKIE, start_session(connection, PEOPLE[who].id, desk.office.now()))
        return Visitor(client)

    return visit


def meeting_of(desk: Desk) -> int:  # noqa: F811
    desk.invite(desk.open(name="Ani"))
    return int(desk.rows(meetings)[0].id)


def test_moving_cancelling_and_leaving_out_ask_for_a_reason(desk: Desk, enter: Enter) -> None:  # noqa: F811
    ident = meeting_of(desk)
    budi = enter("bidang")
    page = budi.get(f"/rapat/{ident}")
    moved = budi.send(
        page.form(f"/rapat/{ident}/pindah"), tanggal="2016-07-21", jam="10:00", tempat="Ruang 2", alasan=""
    )
    assert moved.status == 422 and "Alasan wajib diisi" in moved.text
    assert moved.form(f"/rapat/{ident}/pindah").fields["tempat"] == "Ruang 2"
    assert moved.doc.xpath("//details[@open]//form/@action") == [f"/rapat/{ident}/pindah"]
    done = budi.send(moved.form(f"/rapat/{ident}/pindah"), tanggal="2016-07-21", jam="10.00", alasan="Aula dipakai")
    assert done.status == 200 and "Kamis, 21 Juli 2016 10.00 WIB" in done.text
    assert budi.send(done.form(f"/rapat/{ident}/batal")).status == 422
    off = budi.send(done.form(f"/rapat/{ident}/batal"), alasan="Kantor tutup")
    assert "Rapat ini dibatalkan" in off.text and "Kantor tutup" in off.text
    again = budi.send(page.form(f"/rapat/{ident}/batal"), alasan="Sekali lagi")
    assert "sudah selesai atau dibatalkan" in again.text


def test_a_meeting_that_fell_through_is_told_where_it_is_called_again(desk: Desk, enter: Enter) -> None:  # noqa: F811
    ident = meeting_of(desk)
    case_id = desk.rows(meetings)[0].case_id
    task = desk.tasks(case_id)[0].id
    told = enter("bplh").get(f"/tugas/{task}")
    assert told.doc.xpath(f"//main//a[@href='/rapat/{ident}']/text()") == ["005/0001/UND/BPPT/VII/2016"]
    budi = enter("bidang")
    budi.send(budi.get(f"/rapat/{ident}").form(f"/rapat/{ident}/batal"), alasan="Kantor tutup.")
    gone = enter("bplh").get(f"/tugas/{task}")
    assert gone.status == 410 and "Langkah ini tidak ditunggu lagi" in gone.text
    again = budi.get(f"/tugas/{desk.tasks(case_id)[0].id}")
    assert "Rapat 005/0001/UND/BPPT/VII/2016 batal" in again.text and "Kantor tutup. Rapat baru" in again.text
    assert "rapat sebelumnya batal" in budi.get("/rapat?bagian=jadwal").text


def test_a_press_twice_makes_one_meeting(desk: Desk, enter: Enter) -> None:  # noqa: F811
    first, second = desk.open(name="Ani"), desk.open(name="Budi")
    budi = enter("bidang")
    form = budi.get(f"/rapat/jadwal?permohonan={first}&permohonan={second}").form("/rapat/jadwal")
    for _ in range(2):
        assert "dijadwalkan untuk 2 permohonan" in budi.send(form).text
    assert len(desk.rows(meetings)) == 1


def test_a_meeting_of_others_is_not_shown(desk: Desk, enter: Enter) -> None:  # noqa: F811
    desk.invite(desk.open("SATU"))
    assert enter("bplh").get("/rapat/1").status == 403
    assert enter("dishub").get("/rapat/1").status == 200
    assert enter("lain").post("/rapat/1/pindah", {"tanggal": "2016-07-21", "jam": "10:00", "alasan": "x"}).status == 403
    assert enter("bidang").get("/rapat/99").status == 404


def test_the_invitations_page_needs_its_signature(desk: Desk, enter: Enter) -> None:  # noqa: F811
    meeting_of(desk)
    token = next(r for r in desk.sent("undangan_rapat")).data["tautan"].rpartition("/")[2]
    stranger = enter("")
    assert stranger.get(f"/undangan/{token}").status == 200
    assert stranger.get(f"/undangan/{token}x").status == 404
    page = stranger.get(f"/undangan/{token}")
    assert "Ani" not in page.text  # what is discussed is named by its receipt only
    assert stranger.send(page.form(f"/undangan/{token}")).status == 422


def test_a_calendar_entry_that_cannot_be_is_shown_again(desk: Desk, enter: Enter) -> None:  # noqa: F811
    tini = enter("dishub")
    form = tini.get("/rapat?bagian=kalender").form("/rapat/sibuk")
    times = {"mulai_tanggal": "2016-07-20", "mulai_jam": "10:00", "sampai_tanggal": "2016-07-20"}
    wrong = tini.send(form, **times, sampai_jam="09:00", keterangan="Rapat dinas")
    assert wrong.status == 422 and "harus sesudah waktu mulai" in wrong.text
    assert wrong.form("/rapat/sibuk").fields["keterangan"] == "Rapat dinas"
    assert tini.send(form, **{**times, "mulai_jam": "pagi"}, sampai_jam="11:00", keterangan="x").status == 422
    good = tini.send(form, **times, sampai_jam="11:00", keterangan="Rapat dinas", instansi="dishub")
    assert good.status == 200 and "seluruh" not in good.doc.xpath("//tbody")[0].text_content()
    [entry] = desk.rows(busy_times)
    assert tini.send(good.form(f"/rapat/sibuk/{entry.id}/hapus")).status == 200
    assert desk.rows(busy_times) == []


def phone(enter: Enter, who: str = "bplh") -> tuple[Visitor, dict[str, str]]:
    visitor = enter(who)
    token = json.loads(visitor.client.get("/kunjungan/kunci").get_data())["csrf_token"]
    return visitor, {"X-CSRFToken": token}


def test_reports_come_as_json_and_refusals_too(desk: Desk, enter: Enter) -> None:  # noqa: F811
    to_visit(desk)
    visitor, headers = phone(enter)
    body: dict[str, Any] = {
        "key": "kunci-ponsel",
        "titik": "-6.24,106.99",
        "temuan": "",
        "kesesuaian": "sesuai",
        "periksa": [],
    }
    refused = visitor.client.post("/kunjungan/1/kirim", json=body, headers=headers)
    assert refused.status_code == 422 and "temuan" in refused.json["isian"]
    body["temuan"] = "Sesuai"
    assert visitor.client.post("/kunjungan/1/kirim", json=body, headers=headers).json == {"terkirim": True}
    assert visitor.client.post("/kunjungan/1/kirim", json=body, headers=headers).json == {"terkirim": False}
    other = visitor.client.post("/kunjungan/1/kirim", json={**body, "key": "kunci-lain"}, headers=headers)
    assert other.status_code == 409 and "Tono Teknis" in other.json["pesan"]
    assert visitor.client.post("/kunjungan/1/kirim", json=body).status_code == 400  # no token
    assert visitor.client.post("/kunjungan/1/kirim", data="[", headers=headers).status_code == 422
    assert visitor.client.post("/kunjungan/9/kirim", json=body, headers=headers).status_code == 404
    assert desk.rows(visits)[0].state == "selesai"


def test_photos_over_http(desk: Desk, enter: Enter) -> None:  # noqa: F811
    import io

    to_visit(desk)
    visitor, headers = phone(enter)

    def send(content: bytes, key: str) -> Any:
        data = {"key": key, "foto": FileStorage(io.BytesIO(content), "foto.jpg"), "titik": "-6.24,106.99"}
        return visitor.client.post("/kunjungan/1/foto", data=data, headers=headers)

    assert send(picture(400, 300), "foto-satu-1").json == {"terkirim": True}
    large = send(b"\xff\xd8\xff\xe0" + b"\0" * 12_000_000, "foto-dua-2")
    assert large.status_code == 422 and "lebih dari 10 MB" in large.json["pesan"]
    enormous = send(b"\xff\xd8\xff\xe0" + b"\0" * 50_000_000, "foto-tiga-3")
    assert enormous.status_code == 422 and "paling besar 10 MB" in enormous.get_data(as_text=True)
    assert len(desk.rows(visit_photos)) == 1


def test_the_service_worker_may_govern_the_page(enter: Enter) -> None:
    answer = enter("").client.get("/kunjungan/sw.js")
    assert answer.mimetype == "text/javascript" and answer.headers["Service-Worker-Allowed"] == "/kunjungan"


def test_tiles_are_allowed_where_the_office_has_some(desk: Desk, enter: Enter) -> None:  # noqa: F811
    assert "tile" not in enter("bidang").get("/peta").response.headers["Content-Security-Policy"]
    object.__setattr__(desk.office.settings, "tiles_url", "https://tile.example.id/{z}/{x}/{y}.png")
    policy = enter("bidang").get("/peta").response.headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://tile.example.id;" in policy


def test_a_search_that_makes_no_sense_is_told(enter: Enter) -> None:
    for query in ("titik=pasar", "titik=-6.2,107&km=abc", "kotak=1,2"):
        answer = enter("bidang").get(f"/peta?{query}")
        assert answer.status == 422 and "Ada yang perlu diperbaiki" in answer.text


def test_the_case_shows_meeting_visit_and_history_in_words(desk: Desk, enter: Enter) -> None:  # noqa: F811
    case_id = to_visit(desk)
    visitor, headers = phone(enter)
    body = {"key": "kunci-ponsel", "titik": "-6.24,106.99", "temuan": "Rapi", "kesesuaian": "sesuai"}
    visitor.client.post(
        "/kunjungan/1/kirim", json={**body, "periksa": [{"butir": "parkir", "hasil": "tidak"}]}, headers=headers
    )
    records = enter("bidang").get(f"/permohonan/{case_id}/catatan")
    assert "parkir" in records.text and "tidak sesuai" in records.text
    assert "Daftar periksa kunjungan diisi: 1 butir" in enter("bidang").get(f"/permohonan/{case_id}").text


def test_the_task_starts_with_a_free_slot(desk: Desk, enter: Enter) -> None:  # noqa: F811
    case_id = desk.open(name="Ani")
    task = desk.tasks(case_id)[0]
    form = enter("bidang").get(f"/tugas/{task.id}").form(f"/tugas/{task.id}")
    assert form.fields["tanggal"] == "2016-07-18" and form.fields["jam"] == "13:00"


def test_a_repair_names_the_meeting_that_will_not_be(desk: Desk, enter: Enter) -> None:  # noqa: F811
    ident = meeting_of(desk)
    [meeting] = desk.rows(meetings)
    karta = enter("kabid")
    page = karta.get(f"/permohonan/{meeting.case_id}/perbaikan/send_back")
    form = page.form(f"/permohonan/{meeting.case_id}/perbaikan/send_back/pratinjau")
    seen = karta.send(form, langkah="pembahasan/undang", alasan="Undangan keliru")
    assert "Rapat dan kunjungan" in seen.text
    assert f"Rapat {meeting.number}, Rabu, 20 Juli 2016 09.00 WIB: dibatalkan" in seen.text
    assert "Rapat dibatalkan: " in seen.text, "and who is told"
    assert desk.rows(meetings, id=ident)[0].state == "diundang"
