"""One application on its way through the office in a browser: at the counter, on the pages of tasks, among letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader, PdfWriter

from tests.browser.house import House

expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong
Decision = tuple[str, str]
"""name and value of the button that decides"""


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


class Journey:
    """The way of one application through the office, by the pages that its people use. takes: whether each takes a
    step before doing it; nobody has to."""

    def __init__(self, page: Page, house: House, applicant: str, *, takes: bool = True) -> None:
        self.page, self.house, self.applicant, self.takes = page, house, applicant, takes
        self.resi = self.case = ""

    def open(self, path: str, who: str | None = None) -> None:
        """A page of the office, as `who` sees it; as whoever is signed in when nobody is named."""
        if who is not None:
            self.house.sign_in(self.page, who)
        self.page.goto(f"{self.house.address}{path}")

    def task(self, who: str, step: str, decision: Decision | None = None, **answers: str) -> None:
        """`who` finds the step in the group's list by its resi, answers and finishes it."""
        self.find(who, step)
        self.finish(step, decision, **answers)

    def find(self, who: str, step: str) -> None:
        """The step's page, found by `who` in the group's list."""
        page = self.page
        self.house.go_on()
        self.house.sign_in(page, who)
        page.goto(f"{self.house.address}/tugas?daftar=kelompok", wait_until="domcontentloaded")
        row = page.locator("tbody tr").filter(has_text=self.resi).filter(has_text=step)
        row.get_by_role("link", name=step).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(step)
        if self.takes:
            page.get_by_role("button", name="Ambil tugas ini").click()
            expect(page.get_by_role("button", name="Lepas ke kelompok")).to_be_visible()

    def finish(self, step: str, decision: Decision | None = None, **answers: str) -> None:
        """Answer the step whose page is open, and finish it."""
        for name, value in answers.items():
            fill(self.page, name, value)
        self._button(decision).click()
        expect(self.page.get_by_text(f"“{step}” selesai")).to_be_visible()

    def payment(self, who: str, step: str, bill: str, **answers: str) -> None:
        """Only the applicant is waited for; `who` looks the case up by the resi that the payer brings."""
        page = self.page
        self.house.go_on()
        self.open(f"/permohonan?cari={self.resi}", who)
        page.get_by_role("link", name="Rapat, kunjungan, tagihan").click()
        expect(page.locator("main")).to_contain_text(bill)
        self.open(f"/permohonan/{self.case}")
        page.get_by_role("region", name="Sekarang").get_by_role("link", name=step).click()
        self.finish(step, None, **answers)

    def _button(self, decision: Decision | None) -> Locator:
        if decision is None:
            return self.page.get_by_role("button", name="Selesaikan tugas")
        name, value = decision
        return self.page.locator(f"main button[name={name}][value={value}]")

    def registration(
        self,
        who: str,
        kind: str,
        promise: str,
        told: Mapping[str, str],
        answers: Mapping[str, str],
        scans: Sequence[str],
    ) -> None:
        """Three pages at the counter. kind: as typed into the list of types; told: about the applicant; answers: of the
        application's form; scans: requirements that come as files, the others are ticked."""
        page = self.page
        self.open("/loket", who)
        page.get_by_role("button", name="Permohonan baru").click()
        page.wait_for_url("**/loket/baru", wait_until="networkidle")
        page.get_by_label("Jenis izin dan varian").fill(kind)
        page.keyboard.press("Tab")
        expect(page.locator("#tentang-jenis")).to_contain_text(promise)
        page.get_by_label("Nama pemohon").fill(self.applicant)
        for name, value in told.items():
            fill(page, name, value)
        page.get_by_role("button", name="Lanjut ke isian dan berkas").click()
        for name, value in answers.items():
            fill(page, name, value)
        for name in scans:
            page.locator(f"[data-field={name}] summary").click()
            file = {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": pdf(name)}
            page.locator(f"[name=berkas-{name}]").set_input_files(file)  # type: ignore[arg-type]
        for box in page.locator("main [name^=syarat_]").all():
            if box.is_visible():
                box.check(force=True)
        page.get_by_role("button", name="Lanjut ke pemeriksaan").click()
        expect(page.get_by_text("Semua berkas wajib sudah ada.")).to_be_visible()
        for name in scans:
            expect(page.get_by_role("link", name=f"{name}.pdf")).to_be_visible()
        page.get_by_role("button", name="Daftarkan dan beri resi").click()
        heading = page.get_by_role("heading", name="Resi BPPT-")
        expect(heading).to_be_visible()
        self.resi = (heading.text_content() or "").split()[-1]
        self.case = page.url.rsplit("/", 1)[1]

    def hand_over(self, who: str, number: str) -> None:
        """The counter finds the permit among those that are ready; the applicant collects it. number: of the KTP."""
        page = self.page
        self.house.go_on()
        self.open("/loket?daftar=ambil", who)
        page.locator("tbody tr").filter(has_text=self.resi).get_by_role("link").last.click()
        page.locator("[name=nama_penerima]").fill(self.applicant)
        page.locator("[name=hubungan][value=pemohon]").check(force=True)
        page.locator("[name=nomor_identitas]").fill(number)
        page.get_by_role("button", name="Serahkan izin").click()
        expect(page.get_by_text(f"Izin {self.resi} sudah diserahkan.")).to_be_visible()

    def letter(self, kind: str, folder: Path, *, signed: bool = True) -> str:
        """The text of a letter's PDF on the case's page of files, as a browser saves it; spaces folded."""
        with self.page.expect_download() as caught:
            self.page.locator("li").filter(has_text=kind).get_by_role("link").first.click()
        target = folder / "surat.pdf"
        caught.value.save_as(target)
        fields = PdfReader(target).get_fields() or {}
        found = "/Sig" in {field.get("/FT") for field in fields.values()}
        assert found is signed, f"{kind}: signed is {found}"
        return " ".join(" ".join(sheet.extract_text() for sheet in PdfReader(target).pages).split())
