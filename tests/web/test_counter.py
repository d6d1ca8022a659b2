"""The counter: a new application in three pages, what is missing, the resi, collection, and the page behind the QR."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select, update

from engine import cases
from engine.bundle import read_bundle
from engine.dossier import task_view
from engine.settings import ROOT
from engine.storage.schema import cases as case_table
from engine.storage.schema import documents
from engine.storage.schema import tasks as task_table
from tests.engine.core.conftest import PEOPLE, Desk
from tests.web.conftest import Answer, Visitor

Visit = Callable[[str], Visitor]
SARI = {
    "pemohon": "orang",
    "nama": "Sari Wulandari",
    "nik": "3275014507900001",
    "telepon": "081234567890",
    "alamat": "Jl. Juanda 1",
    "kelurahan": "Bekasi Timur / Margahayu",
    "pengurus": "sendiri",
}


@pytest.fixture
def siup(desk: Desk) -> Desk:
    """The office with the real SIUP beside the invented type."""
    bundle = read_bundle("SIUP", ROOT / "processes", ROOT / "forms")
    now = desk.office.now()
    with desk.office.db.write() as connection:
        desk.office.definitions.activate(connection, bundle, from_at=now, by_name="Uji", decree="Kep. 2", now=now)
    return desk


@pytest.fixture
def clerk(siup: Desk, visit: Visit) -> Visitor:
    return visit("loket")


def rows(desk: Desk, table: Any) -> list[Any]:
    with desk.office.db.read() as connection:
        return list(connection.execute(select(table).order_by(table.c.id)))


def opened(clerk: Visitor, jenis: str = "SIUP kecil", **more: str) -> Answer:
    return clerk.send(clerk.get("/loket/baru").form("/loket/baru"), **{"jenis": jenis, **SARI, **more})


def filled(desk: Desk, page: Answer, **more: Any) -> dict[str, Any]:
    """Answers of the form that the page shows, as a browser sends them; every requirement ticked."""
    case_id = int(page.path.split("/")[3])
    task = next(row for row in rows(desk, task_table) if row.case_id == case_id and row.element == "daftar")
    view = task_view(desk.office, PEOPLE["loket"], task.id)
    assert view.form is not None
    answers = view.form.example(random.Random(1), cases.form_context(view.view.case))
    answers |= {field.key: True for field in view.form.fields if field.requirement}
    answers |= more
    return {
        key: "true" if value is True else [] if value is False else str(value) if isinstance(value, int) else value
        for key, value in answers.items()
    }


def picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(content, "PNG")
    return content.getvalue()


def test_a_type_is_found_however_it_is_written(siup: Desk, clerk: Visitor) -> None:
    page = clerk.get("/loket/baru")
    labels = page.doc.xpath("//datalist/option/@value")
    assert "SIUP · Surat Izin Usaha Perdagangan (SIUP) · PERUSAHAAN KECIL" in labels
    assert "3 hari kerja · tanpa biaya" in page.doc.xpath("//datalist/option/text()")
    assert "Akta notaris" in clerk.get("/loket/baru/jenis?jenis=siup kecil").text
    assert opened(clerk).path == "/loket/permohonan/1"
    (case,) = rows(siup, case_table)
    assert (case.code, case.variant, case.kecamatan, case.kelurahan) == ("SIUP", "kecil", "Bekasi Timur", "Margahayu")
    assert (case.applicant_id, case.phone) == ("3275014507900001", "+6281234567890")


def test_the_applicant_chooses_the_language_of_messages(siup: Desk, clerk: Visitor) -> None:
    page = clerk.get("/loket/baru")
    assert page.doc.xpath("//input[@name='bahasa'][@checked]/@value") == ["id"]
    opened(clerk)
    other = opened(clerk, bahasa="en")
    assert [case.language for case in rows(siup, case_table)] == ["id", "en"]
    case_id = int(other.path.split("/")[3])
    assert "English" in clerk.get(f"/permohonan/{case_id}/berkas").text
    assert opened(clerk, bahasa="jv").status == 422


def test_an_unclear_type_offers_what_fits_and_keeps_what_was_typed(siup: Desk, clerk: Visitor) -> None:
    page = opened(clerk, "SIUP perusahaan")
    assert page.status == 422
    assert len(page.doc.xpath("//input[@name='pilihan']")) == 3
    assert page.doc.xpath("//input[@name='nama']/@value") == ["Sari Wulandari"]
    chosen = page.doc.xpath("//input[@name='pilihan']/@value")[1]
    done = clerk.send(page.form("/loket/baru"), pilihan=chosen)
    assert done.path == "/loket/permohonan/1"
    assert rows(siup, case_table)[0].variant == "menengah"


def test_wrong_data_of_the_applicant_are_told_at_the_field(siup: Desk, clerk: Visitor) -> None:
    page = opened(clerk, nik="123", nama="")
    assert page.status == 422
    assert page.doc.xpath("//div[contains(@class,'govuk-error-summary')]//a/@href") == ["#isian-nama", "#isian-nik"]
    assert page.doc.xpath("//input[@name='alamat' or @name='nik']/@value") == ["123"]
    assert rows(siup, case_table) == []


def test_a_company_needs_its_npwp_and_no_nik(siup: Desk, clerk: Visitor) -> None:
    page = opened(clerk, pemohon="badan", nama="PT Maju Jaya", npwp_badan="")
    assert page.status == 422 and "NPWP badan" in page.text
    done = clerk.send(page.form("/loket/baru"), npwp_badan="01.234.567.8-901.000")
    assert done.path == "/loket/permohonan/1"
    (case,) = rows(siup, case_table)
    assert (case.npwp, case.applicant_id) == ("012345678901000", None)


def test_the_same_press_twice_is_one_case(siup: Desk, clerk: Visitor) -> None:
    form = clerk.get("/loket/baru").form("/loket/baru")
    first, second = (clerk.send(form, jenis="SIUP kecil", **SARI) for _ in range(2))
    assert first.path == second.path
    assert len(rows(siup, case_table)) == 1


def test_a_draft_is_found_again(siup: Desk, clerk: Visitor) -> None:
    page = opened(clerk)
    done = clerk.send(page.form(page.path), nama_perusahaan="Toko Berkah", simpan="1")
    assert done.path == "/loket" and "Konsep tersimpan" in done.text
    assert "Sari Wulandari" in done.text and "Lanjutkan pendaftaran" in done.text
    found = clerk.get("/loket?cari=3275014507900001")
    assert "1 permohonan ditemukan" in found.text
    again = clerk.get("/loket/permohonan/1")
    assert again.doc.xpath("//input[@name='nama_perusahaan']/@value") == ["Toko Berkah"]


def test_the_form_tells_what_is_wrong_and_keeps_everything(siup: Desk, clerk: Visitor) -> None:
    page = opened(clerk)
    wrong = clerk.send(page.form(page.path), **filled(siup, page, nama_perusahaan="", kbli="x"))
    assert wrong.status == 422
    assert {"#isian-nama_perusahaan", "#isian-kbli"} <= set(wrong.doc.xpath("//a/@href"))
    assert wrong.doc.xpath("//input[@name='kbli']/@value") == ["x"]
    assert clerk.get("/loket/permohonan/1").doc.xpath("//input[@name='kbli']/@value") == ["x"]


def test_an_upload_is_checked_by_its_content_and_ticks_its_requirement(siup: Desk, clerk: Visitor) -> None:
    page = opened(clerk)
    fake = clerk.send(page.form(page.path), simpan="1", **{"berkas-syarat_ktp": (io.BytesIO(b"MZ..."), "ktp.png")})
    assert fake.status == 422 and "ktp.png" in fake.text
    assert rows(siup, documents) == []
    clerk.send(page.form(page.path), simpan="1", **{"berkas-syarat_ktp": (io.BytesIO(picture()), "ktp.png")})
    (stored,) = rows(siup, documents)
    assert (stored.kind, stored.file_name, stored.mime) == ("syarat_ktp", "ktp.png", "image/png")
    again = clerk.get("/loket/permohonan/1")
    assert again.doc.xpath("//input[@name='syarat_ktp' and @checked]")
    assert "ktp.png" in again.text


def test_complete_gives_the_resi(siup: Desk, clerk: Visitor) -> None:
    page = opened(clerk)
    check = clerk.send(page.form(page.path), **filled(siup, page, modal="50.000.000"))
    assert check.path == "/loket/permohonan/1/periksa" and "Rp50.000.000" in check.text
    assert "Berkas lengkap" in check.text and "Sari Wulandari" in check.text
    assert rows(siup, case_table)[0].resi is None
    resi = clerk.send(check.form(check.path))
    (case,) = rows(siup, case_table)
    assert resi.path == "/loket/resi/1"
    assert case.resi and case.resi in resi.text and case.public_code in resi.text
    assert "Janji selesai" in resi.text and resi.doc.xpath("//img/@src")[0].startswith("data:image/png")
    paper = clerk.client.get("/loket/resi/1.pdf")
    assert paper.mimetype == "application/pdf" and paper.data.startswith(b"%PDF")
    gone = clerk.get("/loket/permohonan/1")
    assert gone.status == 410


def test_incomplete_goes_home_with_a_list_and_comes_back(siup: Desk, clerk: Visitor) -> None:
    page = opened(clerk)
    check = clerk.send(page.form(page.path), **filled(siup, page, syarat_ktp=False))
    assert "Masih kurang 1 berkas wajib" in check.text
    missing = clerk.send(check.form(check.path))
    assert missing.path == "/permohonan/1/kekurangan" and "KTP" in missing.text
    assert rows(siup, case_table)[0].resi is None
    desk = clerk.get("/loket")
    assert "kurang: KTP" in desk.text and "Terima kelengkapan" in desk.text
    bring = clerk.get("/loket/lengkapi/1")
    assert "KTP" in bring.doc.xpath("//textarea[@name='yang_dilengkapi']")[0].text
    page = clerk.send(bring.form("/loket/lengkapi/1"))
    assert page.path == "/loket/permohonan/1"
    assert not page.doc.xpath("//input[@name='syarat_ktp' and @checked]")
    assert page.doc.xpath("//input[@name='syarat_npwp' and @checked]")
    check = clerk.send(page.form(page.path), syarat_ktp="true")
    assert clerk.send(check.form(check.path)).path == "/loket/resi/1"


def test_the_page_behind_the_qr_says_what_the_paper_says(siup: Desk, clerk: Visitor) -> None:
    page = opened(clerk)
    check = clerk.send(page.form(page.path), **filled(siup, page))
    clerk.send(check.form(check.path))
    (case,) = rows(siup, case_table)
    stranger = Visitor(clerk.client.application.test_client())
    status = stranger.get(f"/resi/{case.public_code}")
    assert status.status == 200
    assert status.doc.xpath("//li[@aria-current='step']/span[1]/text()") == ["Berkas diperiksa"]
    assert len(status.doc.xpath("//ol[contains(@class,'sy-stations')]/li")) in range(5, 8)
    for secret in (case.applicant_id, case.phone, case.address):
        assert secret not in status.text
    assert stranger.get("/resi/ABCDEFGHJK").status == 404
    lacak = stranger.get(f"/lacak?resi={case.resi}")
    assert lacak.doc.xpath("//input[@name='resi']/@value") == [case.resi]
    assert stranger.send(lacak.form("/lacak"), kode="SALAH12345").status == 404
    assert stranger.send(lacak.form("/lacak"), kode=case.public_code.lower()).path == f"/resi/{case.public_code}"


def test_collection_asks_who_receives(desk: Desk, visit: Visit) -> None:
    case_id = desk.to_signatures()
    desk.do("bplh", case_id, "teken", tanggapan_ini="setuju")
    desk.do("dishub", case_id, "teken", tanggapan_ini="setuju")
    desk.do("bidang", case_id, "verifikasi", hasil="disetujui")
    desk.work()
    clerk = visit("loket")
    listed = clerk.get("/loket?daftar=ambil")
    assert "Serahkan izin" in listed.text
    page = clerk.get(f"/loket/serahkan/{case_id}")
    done = clerk.send(page.form(f"/loket/serahkan/{case_id}"), catatan="Diterima Sari")
    assert done.path == "/loket" and "sudah diserahkan" in done.text
    assert desk.row(case_id).state == "selesai"
    assert clerk.get(f"/loket/serahkan/{case_id}").status == 410


def test_a_second_press_leads_where_the_first_one_led(siup: Desk, clerk: Visitor) -> None:
    page = opened(clerk)
    check = clerk.send(page.form(page.path), **filled(siup, page))
    clerk.send(check.form(check.path))
    (before,) = rows(siup, case_table)
    assert clerk.send(check.form(check.path)).path == "/loket/resi/1"
    (after,) = rows(siup, case_table)
    assert (after.resi, after.version) == (before.resi, before.version)


def test_a_task_that_a_colleague_holds_is_said_calmly(siup: Desk, clerk: Visitor) -> None:
    page = opened(clerk)
    check = clerk.send(page.form(page.path), **filled(siup, page))
    task = rows(siup, task_table)[0]
    with siup.office.db.write() as connection:
        connection.execute(update(task_table).where(task_table.c.id == task.id).values(holder_id=2))
    held = clerk.send(check.form(check.path))
    assert held.status == 409 and "Budi Bidang" in held.text
    assert rows(siup, case_table)[0].resi is None


@pytest.mark.parametrize("address", ["/loket", "/loket/baru", "/loket/permohonan/1", "/loket/resi/1"])
def test_the_counter_is_for_the_counter(siup: Desk, visit: Visit, address: str) -> None:
    assert visit("bidang").get(address).status == 403


def test_the_counter_counts_its_day(siup: Desk, clerk: Visitor) -> None:
    assert "Tidak ada permohonan yang belum lengkap" in clerk.get("/loket").text
    opened(clerk)
    numbers = clerk.get("/loket").doc.xpath("//span[@class='sy-stat__number']/text()")
    assert numbers == ["0", "1", "0", "0"]
    assert "Tidak ada yang cocok" in clerk.get("/loket?cari=tidakadaorangnya").text
