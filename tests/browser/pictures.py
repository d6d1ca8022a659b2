"""Makes the pictures of README and handbooks again: `python -m tests.browser.pictures [NAME...]`, into docs/gambar/.

The demo office at a set moment, seen by the people named. What a picture shows is looked up: it shows something.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import select

from engine.office import Office
from engine.people import start_session
from engine.settings import ROOT
from engine.storage.letter_tables import letters
from engine.storage.payment_tables import payment_files, payment_receipts
from engine.storage.people_tables import persons
from engine.storage.schema import cases, tasks
from engine.storage.service_tables import visits
from engine.working_time import JAKARTA
from tests.browser import stock
from tests.browser.conftest import ARGUMENTS
from tests.browser.house import House, aside, demo_house
from web.security import COOKIE

FOLDER = ROOT / "docs" / "gambar"
NOW = datetime(2016, 9, 14, 3, 30, tzinfo=UTC)  # 10.30 WIB
CASES, MOST_BYTES, COLOURS = 200, 120_000, (128, 64, 32)
DESK, PHONE = (1280, 860), (360, 720)


@dataclass(frozen=True)
class Picture:
    """who: username, None for the public. path: of the page, or a way to find it. to: scrolled there first."""

    name: str
    who: str | None
    path: str | Callable[[Office], str]
    size: tuple[int, int] = DESK
    to: str = ""


def task(*steps: str, group: str = "%") -> Callable[[Office], str]:
    """The page of an open task of one of these steps, the first that there is."""

    def find(office: Office) -> str:
        with office.db.read() as connection:
            for step in steps:
                query = select(tasks.c.id).where(
                    tasks.c.state == "open", tasks.c.name == step, tasks.c.group_key.like(group)
                )
                if (found := connection.execute(query.order_by(tasks.c.id).limit(1)).scalar()) is not None:
                    return f"/tugas/{found}"
        raise LookupError(steps)

    return find


def case(code: str) -> Callable[[Office], str]:
    """The page of a case of this type that has come a long way and is not done."""

    def find(office: Office) -> str:
        query = select(cases.c.id).where(
            cases.c.code == code, cases.c.closed_at.is_(None), cases.c.decided_at.is_(None), cases.c.late.is_(False)
        )
        with office.db.read() as connection:
            return f"/permohonan/{connection.execute(query.order_by(cases.c.seq.desc()).limit(1)).scalar_one()}"

    return find


def status(office: Office) -> str:
    """The public page of a case on its way."""
    query = select(cases.c.public_code).where(
        cases.c.code == "IMB", cases.c.resi.is_not(None), cases.c.late.is_(False), cases.c.decided_at.is_(None)
    )
    with office.db.read() as connection:
        return f"/resi/{connection.execute(query.order_by(cases.c.seq.desc()).limit(1)).scalar_one()}"


def day(office: Office) -> str:
    """The day with most visits to come, of one agency."""
    query = select(visits.c.scheduled_at).where(visits.c.state == "dijadwal").order_by(visits.c.scheduled_at.desc())
    with office.db.read() as connection:
        days = [moment.astimezone(JAKARTA).date() for moment in connection.execute(query).scalars()]
    return f"/kunjungan?hari={max(days, key=days.count).isoformat()}" if days else "/kunjungan"


def letter(office: Office) -> str:
    """The public page of a letter that is signed and in force."""
    query = select(letters.c.code).where(letters.c.state == "berlaku", letters.c.certificate.is_not(None))
    with office.db.read() as connection:
        return f"/cek/{connection.execute(query.order_by(letters.c.id.desc()).limit(1)).scalar_one()}"


def statement(office: Office) -> str:
    """The file of the bank."""
    with office.db.read() as connection:
        return f"/pembayaran/berkas/{connection.execute(select(payment_files.c.id)).scalar_one()}"


def wrong_amount(office: Office) -> str:
    """Its payment that is not what the bill says."""
    query = select(payment_receipts.c.id).where(
        payment_receipts.c.problem == "beda_jumlah", payment_receipts.c.file_id.is_not(None)
    )
    with office.db.read() as connection:
        return f"/pembayaran/{connection.execute(query).scalar_one()}"


def handing_in(office: Office) -> str:
    """The third page of the counter."""
    query = select(cases.c.id).where(cases.c.resi.is_(None)).order_by(cases.c.id.desc()).limit(1)
    with office.db.read() as connection:
        return f"/loket/permohonan/{connection.execute(query).scalar_one()}/periksa"


PICTURES: Sequence[Picture] = (
    Picture("loket", "loket", "/loket"),
    Picture("loket-periksa", "loket", handing_in),
    Picture("status", None, status, size=PHONE),
    Picture("cek", None, letter, size=PHONE),
    Picture("tugas", "bidang.usaha", "/tugas?daftar=kelompok"),
    Picture("tugas-satu", "bidang.usaha", task("Susun berita acara", "Undang Tim Teknis", group="bidang:jasa_usaha")),
    Picture("permohonan", "kabid.usaha", case("IMB"), to="#gambar"),
    Picture("masalah", "paip", "/masalah"),
    Picture("rapat", "bidang.usaha", "/rapat?bagian=jadwal"),
    Picture("verifikasi", "kabid.usaha", task("Verifikasi berita acara", group="kabid:jasa_usaha")),
    Picture("eskalasi", "kabid.usaha", "/eskalasi"),
    Picture("ketik", "paip", task("Ketik surat"), to="#kerja"),
    Picture("arsip", "paip", "/arsip?cari=R"),
    Picture("ketidakhadiran", "tatausaha", "/ketidakhadiran"),
    Picture("ttd-surat", "kepala", task("Tanda tangani surat", group="kepala_badan"), to="#kerja"),
    Picture("camat", "camat.bekasi-timur", task("Tanda tangani surat", group="camat:Bekasi Timur")),
    Picture("berkas-bank", "bendahara", statement),
    Picture("bayar", "bendahara", wrong_amount),
    Picture("rekap", "bendahara", "/pembayaran/rekap?dari=2016-09-01&sampai=2016-09-14"),
    Picture("tanda-tangan", "tim.distarkim", task("Tanda tangani berita acara", group="tim_teknis:distarkim")),
    Picture("kunjungan", "tim.distarkim", day, size=PHONE),
    Picture("sop", "penyusun", "/sop/IMB"),
    Picture("sop-langkah", "penyusun", "/sop/IMB", to="#langkah"),
    Picture("hari-ini", "pimpinan", "/hari-ini"),
    Picture("simpul", "pimpinan", "/simpul/IMB"),
    Picture("kalender", "admin", "/kalender"),
)


def take(page: Page, house: House, picture: Picture) -> Path:
    """One picture, with so few colours that it is small."""
    page.context.clear_cookies()
    if picture.who:
        with house.office.db.write() as connection:
            person = connection.execute(select(persons.c.id).where(persons.c.username == picture.who)).scalar_one()
            token = start_session(connection, person, house.office.now())
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": house.address}])
    page.set_viewport_size({"width": picture.size[0], "height": picture.size[1]})
    path = picture.path if isinstance(picture.path, str) else picture.path(house.office)
    answer = page.goto(house.address + path, wait_until="networkidle")
    assert answer is not None and answer.status == 200, f"{picture.name}: {path}"
    if page.locator(".sy-diagram").count():
        page.locator(".sy-diagram[data-ready]").first.wait_for()
    if picture.to:
        page.locator(picture.to).first.evaluate("one => one.scrollIntoView()")
    shot, target = Image.open(BytesIO(page.screenshot())).convert("RGB"), FOLDER / f"{picture.name}.png"
    for colours in COLOURS:
        shot.quantize(colours, dither=Image.Dither.NONE).save(target, optimize=True)
        if target.stat().st_size <= MOST_BYTES:
            return target
    raise AssertionError(f"{target} has {target.stat().st_size} bytes")


def main(names: Sequence[str]) -> None:
    """Take all pictures, or those named."""
    unknown = set(names) - {picture.name for picture in PICTURES}
    if unknown:
        sys.exit(f"no such picture: {', '.join(sorted(unknown))}")
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        demo_house(Path(folder), NOW, CASES) as house,
        sync_playwright() as playwright,
    ):
        aside(stock.put, house.office)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        context = browser.new_context(locale="id-ID", timezone_id="Asia/Jakarta", reduced_motion="reduce")
        page = context.new_page()
        for picture in PICTURES:
            if not names or picture.name in names:
                taken = take(page, house, picture)
                print(f"{taken.relative_to(ROOT)}  {taken.stat().st_size} bytes")  # noqa: T201
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
