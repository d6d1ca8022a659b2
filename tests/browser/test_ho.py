"""What goes wrong with a case, in a real browser: one HO with five agencies, of which one objects and one stays away;
its promise is broken, reported and answered for; its bill is paid late, with the fine; and the permit is handed out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from engine.storage.schema import outbox
from engine.verify import verify
from engine.working_time import JAKARTA
from tests.browser.house import House, complaints, open_house
from tests.browser.journey import Journey
from tests.engine.meetings.test_visits import picture

OWNER, NIK = "Rahmat Hidayat", "3275016203800004"
SITE = "Jl. Cut Mutia No. 21, Margahayu"
TOLD = {"nik": NIK, "telepon": "081298765432", "alamat": "Jl. Mawar 3", "kelurahan": "Bekasi Timur / Margahayu"}
WORKSHOP = {
    "nama_perusahaan": "Bengkel Las Rahmat",
    "kelembagaan": "perorangan",
    "penanggung_jawab": OWNER,
    "jenis_usaha": "Bengkel las (25920)",
    "tenaga_kerja": "6",
    "modal": "75000000",
    "jam_operasi": "08.00-17.00",
    "alamat_usaha": SITE,
    "titik": "-6.243100,107.012400",
    "status_tempat": "milik",
    "nomor_imb": "503/00777/IMB/2012",
    "luas_usaha_m2": "150",
    "fungsi_jalan": "kolektor_sekunder",
    "kawasan": "perdagangan_jasa",
    "mesin_kw": "12",
    "dikuasakan": "tidak",
}
MEASURED = {
    "luas_usaha_m2": "150",
    "kelas_gangguan": "sedang",
    "fungsi_jalan": "kolektor_sekunder",
    "kawasan": "perdagangan_jasa",
    "sumber_gangguan": "Bising gerinda",
    "sesuai_imb": "ya",
    "apar": "ya",
    "parkir": "ya",
}
OWED, LATE, TYPED = "Rp840.000", "Rp856.800", "856800"  # 150 m2 x Rp800 x 2 x 3.5 x 1, and 2 % for a month begun
AGENCIES = {  # username after `tim.` -> the agency's name
    "bplh": "BPLH",
    "dishub": "Dishub",
    "disperindagkop": "Disperindagkop",
    "kecamatan": "Kecamatan",
    "satpol-pp": "Satpol PP",
}
OBJECTING, ABSENT = "dishub", "satpol-pp"
OBJECTION, CONDITION = "Parkir pelanggan memakai badan jalan.", "Parkir di halaman sendiri."
SIGN_BA, AGREE, OBJECT = "Tanda tangani berita acara", ("tanggapan_ini", "setuju"), ("tanggapan_ini", "keberatan")
SIGN, INITIAL = ("tanda_tangan", "ya"), ("paraf", "ya")
PAY = "Bayar SKRD atau SKPD"
WHAT = "Apa yang terjadi, dan apa yang dilakukan"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("kantor")) as opened:
        yield opened


def at(day: int, hour: int, minute: int = 0, month: int = 7) -> datetime:
    """A moment of 2016 in Bekasi. The case is registered on Monday, 18 July; its promise is the 27th at 9."""
    return datetime(2016, month, day, hour, minute, tzinfo=JAKARTA)


def told(house: House, template: str) -> list[str]:
    """To whom messages of a kind were addressed, in order."""
    query = select(outbox.c.recipient).where(outbox.c.template == template).order_by(outbox.c.id)
    with house.office.db.read() as connection:
        return list(dict.fromkeys(connection.execute(query).scalars()))


@pytest.mark.timeout(600)  # five minutes of clicking where others use the machine too; one where nobody does
def test_an_ho_with_an_objection_an_absence_escalations_and_a_late_payment(
    page: Page, house: House, tmp_path: Path
) -> None:
    wrong = complaints(page)
    way = Journey(page, house, OWNER, takes=False)
    kind = "HO · Izin Undang-Undang Gangguan (IUUG/HO), SITU · Baru"
    way.registration("loket", kind, "Janji: 7 hari kerja", TOLD, WORKSHOP, ["syarat_denah"])
    way.task("bidang.usaha", "Periksa keabsahan berkas", ("berkas_sah", "ya"))
    five_are_invited_and_four_answer(way)
    the_silent_one_is_reminded_and_reported(way)
    the_absent_one_is_reported(way)
    the_place_is_seen(way)
    one_objects_and_one_does_not_sign(way)
    the_promise_is_broken_and_answered_for(way)
    the_minutes_are_repaired_and_all_sign(way)
    the_bill_is_overdue_and_paid_with_the_fine(way)
    the_permit_is_issued_and_collected(way)
    the_history_tells_it_all(way)
    the_letters_say_so(way, tmp_path)
    assert verify(house.office).problems == []
    asked_again = [line for line in wrong if "/eskalasi/" in line and "422" in line]  # a report without its cause
    assert wrong == asked_again, "\n".join(wrong)


def five_are_invited_and_four_answer(way: Journey) -> None:
    page = way.page
    way.house.go_on()
    way.open("/rapat?bagian=jadwal", "bidang.usaha")
    page.get_by_role("button", name="Jadwalkan bersama").click()
    page.get_by_label("Rabu, 20 Juli 2016 13.00 WIB").check()
    page.get_by_role("button", name="Jadwalkan dan kirim undangan").click()
    expect(page.get_by_text("dijadwalkan untuk 1 permohonan")).to_be_visible()
    expect(page.get_by_text("Belum menjawab")).to_have_count(len(AGENCIES))
    for agency, name in AGENCIES.items():
        if agency != ABSENT:
            way.open("/rapat/1", f"tim.{agency}")
            page.get_by_role("group", name=f"Jawaban {name}").get_by_label("Hadir", exact=True).check()
            page.get_by_role("button", name="Kirim jawaban").click()
            expect(page.get_by_text("Jawaban tercatat")).to_be_visible()


def the_silent_one_is_reminded_and_reported(way: Journey) -> None:
    """A working day after the invitation it is reminded, a day later the Kabid knows, and answers."""
    page, name = way.page, AGENCIES[ABSENT]
    way.house.until(at(19, 10))
    assert told(way.house, "ingatkan_rapat") == ["tim_teknis:satpol_pp"]
    way.open("/rapat?bagian=instansi", "bidang.usaha")
    expect(page.locator("tbody tr").filter(has_text=name)).to_contain_text("sudah diingatkan")
    way.house.until(at(20, 10))
    way.open("/eskalasi", "kabid.usaha")
    row = page.locator("tbody tr").filter(has_text=way.resi)
    expect(row).to_contain_text(f"{name} tidak menjawab undangan")
    row.get_by_role("link", name="Jawab").click()
    page.get_by_label(WHAT).fill("Kepala seksinya ditelepon; akan datang.")
    page.get_by_role("button", name="Catat").click()
    expect(page.get_by_text("Laporan dijawab.")).to_be_visible()


def the_absent_one_is_reported(way: Journey) -> None:
    page = way.page
    way.house.until(at(20, 14, 30))
    way.find("tim.bplh", "Bahas permohonan")
    expect(page.get_by_role("link", name="005/0001/UND/BPPT/VII/2016")).to_be_visible()
    way.open("/rapat/1", "tim.bplh")
    for agency, name in AGENCIES.items():
        assert page.get_by_label(name, exact=True).is_checked() is (agency != ABSENT)
    page.get_by_label("Notulen untuk semua permohonan").fill("Bising dan parkir dilihat di lapangan.")
    page.get_by_role("button", name="Simpan kehadiran").click()
    expect(page.get_by_text("Tidak hadir", exact=True)).to_be_visible()
    page.get_by_role("radio", name="perlu kunjungan lapangan").check()
    page.get_by_role("button", name="Simpan hasil").click()
    expect(page.get_by_text("Hasil 1 permohonan dicatat")).to_be_visible()
    way.open("/eskalasi", "kabid.usaha")
    expect(page.locator("tbody tr").filter(has_text=way.resi)).to_contain_text(f"{AGENCIES[ABSENT]} tidak hadir")


def the_place_is_seen(way: Journey) -> None:
    page = way.page
    way.task("bidang.usaha", "Jadwalkan kunjungan")
    way.house.until(at(21, 9, 30))
    way.open("/kunjungan", "tim.bplh")
    expect(page.get_by_text(f"{SITE}, Bekasi Timur")).to_be_visible()
    page.get_by_text("Catat hasil", exact=True).click()
    for item in page.locator("[data-item]").all():
        item.get_by_text("Sesuai", exact=True).click()
    page.get_by_label("Temuan").fill("Peredam terpasang; parkir untuk empat mobil.")
    page.get_by_role("group", name="Apakah keadaan").get_by_text("Sesuai", exact=True).click()
    photo = {"name": "bengkel.jpg", "mimeType": "image/jpeg", "buffer": picture(800, 600)}
    page.locator("[data-photos]").set_input_files([photo])  # type: ignore[list-item]
    expect(page.locator("[data-photo-list]")).to_contain_text("bengkel.jpg")
    page.get_by_role("button", name="Simpan dan kirim hasil").click()
    expect(page.locator("article [data-status]")).to_have_text("Terkirim.")
    expect(page.locator("[data-queue]")).to_be_hidden()
    way.task("bidang.usaha", "Tetapkan kelas gangguan", ("keberatan_tetangga", "tidak"), **MEASURED)


def one_objects_and_one_does_not_sign(way: Journey) -> None:
    page = way.page
    way.find("bidang.usaha", "Susun berita acara")
    draft = page.locator("main [name=ringkasan]")
    for words in ("Rapat Tim Teknis nomor 005/0001/UND/BPPT/VII/2016", "- parkir: sesuai", "Peredam terpasang"):
        assert words in draft.input_value()
    way.finish("Susun berita acara", ("kesimpulan", "setuju"))
    for agency in AGENCIES:
        if agency == OBJECTING:
            way.find(f"tim.{agency}", SIGN_BA)
            text = page.get_by_role("region", name="Berita acara 503/0001/BA/BPPT/VII/2016, putaran 1")
            expect(text).to_contain_text("Peredam terpasang")
            way.finish(SIGN_BA, OBJECT, alasan=OBJECTION)
        elif agency != ABSENT:
            way.task(f"tim.{agency}", SIGN_BA, AGREE)


def the_promise_is_broken_and_answered_for(way: Journey) -> None:
    """The missing signature: reminded after two working days, reported after three, the promise broken, reported to the
    Kabid who gives the reason, and a day later to the Kepala Badan."""
    page, name = way.page, AGENCIES[ABSENT]
    way.house.until(at(25, 11))
    assert "tim_teknis:satpol_pp" in told(way.house, "ingatkan")
    way.house.until(at(26, 11))
    way.open("/eskalasi", "kabid.usaha")
    row = page.locator("tbody tr").filter(has_text=way.resi)
    expect(row).to_contain_text(f"{SIGN_BA}: {name}")
    expect(row).to_contain_text("sebelum janji")
    way.house.until(at(27, 11))
    way.open("/eskalasi", "kabid.usaha")
    expect(row).to_contain_text("2 jam kerja")
    row.get_by_role("link", name="Catat sebab").click()
    page.get_by_role("button", name="Catat").click()
    expect(page.get_by_text("Pilih sebabnya.").first).to_be_visible()
    page.get_by_label("Tim Teknis tidak hadir atau belum menanggapi").check()
    page.get_by_label(WHAT).fill(f"{name} belum menandatangani; didatangi hari ini.")
    page.get_by_role("button", name="Catat").click()
    expect(page.get_by_text("Sebab keterlambatan dicatat.")).to_be_visible()
    way.house.until(at(28, 11))
    way.open("/eskalasi", "kepala")
    expect(row).to_contain_text("kepada Kepala Badan")
    row.get_by_role("link", name="Catat sebab").click()
    expect(page.get_by_text(f"{name} belum menandatangani; didatangi hari ini.")).to_be_visible()


def the_minutes_are_repaired_and_all_sign(way: Journey) -> None:
    page = way.page
    way.task(f"tim.{ABSENT}", SIGN_BA, AGREE)
    way.find("bidang.usaha", "Perbaiki berita acara")
    expect(page.get_by_role("note").filter(has_text=f"{AGENCIES[OBJECTING]} keberatan")).to_contain_text(OBJECTION)
    way.finish("Perbaiki berita acara", ("kesimpulan", "setuju"), syarat_khusus=CONDITION)
    for agency in AGENCIES:
        way.task(f"tim.{agency}", SIGN_BA, AGREE)
    way.find("kabid.usaha", "Verifikasi berita acara")
    text = page.get_by_role("region", name="Berita acara 503/0001/BA/BPPT/VII/2016, putaran 2")
    expect(text).to_contain_text(CONDITION)
    expect(text.get_by_text("sesuai isi")).to_have_count(len(AGENCIES))
    way.finish("Verifikasi berita acara", ("hasil", "disetujui"))


def the_bill_is_overdue_and_paid_with_the_fine(way: Journey) -> None:
    page = way.page
    way.task("bidang.usaha2", "Susun nota perhitungan", dasar="Luas, kelas, dan lokasi menurut berita acara")
    way.find("kabid.usaha", "Tanda tangani nota")
    nota = page.get_by_role("region", name=f"Nota perhitungan: {OWED}")
    expect(nota).to_contain_text("150 × 800 × 2 × 3,5 × 1")
    way.finish("Tanda tangani nota", SIGN)
    way.task("kepala", "Tanda tangani SKRD", SIGN)
    way.house.until(at(26, 14, month=8))  # twenty working days
    assert "+6281298765432" in told(way.house, "ingatkan")
    way.house.until(at(29, 10, month=8))  # due on Saturday, the 27th
    way.task("kepala", "Tanda tangani STRD", SIGN)
    way.open("/pembayaran/tunggakan", "bendahara")
    row = page.locator("tbody tr").filter(has_text=way.resi)
    expect(row).to_contain_text(OWED)
    expect(row).to_contain_text("973/00001/STRD/BPPT/2016")
    paid = {"jumlah": TYPED, "tanggal_bayar": "2016-08-29", "bukti": "NTPN 90211", "cara": "bank", "bank": "BJB"}
    way.payment("bendahara", PAY, OWED, **paid)


def the_permit_is_issued_and_collected(way: Journey) -> None:
    way.task("paip", "Ketik surat", perihal="Izin gangguan bengkel las")
    way.task("kabid.usaha", "Paraf Kepala Bidang", INITIAL)
    way.task("paip2", "Paraf Bidang PAIP", INITIAL)
    way.task("tatausaha", "Paraf Kepala Bagian TU", INITIAL)
    way.task("kepala", "Tanda tangani surat", SIGN)
    way.hand_over("loket", NIK)
    way.task("paip", "Arsipkan berkas", rak="R-12", boks="B-3")
    way.house.go_on()


def the_history_tells_it_all(way: Journey) -> None:
    name = AGENCIES[ABSENT]
    way.open(f"/permohonan/{way.case}")
    expect(way.page.get_by_text("Permohonan ini ditutup")).to_be_visible()
    history = " ".join(way.page.get_by_role("region", name="Riwayat").inner_text().split())
    expected = (  # the newest first
        "Permohonan ditutup",
        LATE,
        "STRD 973/00001/STRD/BPPT/2016 terbit",
        "Bunga 1 bulan: Rp16.800",
        "Berita acara 503/0001/BA/BPPT/VII/2016 dibuka, putaran 2",
        f"1 instansi keberatan. Dishub: {OBJECTION}",
        "Dilaporkan kepada Kepala Badan",
        "Sebab keterlambatan: Tim Teknis tidak hadir atau belum menanggapi oleh Ratna Setiawan",
        "Janji terlewati oleh sistem",
        "Berita acara 503/0001/BA/BPPT/VII/2016 dibuka, putaran 1",
        f"Tidak hadir: {name}",
        "Laporan dijawab atasan",
        f"{name} tidak menjawab undangan; Kepala Bidang diberi tahu",
        f"{name} diingatkan menjawab undangan rapat",
        "Rapat 005/0001/UND/BPPT/VII/2016 dijadwalkan",
    )
    here = 0
    for words in expected:
        here = history.find(words, here)
        assert here >= 0, f"{words!r} is not in its place of the history:\n{history}"


def the_letters_say_so(way: Journey, folder: Path) -> None:
    page = way.page
    way.open(f"/permohonan/{way.case}/berkas")
    number = page.locator("dl div", has_text="Nomor izin").locator("dd").text_content() or ""
    permit = way.letter("surat izin", folder)
    for words in (number.strip(), OWNER, SITE, OWED):
        assert words and words in permit, f"{words!r} is not in the permit:\n{permit}"
    minutes = way.letter("Berita acara", folder, signed=False)
    for words in ("putaran 2", SITE, CONDITION, "Satuan Polisi Pamong Praja", "Dinas Perhubungan"):
        assert words in minutes, f"{words!r} is not in the berita acara:\n{minutes}"
    fine = way.letter("STRD", folder)
    for words in (LATE, "Rp16.800"):
        assert words in fine, f"{words!r} is not in the STRD:\n{fine}"
