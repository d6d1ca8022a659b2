"""Pages of payments and the page behind a letter's code: an office that collects a fee, and one that writes letters."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.people import start_session
from engine.reissue import ask
from engine.storage.letter_tables import letter_requests, letters
from engine.storage.payment_tables import payment_receipts
from tests.engine.payments.conftest import FEE, PEOPLE, Desk, desk_of
from tests.engine.payments.test_statements import csv_of
from tests.engine.signing.conftest import Writing
from tests.web.conftest import Answer, Visitor
from web.app import create_app
from web.security import COOKIE

Visit = Callable[[str | None], Visitor]


@pytest.fixture(params=["retribusi"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    found = desk_of(f"sqlite:///{tmp_path / 'a.sqlite3'}", tmp_path, [request.param])
    yield Writing(found.office, found.clock)
    found.office.close()


@pytest.fixture
def visit(desk: Desk) -> Visit:
    app = create_app(desk.office)

    def enter(name: str | None) -> Visitor:
        client = app.test_client()
        if name is not None:
            with desk.office.db.write() as connection:
                token = start_session(connection, PEOPLE[name].id, desk.office.now())
            client.set_cookie(COOKIE, token)
        return Visitor(client)

    return enter


writes = pytest.mark.parametrize("desk", ["penerbitan"], indirect=True)


def upload(visitor: Visitor, content: bytes, name: str = "bjb.csv", bank: str = "BJB") -> Answer:
    form = visitor.get("/pembayaran/berkas").form("/pembayaran/berkas")
    return visitor.send(form, berkas=(io.BytesIO(content), name), bank=bank)


def test_a_file_is_sent_and_what_is_left_is_settled(desk: Desk, visit: Visit) -> None:
    one, two = desk.billed(), desk.billed()
    bank = visit("bendahara")
    content = csv_of(
        f"2016-07-19;R1;{desk.bill(one).virtual_account};;{FEE};Sari;;",
        f"2016-07-19;R2;{desk.bill(two).virtual_account};;{FEE + 500};Sari;;",
    )
    page = upload(bank, content)
    assert "2 pembayaran, 1 dibukukan, 1 perlu diselesaikan" in page.text
    assert "Jumlah berbeda" in page.text and "R2" in page.text
    [row] = [row for row in desk.rows(payment_receipts) if row.state == "perlu"]
    view = bank.get(f"/pembayaran/{row.id}")
    assert "Masuk Rp90.500" in view.text and "berjumlah Rp90.000" in view.text
    form = view.form(f"/pembayaran/{row.id}")
    refused = bank.send(form, tindakan="cocokkan", alasan="")
    assert refused.status == 422 and "Tulis alasannya." in refused.text
    done = bank.send(form, tindakan="cocokkan", alasan="kelebihan dikembalikan")
    assert "Pembayaran diselesaikan" in done.text and desk.bill(two).state == "lunas"
    again = bank.send(form, key="0" * 32, tindakan="abaikan", alasan="x")
    assert "sudah diselesaikan" in again.text and "Beni Bendahara" in again.text
    history = bank.get(f"/pembayaran/{row.id}").text
    assert "kelebihan dikembalikan" in history and "Rp500" in history


def test_the_same_file_and_a_broken_one(desk: Desk, visit: Visit) -> None:
    bank = visit("bendahara")
    content = csv_of(f"2016-07-19;R1;{desk.bill(desk.billed()).virtual_account};;{FEE};;;")
    upload(bank, content)
    assert "sudah pernah dibukukan" in upload(bank, content).text
    broken = upload(bank, csv_of("2016-07-19;R8;;;satu;;;"))
    assert broken.status == 422 and "Baris 2" in broken.text
    assert upload(bank, b"x", bank="").status == 422
    chosen = bank.get("/pembayaran")
    [row] = [row for row in desk.rows(payment_receipts) if row.state == "perlu"]
    done = bank.send(chosen.form("/pembayaran/pilihan"), pilih=str(row.id), tindakan="abaikan", alasan="sama")
    assert "1 pembayaran diselesaikan" in done.text


def test_recap_overdue_and_who_sees_them(desk: Desk, visit: Visit) -> None:
    case_id = desk.billed()
    bank = visit("bendahara")
    upload(bank, csv_of(f"2016-07-19;R1;{desk.bill(case_id).virtual_account};;{FEE};;;"))
    page = bank.get("/pembayaran/rekap?dari=2016-07-19&sampai=2016-07-19")
    assert "Rp90.000" in page.text and "TAHAP" in page.text
    sheet = bank.client.get("/pembayaran/rekap.csv?dari=2016-07-19&sampai=2016-07-19")
    assert sheet.mimetype == "text/csv"
    assert "2016-07-19;TAHAP;retribusi;BJB;1;90000;0\r\n" in sheet.get_data(as_text=True)
    assert bank.get("/pembayaran/rekap?dari=x").status == 422
    late = desk.billed()
    desk.clock.set(desk.bill(late).due_at)
    desk.clock.advance(minutes=5)
    desk.dunned(late)
    fresh = visit("bendahara")
    assert "973/00001/STRD/BPPT/2016" in fresh.get("/pembayaran/tunggakan").text
    records = fresh.get(f"/permohonan/{late}/catatan").text
    assert "973/00001/STRD/BPPT/2016: bunga 1 bulan Rp1.800, jumlah Rp91.800" in records
    assert "100 × 900" in records and "setengah ke atas" in records
    assert "STRD 973/00001/STRD/BPPT/2016 terbit" in fresh.get(f"/permohonan/{late}").text
    assert visit("kepala").get("/pembayaran").status == 200
    assert visit("loket").get("/pembayaran").status == 403
    assert visit("kepala").post("/pembayaran/berkas").status == 403


@writes
def test_everybody_may_check_a_letter(desk: Any, visit: Visit) -> None:
    desk.signed()
    [letter] = desk.rows(letters)
    stranger = visit(None)
    page = stranger.get(f"/cek/{letter.code.lower()}")
    for wanted in (
        "Berlaku",
        letter.number,
        "Sari",
        "18 Juli 2016",
        letter.sha256,
        "bukan untuk produksi",
        "17 Juli 2021",
    ):
        assert wanted in page.text
    content = desk.office.documents.open(letter.sha256)
    form = page.form(f"/cek/{letter.code}")
    assert "persis surat yang diterbitkan" in stranger.send(form, berkas=(io.BytesIO(content), "a.pdf")).text
    changed = stranger.send(form, berkas=(io.BytesIO(content + b"%"), "a.pdf"))
    assert "lalu diubah" in changed.text
    assert stranger.send(form).status == 422
    assert stranger.get("/cek/AAAAAAAAAA").status == 404
    assert stranger.get("/cek?kode=" + letter.code).path == f"/cek/{letter.code}"
    assert "huruf dan angka saja" in stranger.get("/cek?kode=a-b").text


@writes
def test_a_correction_is_asked_approved_and_shown(desk: Any, visit: Visit) -> None:
    case_id = desk.signed()
    [letter] = desk.rows(letters)
    paip, head = visit("paip"), visit("kepala")
    url = f"/permohonan/{case_id}/surat/{letter.id}/perbaikan"
    assert url in paip.get(f"/permohonan/{case_id}/catatan").response.get_data(as_text=True)
    form = paip.get(url).form(url)
    refused = paip.send(form, alasan="salah ketik")
    assert refused.status == 422 and "Belum ada yang diperbaiki" in refused.text
    asked = paip.send(form, **{"alasan": "salah ketik", "isi-usaha": "Warung Bu Sari"})
    assert "menunggu persetujuan" in asked.text and "Setujui dan tanda tangani" not in asked.text
    [row] = desk.rows(letter_requests)
    page = head.get(f"/permohonan/{case_id}/catatan")
    done = head.send(page.form(f"/permohonan/{case_id}/permintaan/{row.id}"), putusan="setuju")
    assert "ditandatangani dan diterbitkan" in done.text and "sudah diganti" in done.text
    old, new = desk.rows(letters)
    page = visit(None).get(f"/cek/{old.code}")
    assert "sudah diperbaiki" in page.text and f"/cek/{new.code}" in page.response.get_data(as_text=True)
    assert "terbit lagi: perbaikan" in head.get(f"/permohonan/{case_id}").text


@writes
def test_a_duplicate_needs_the_police_and_may_be_refused(desk: Any, visit: Visit) -> None:
    case_id = desk.signed()
    paip, head = visit("paip"), visit("kepala")
    url = f"/permohonan/{case_id}/surat/1/duplikat"
    form = paip.get(url).form(url)
    assert "kehilangan dari kepolisian" in paip.send(form, alasan="hilang di jalan").text
    paip.send(form, alasan="hilang di jalan", polisi="LP/9/2016")
    page = head.get(f"/permohonan/{case_id}/catatan")
    done = head.send(page.form(f"/permohonan/{case_id}/permintaan/1"), putusan="tolak", sebab="belum melapor")
    assert "Permintaan ditolak" in done.text and "belum melapor" in done.text
    assert visit("loket").get(url).status == 403
    assert paip.get(f"/permohonan/{case_id}/surat/1/salinan").status == 404
    assert paip.get(f"/permohonan/{case_id}/surat/99/duplikat").status == 404
    ask(desk.office, 1, "duplikat", "hilang lagi", "LP/10", by=PEOPLE["paip"])
    assert head.post(f"/permohonan/{case_id}/permintaan/77").status == 404
