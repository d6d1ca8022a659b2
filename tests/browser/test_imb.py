"""The main job, in a real browser: one IMB of a house, from the counter to the archive, through everybody's hands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import House, complaints, open_house
from tests.browser.journey import Journey

APPLICANT = "Sari Wulandari"
PLOT = "Jl. Melati No. 7, Pekayonjaya"
BUILDING = {  # Permen PU 24/2007: 100 m2 x 0.35 x 1.00 x Rp4,500, fence 60 m2 x Rp500, treatment 3 m2 x Rp4,000, form
    "alamat_bangunan": PLOT,
    "luas_tanah_m2": "150",
    "koordinat": "-6.255000,106.990000",
    "kepemilikan": "perorangan",
    "nomor_ippl": "640/00123/BPPT/2016",
    "jenis_kegiatan": "bangun_baru",
    "sudah_dibangun": "tidak",
    "fungsi": "hunian",
    "jumlah_lantai": "1",
    "luas_lantai_m2": "100",
    "kdb": "60",
    "klb": "1,2",
    "gsb_m": "4",
    "gsj_m": "6",
    "kompleksitas": "tidak_sederhana",
    "permanensi": "permanen",
    "risiko_kebakaran": "sedang",
    "kepadatan": "sedang",
    "waktu_penggunaan": "tetap",
    "pagar_m2": "60",
    "ipal_m2": "3",
    "dikuasakan": "tidak",
}
NIK = "3275014507900001"
OWNER = {
    "nik": NIK,
    "telepon": "081234567890",
    "alamat": "Jl. Juanda 1",
    "kelurahan": "Bekasi Selatan / Pekayonjaya",
}
BILL, TYPED = "Rp204.500", "204500"
AGENCIES = ("bimarta", "bplh", "damkar", "dishub", "distarkim")  # Dishub because andalalin is ticked too


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("kantor")) as opened:
        yield opened


def test_an_imb_from_the_counter_to_the_archive(page: Page, house: House, tmp_path: Path) -> None:
    wrong = complaints(page)
    walk = Journey(page, house, APPLICANT)
    scans = ("syarat_ktp", "syarat_gambar")
    walk.registration("loket", "IMB rumah tinggal", "Janji: 14 hari kerja", OWNER, BUILDING, scans)
    agree, sign, initial = ("tanggapan_ini", "setuju"), ("tanda_tangan", "ya"), ("paraf", "ya")

    walk.task("bidang.usaha", "Periksa keabsahan berkas", ("berkas_sah", "ya"))
    walk.task("bidang.usaha", "Undang Tim Teknis", tempat="Ruang rapat lantai 2", agenda="Tata letak dan peil")
    met = {"hadir": "Tono Wibowo\nSri Astuti", "notulen": "Tata letak sesuai; lokasi perlu dilihat."}
    walk.task("tim.distarkim", "Bahas permohonan", ("hasil_pembahasan", "lapangan"), **met)
    walk.task("bidang.usaha", "Jadwalkan kunjungan", petugas="Tono Wibowo")
    seen = {"titik": "-6.255010,106.990020", "temuan": "Sempadan dan batas sesuai gambar."}
    walk.task("tim.distarkim", "Kunjungi lapangan", ("kesesuaian", "sesuai"), **seen)
    walk.task("bidang.usaha", "Susun berita acara", ("kesimpulan", "setuju"), ringkasan="Rencana memenuhi ketentuan.")
    for agency in AGENCIES:
        walk.task(f"tim.{agency}", "Tanda tangani berita acara", agree)
    walk.task("kabid.usaha", "Verifikasi berita acara", ("hasil", "disetujui"))

    walk.task("bidang.usaha2", "Susun nota perhitungan", dasar="Luas dan indeks menurut berita acara")
    walk.task("kabid.usaha", "Tanda tangani nota", sign)
    walk.task("kepala", "Tanda tangani SKRD", sign)
    paid = {"jumlah": TYPED, "tanggal_bayar": "2016-07-18", "bukti": "NTPN 7711", "cara": "bank", "bank": "BJB"}
    walk.payment("bendahara", "Bayar SKRD atau SKPD", BILL, **paid)

    walk.task("paip", "Ketik surat", perihal="Izin mendirikan rumah tinggal")
    walk.task("kabid.usaha", "Paraf Kepala Bidang", initial)
    walk.task("paip2", "Paraf Bidang PAIP", initial)
    walk.task("tatausaha", "Paraf Kepala Bagian TU", initial)
    walk.task("kepala", "Tanda tangani surat", sign)
    walk.hand_over("loket", NIK)
    walk.task("paip", "Arsipkan berkas", rak="R-12", boks="B-3")
    house.go_on()

    walk.open(f"/permohonan/{walk.case}")
    history = page.get_by_role("region", name="Riwayat")
    for name in ("Siti Nurhayati", "Budi Santoso", "Ratna Setiawan", "Nurul Hidayati", "Tuti Kurniasih"):
        expect(history.get_by_text(name).first).to_be_visible()
    expect(page.get_by_text("Permohonan ini ditutup")).to_be_visible()
    walk.open(f"/permohonan/{walk.case}/berkas")
    expect(page.locator("main")).to_contain_text("syarat_ktp.pdf")
    permit = walk.letter("surat izin", tmp_path)
    number = page.locator("dl div", has_text="Nomor izin").locator("dd").text_content() or ""
    assert number.strip()
    for words in (number.strip(), APPLICANT, PLOT, "IZIN MENDIRIKAN BANGUNAN", BILL):
        assert " ".join(words.split()).lower() in permit.lower(), f"{words!r} is not in the permit:\n{permit}"
    assert not wrong, "\n".join(wrong)
