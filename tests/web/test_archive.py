"""The archive's pages: found, handed out, brought back, moved; what has outlived its time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import insert, update

from engine.settings import ROOT
from engine.storage.people_tables import memberships
from engine.storage.schema import documents
from engine.storage.service_tables import archive_records
from tests.engine.core.conftest import MONDAY, PEOPLE, Desk
from tests.web.conftest import Visitor

Enter = Callable[[str], Visitor]


@pytest.fixture
def paip(visit: Enter, desk: Desk) -> Visitor:
    """bidang2 works in PAIP today."""
    with desk.office.db.write() as connection:
        connection.execute(
            update(memberships).where(memberships.c.person_id == PEOPLE["bidang2"].id).values(role="paip", scope="")
        )
    return visit("bidang2")


@pytest.fixture
def record(desk: Desk) -> int:
    case_id = desk.registered()
    with desk.office.db.write() as connection:
        values = {"number": "ARS-2016-000001", "shelf": "R-01", "box": "B-1", "stored_at": MONDAY}
        return int(
            connection.execute(
                insert(archive_records)
                .values(case_id=case_id, keep_until="2016-07-18", **values)
                .returning(archive_records.c.id)
            ).scalar_one()
        )


def test_an_empty_archive_says_so(paip: Visitor) -> None:
    assert "Arsip masih kosong" in paip.get("/arsip").text


def test_a_file_is_found_and_its_place_is_told(paip: Visitor, record: int) -> None:
    for query in ("", "?cari=uji-000001", "?cari=sari", "?rak=R-01", "?rak=R-01&boks=B-1"):
        page = paip.get(f"/arsip{query}")
        assert "ARS-2016-000001" in page.text and "Di tempat" in page.text, query
    assert "Tidak ada berkas yang cocok" in paip.get("/arsip?cari=xyz").text
    assert "Semua berkas ada di tempatnya" in paip.get("/arsip?keadaan=keluar").text
    page = paip.get(f"/arsip/{record}")
    assert "Rak R-01, boks B-1" in page.text and "belum pernah keluar" in page.text
    assert paip.get("/arsip/999").status == 404


def test_out_and_back(paip: Visitor, record: int, desk: Desk) -> None:
    form = paip.get(f"/arsip/{record}").form(f"/arsip/{record}/keluar")
    wrong = paip.send(form, peminjam="Budi <Jasa>", alasan=" ", kembali_pada="besok")
    assert wrong.status == 422 and "Sebutkan untuk apa" in wrong.text and "Isi tanggal kembali" in wrong.text
    again = wrong.form(f"/arsip/{record}/keluar")
    assert dict(again.form_values())["peminjam"] == "Budi <Jasa>", "what was typed is kept"
    done = paip.send(again, alasan="Audit", kembali_pada="2016-07-19")
    assert "Berkas ini pada Budi <Jasa> sejak" in done.text
    taken = paip.post(f"/arsip/{record}/keluar", {"peminjam": "Ani", "alasan": "x", "kembali_pada": "2016-07-19"})
    assert taken.status == 410 and "sedang keluar, pada Budi <Jasa>" in taken.text
    desk.clock.advance(minutes=29)
    assert "Budi <Jasa>" in paip.get("/arsip?keadaan=keluar").text
    back = paip.send(paip.get(f"/arsip/{record}").form(f"/arsip/{record}/kembali"), catatan="Lengkap")
    assert "diterima kembali" in back.text and "Lengkap" in back.text and "Bela Bidang" in back.text
    assert paip.post(f"/arsip/{record}/kembali").status == 410
    assert "Berkas arsip keluar, pada Budi <Jasa>" in paip.get("/permohonan/1").text


def test_moved(paip: Visitor, record: int) -> None:
    form = paip.get(f"/arsip/{record}").form(f"/arsip/{record}/pindah")
    wrong = paip.send(form, rak="R-02", sebab="")
    assert wrong.status == 422 and "mengapa berkas ini dipindahkan" in wrong.text
    assert [link.get("href") for link in wrong.doc.xpath("//*[@class='govuk-error-summary__body']//a")] == ["#f-sebab"]
    done = paip.send(wrong.form(f"/arsip/{record}/pindah"), sebab="Rak penuh")
    assert "Rak R-02, boks B-1" in done.text and "Rak penuh" in done.text
    assert "R-02" in paip.get("/arsip").text


def test_late_ones_are_called_late(visit: Enter, paip: Visitor, record: int, desk: Desk) -> None:
    paip.post(f"/arsip/{record}/keluar", {"peminjam": "Budi", "alasan": "Audit", "kembali_pada": "2016-07-18"})
    assert "Tidak ada berkas yang terlambat" in paip.get("/arsip?keadaan=lewat").text
    desk.clock.advance(days=1)
    later = visit("bidang2")
    assert "Terlambat kembali" in later.get("/arsip?keadaan=lewat").doc.xpath("//tbody")[0].text_content()
    assert "Terlambat kembali" in later.get(f"/arsip/{record}").text


def test_what_has_outlived_its_time(paip: Visitor, record: int, desk: Desk) -> None:
    desk.office.settings = replace(desk.office.settings, processes_dir=ROOT / "processes")
    page = paip.get("/arsip/retensi")
    assert "ARS-2016-000001" in page.text and "tidak menghapus apa pun sendiri" in page.text
    with desk.office.db.write() as connection:
        connection.execute(update(archive_records).values(keep_until=None))
    assert "Belum ada yang habis masa simpannya" in paip.get("/arsip/retensi").text


def test_only_the_archive_may(visit: Enter, record: int) -> None:
    for who in ("loket", "bidang", "bplh", "admin"):
        visitor = visit(who)
        assert visitor.get("/arsip").status == visitor.get(f"/arsip/{record}").status == 403
        for deed in ("keluar", "kembali", "pindah"):
            assert visitor.post(f"/arsip/{record}/{deed}").status == 403


def test_a_file_in_quarantine_is_named_but_not_offered(visit: Enter, desk: Desk) -> None:
    case_id = desk.registered()
    with desk.office.db.write() as connection:
        for name, scan in (("a.pdf", "menunggu"), ("b.pdf", "virus"), ("c.pdf", "bersih")):
            values = {"kind": "ktp", "title": "KTP", "sha256": "0" * 64, "mime": "application/pdf", "size": 9}
            connection.execute(
                insert(documents).values(case_id=case_id, file_name=name, at=MONDAY, scan=scan, **values)
            )
    page = visit("loket").get(f"/permohonan/{case_id}/berkas")
    assert "menunggu pemindaian virus" in page.text and "Mengandung virus" in page.text
    assert [link.text_content() for link in page.doc.xpath("//a[starts-with(@href, '/berkas/')]")] == ["c.pdf"]
