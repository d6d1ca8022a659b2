"""The main job, in a real browser: one IMB of a house, from the counter to the archive, through everybody's hands."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader, PdfWriter

from tests.browser.house import House, complaints, open_house

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
BILL, TYPED = "Rp204.500", "204500"
expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong
AGENCIES = ("bimarta", "bplh", "damkar", "distarkim")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("kantor")) as opened:
        yield opened


def pdf(text: str) -> bytes:
    """A small, real PDF of one page."""
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.add_metadata({"/Title": text})
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def fill(page: Page, name: str, value: str) -> None:
    """Answer one question of the page, whatever kind of control it is."""
    controls = page.locator(f"main [name={name}]")
    kind = controls.first.evaluate("one => one.type || one.localName")
    if kind == "radio":
        page.locator(f"main [name={name}][value={value}]").check(force=True)
    elif kind.startswith("select"):
        controls.select_option(value)
    else:
        controls.fill(value)


class Walk:
    """The way of one application through the office."""

    def __init__(self, page: Page, house: House) -> None:
        self.page, self.house = page, house
        self.resi = self.case = ""

    def task(self, who: str, step: str, decision: tuple[str, str] | None = None, **answers: str) -> None:
        """`who` finds the step in the group's list by its resi, takes it, answers and finishes it."""
        page = self.page
        self.house.go_on()
        self.house.sign_in(page, who)
        page.goto(f"{self.house.address}/tugas?daftar=kelompok", wait_until="domcontentloaded")
        row = page.locator("tbody tr").filter(has_text=self.resi).filter(has_text=step)
        row.get_by_role("link", name=step).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(step)
        page.get_by_role("button", name="Ambil tugas ini").click()
        expect(page.get_by_role("button", name="Lepas ke kelompok")).to_be_visible()
        self._finish(step, decision, answers)

    def payment(self, who: str, step: str, **answers: str) -> None:
        """Only the applicant is waited for; `who` looks the case up by the resi that the payer brings."""
        page = self.page
        self.house.go_on()
        self.house.sign_in(page, who)
        page.goto(f"{self.house.address}/permohonan?cari={self.resi}")
        page.get_by_role("link", name="Rapat, kunjungan, tagihan").click()
        expect(page.locator("main")).to_contain_text(BILL)
        page.goto(f"{self.house.address}/permohonan/{self.case}")
        page.get_by_role("region", name="Sekarang").get_by_role("link", name=step).click()
        self._finish(step, None, answers)

    def _finish(self, step: str, decision: tuple[str, str] | None, answers: dict[str, str]) -> None:
        for name, value in answers.items():
            fill(self.page, name, value)
        self._button(decision).click()
        expect(self.page.get_by_text(f"“{step}” selesai")).to_be_visible()

    def _button(self, decision: tuple[str, str] | None) -> Locator:
        if decision is None:
            return self.page.get_by_role("button", name="Selesaikan tugas")
        name, value = decision
        return self.page.locator(f"main button[name={name}][value={value}]")

    def registration(self) -> None:
        """Three pages at the counter, with a scan of the KTP and the technical drawing."""
        page = self.page
        self.house.sign_in(page, "loket")
        page.goto(f"{self.house.address}/loket")
        page.get_by_role("button", name="Permohonan baru").click()
        page.wait_for_url("**/loket/baru", wait_until="networkidle")
        page.get_by_label("Jenis izin dan varian").fill("IMB rumah tinggal")
        page.keyboard.press("Tab")
        expect(page.locator("#tentang-jenis")).to_contain_text("Janji: 14 hari kerja")
        page.get_by_label("Nama pemohon").fill(APPLICANT)
        page.locator("[name=nik]").fill("3275014507900001")
        page.get_by_label("Nomor telepon").fill("081234567890")
        page.get_by_label("Alamat pemohon").fill("Jl. Juanda 1")
        page.locator("[name=kelurahan]").select_option("Bekasi Selatan / Pekayonjaya")
        page.get_by_role("button", name="Lanjut ke isian dan berkas").click()
        for name, value in BUILDING.items():
            fill(page, name, value)
        for name in ("syarat_ktp", "syarat_gambar"):
            page.locator(f"[data-field={name}] summary").click()
            file = {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": pdf(name)}
            page.locator(f"[name=berkas-{name}]").set_input_files(file)  # type: ignore[arg-type]
        for box in page.locator("main [name^=syarat_]").all():
            if box.is_visible():
                box.check(force=True)
        page.get_by_role("button", name="Lanjut ke pemeriksaan").click()
        expect(page.get_by_text("Semua berkas wajib sudah ada.")).to_be_visible()
        expect(page.get_by_role("link", name="syarat_gambar.pdf")).to_be_visible()
        page.get_by_role("button", name="Daftarkan dan beri resi").click()
        heading = page.get_by_role("heading", name="Resi BPPT-")
        expect(heading).to_be_visible()
        self.resi = (heading.text_content() or "").split()[-1]
        self.case = page.url.rsplit("/", 1)[1]

    def hand_over(self) -> None:
        """The counter finds the permit among those that are ready, and the applicant collects it."""
        page = self.page
        self.house.go_on()
        self.house.sign_in(page, "loket")
        page.goto(f"{self.house.address}/loket?daftar=ambil")
        page.locator("tbody tr").filter(has_text=self.resi).get_by_role("link").last.click()
        page.locator("[name=nama_penerima]").fill(APPLICANT)
        page.locator("[name=hubungan][value=pemohon]").check(force=True)
        page.locator("[name=nomor_identitas]").fill("3275014507900001")
        page.get_by_role("button", name="Serahkan izin").click()
        expect(page.get_by_text(f"Izin {self.resi} sudah diserahkan.")).to_be_visible()


def test_an_imb_from_the_counter_to_the_archive(page: Page, house: House, tmp_path: Path) -> None:
    wrong = complaints(page)
    walk = Walk(page, house)
    walk.registration()
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
    paid = {"jumlah": TYPED, "tanggal_bayar": "2016-07-20", "bukti": "NTPN 7711", "cara": "bank"}
    walk.payment("bendahara", "Bayar SKRD atau SKPD", **paid)

    walk.task("paip", "Ketik surat", perihal="Izin mendirikan rumah tinggal")
    walk.task("kabid.usaha", "Paraf Kepala Bidang", initial)
    walk.task("paip2", "Paraf Bidang PAIP", initial)
    walk.task("tatausaha", "Paraf Kepala Bagian TU", initial)
    walk.task("kepala", "Tanda tangani surat", sign)
    walk.hand_over()
    walk.task("paip", "Arsipkan berkas", rak="R-12", boks="B-3")
    house.go_on()

    page.goto(f"{house.address}/permohonan/{walk.case}")
    history = page.get_by_role("region", name="Riwayat")
    for name in ("Siti Nurhayati", "Budi Santoso", "Ratna Setiawan", "Nurul Hidayati", "Tuti Kurniasih"):
        expect(history.get_by_text(name).first).to_be_visible()
    expect(page.get_by_text("Permohonan ini ditutup")).to_be_visible()
    page.goto(f"{house.address}/permohonan/{walk.case}/berkas")
    expect(page.locator("main")).to_contain_text("syarat_ktp.pdf")
    permit = downloaded(page, tmp_path)
    number = page.locator("dl div", has_text="Nomor izin").locator("dd").text_content() or ""
    assert number.strip()
    for words in (number.strip(), APPLICANT, PLOT, "IZIN MENDIRIKAN BANGUNAN", BILL):
        assert " ".join(words.split()).lower() in permit.lower(), f"{words!r} is not in the permit:\n{permit}"
    assert not wrong, "\n".join(wrong)


def downloaded(page: Page, folder: Path) -> str:
    """The text of the permit's PDF, as a browser saves it; spaces folded."""
    with page.expect_download() as caught:
        page.locator("li").filter(has_text="surat izin").get_by_role("link").first.click()
    target = folder / "izin.pdf"
    caught.value.save_as(target)
    fields = PdfReader(target).get_fields() or {}
    assert "/Sig" in {field.get("/FT") for field in fields.values()}, "the permit is not signed"
    return " ".join(" ".join(sheet.extract_text() for sheet in PdfReader(target).pages).split())
