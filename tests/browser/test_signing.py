"""A SIUP's letter in a real browser: initialled, then signed by who may sign; a certificate that has expired; and the
public page that tells the letter from a changed copy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from engine import work
from engine.absences import absences_from, add_absence, withdraw_absence
from engine.cases import open_case
from engine.people import by_username
from engine.storage.letter_tables import letters
from engine.storage.schema import cases, incidents, tasks
from engine.verify import verify
from tests.browser import stock
from tests.browser.house import House, aside, complaints, open_house
from tests.browser.journey import Journey, pdf
from tests.browser.sound import sound
from tests.engine.signing.test_signing import _own_key as own_key

INITIAL, SIGN = ("paraf", "ya"), ("tanda_tangan", "ya")
STEP = "Tanda tangani surat"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


@pytest.fixture
def journey(page: Page, house: House) -> Journey:
    """A SIUP that the bidang has found sound: its letter is to be written."""
    walk = Journey(page, house, stock.APPLICANT.name)
    case_id = open_case(house.office, "SIUP", "kecil", stock.APPLICANT, by=stock.someone(house.office, "loket")).case_id
    stock.advance(house.office, case_id, "Ketik surat")
    with house.office.db.read() as connection:
        walk.resi = connection.execute(select(cases.c.resi).where(cases.c.id == case_id)).scalar_one()
    walk.case = str(case_id)
    return walk


def open_task(house: House, case_id: int) -> int:
    query = select(tasks.c.id).where(tasks.c.case_id == case_id, tasks.c.state == "open")
    with house.office.db.read() as connection:
        return int(connection.execute(query).scalar_one())


def to_sign(journey: Journey) -> None:
    """Typed, and initialled by everybody before the signature."""
    journey.task("paip", "Ketik surat", perihal="Izin usaha perdagangan kecil")
    journey.task("kabid.usaha", "Paraf Kepala Bidang", INITIAL)
    journey.task("paip2", "Paraf Bidang PAIP", INITIAL)
    journey.task("tatausaha", "Paraf Kepala Bagian TU", INITIAL)


def the_letter(house: House) -> Any:
    with house.office.db.read() as connection:
        return connection.execute(select(letters).where(letters.c.kind == "izin")).one()


def person(house: House, username: str) -> Any:
    with house.office.db.read() as connection:
        return by_username(connection, username)


def test_the_letter_is_signed_by_who_may_and_a_changed_copy_is_known(
    page: Page, house: House, journey: Journey, tmp_path: Path
) -> None:
    wrong = complaints(page)
    to_sign(journey)
    task = f"/tugas/{open_task(house, int(journey.case))}"

    journey.open(task, "bidang.usaha")
    expect(
        page.get_by_text("Tugas ini milik Kepala Badan. Anda dapat membacanya, tidak mengerjakannya.")
    ).to_be_visible()
    expect(page.locator("main button[name=tanda_tangan]")).to_have_count(0)
    sound(page)

    head, deputy = person(house, "kepala"), person(house, "tatausaha")
    add_absence(house.office, head.id, "2016-07-18", "2016-07-20", "plh", deputy.id, "SP 800/1", by=head)
    journey.open(task, "tatausaha")
    expect(page.locator("main button[name=tanda_tangan][value=ya]")).to_be_visible()
    withdraw_absence(house.office, absences_from(house.office)[0].id, by=head)
    page.locator("main button[name=tanda_tangan][value=ya]").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bukan tugas Anda")
    said = "Tugas ini milik Kepala Badan; Anda tidak berwenang mengerjakannya. Tidak ada yang berubah."
    expect(page.get_by_text(said)).to_be_visible()
    sound(page)

    journey.task("kepala", STEP, SIGN)
    house.go_on()
    letter = the_letter(house)
    assert (letter.state, letter.signer_as) == ("berlaku", "kepala_badan")
    journey.open(f"/permohonan/{journey.case}/berkas", "loket")
    words = journey.letter("surat izin", tmp_path)
    for one in (letter.number, "Surat Izin Usaha Perdagangan", head.name):
        assert one.lower() in words.lower(), one
    signed = (tmp_path / "surat.pdf").read_bytes()
    assert signed == house.office.documents.open(letter.sha256)

    page.context.clear_cookies()  # whoever was handed the letter
    journey.open("/cek")
    sound(page)
    page.get_by_label("Kode surat").fill(letter.code.lower())
    page.get_by_role("button", name="Periksa").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(letter.number)
    expect(page.get_by_role("note").first).to_contain_text("Berlaku")
    compare(page, signed, "Berkas ini persis surat yang diterbitkan, dan tanda tangannya utuh.")
    expect(page.get_by_text("Isi utuh.")).to_be_visible()
    sound(page)
    at = signed.index(b"/Type /Page") if b"/Type /Page" in signed else 400
    changed = signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]
    for copy in (changed, signed + b"\n%% Modal Rp900.000.000"):
        compare(page, copy, "Berkas ini pernah ditandatangani, lalu diubah. Jangan dipercaya.")
    sound(page)
    compare(page, pdf("Surat lain"), "Berkas ini bukan surat yang diterbitkan kantor ini.")
    refused = [one for one in wrong if "403" not in one]
    assert not refused, "\n".join(refused)
    assert verify(house.office).problems == []


def compare(page: Page, content: bytes, said: str) -> None:
    """What the public page says of a file."""
    file = {"name": "surat.pdf", "mimeType": "application/pdf", "buffer": content}
    page.get_by_label("Berkas surat yang Anda terima").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Cocokkan").click()
    expect(page.get_by_text(said)).to_be_visible()


def test_an_expired_certificate_says_so_and_the_case_goes_on_once_it_is_renewed(
    page: Page, house: House, journey: Journey, tmp_path: Path
) -> None:
    own_key(house, tmp_path / "kunci", house.clock.now() - timedelta(days=1))  # type: ignore[arg-type]
    to_sign(journey)
    journey.task("kepala", STEP, SIGN)
    aside(work.run_all, house.office)
    assert the_letter(house).state == "naskah"

    journey.open("/masalah", "paip")
    row = page.get_by_role("row").filter(has_text=journey.resi)
    expect(row).to_contain_text("sudah kedaluwarsa sejak Minggu, 17 Juli 2016")
    expect(row).to_contain_text("Perbarui, lalu ulangi.")
    sound(page)
    row.get_by_role("link", name=journey.resi).click()
    expect(page.locator("main")).to_contain_text("sudah kedaluwarsa sejak Minggu, 17 Juli 2016")
    sound(page)

    own_key(house, tmp_path / "kunci", datetime(2018, 1, 1, tzinfo=UTC))  # type: ignore[arg-type]
    journey.open("/masalah")
    page.get_by_role("row").filter(has_text=journey.resi).get_by_role("button", name="Coba lagi").click()
    expect(page.get_by_text("dicoba lagi oleh sistem")).to_be_visible()
    house.go_on()
    letter = the_letter(house)
    assert (letter.state, letter.signer_as) == ("berlaku", "kepala_badan")
    page.reload()
    expect(page.get_by_text("Tidak ada masalah")).to_be_visible()
    journey.hand_over("loket", "3275014507900001")
    with house.office.db.read() as connection:
        assert list(connection.execute(select(incidents.c.state)).scalars()) == ["resolved"]
    assert verify(house.office).problems == []
