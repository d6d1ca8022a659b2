"""A day of the bendahara in a real browser: files of the bank in both formats, what did not fit settled one by one, the
same file again, a payment typed wrong, and the recap."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from engine.demo import LIGHT
from engine.people import set_password
from engine.storage.payment_tables import payment_receipts
from engine.storage.service_tables import payments
from tests.browser.house import PASSWORD, House, complaints, serving
from tests.browser.sound import sound
from tests.engine.payments.conftest import FEE, PEOPLE, Desk, desk_of
from tests.engine.payments.test_statements import csv_of, mt940_of

expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong
DAY = "2016-07-18"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An office whose only type collects a fee; the bendahara has a password."""
    found = desk_of(f"sqlite:///{tmp_path / 'kas.sqlite3'}", tmp_path, ["retribusi"])
    with found.office.db.write() as connection:
        set_password(connection, PEOPLE["bendahara"].id, PASSWORD, hasher=LIGHT)
    yield found
    found.office.close()


@pytest.fixture
def house(desk: Desk) -> Iterator[House]:
    with serving(desk.office) as address:
        yield House(desk.office, desk.clock, address)


@pytest.fixture
def bills(desk: Desk) -> list[Any]:
    """Five that wait to be paid."""
    return [desk.bill(desk.billed()) for _ in range(5)]


def upload(page: Page, house: House, name: str, content: bytes) -> None:
    page.goto(f"{house.address}/pembayaran/berkas")
    file = {"name": name, "mimeType": "text/plain", "buffer": content}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Kirim dan bukukan").click()


def settle(page: Page, way: str, reason: str) -> None:
    page.get_by_label(way).check()
    page.get_by_label("Alasan").fill(reason)
    page.get_by_role("button", name="Selesaikan pembayaran").click()
    expect(page.get_by_text("Pembayaran diselesaikan")).to_be_visible()


def test_a_day_of_the_bendahara(page: Page, house: House, desk: Desk, bills: list[Any]) -> None:
    wrong = complaints(page)
    exact, other, third, fourth, _ = bills
    house.sign_in(page, "bendahara")
    page.get_by_role("link", name="Pembayaran").click()
    expect(page.get_by_text("Tidak ada yang perlu diselesaikan")).to_be_visible()
    page.get_by_role("link", name="Berkas bank").click()
    sound(page)

    content = csv_of(
        f"{DAY};FT-1;{exact.virtual_account};;{FEE};SARI;Retribusi;",
        f"{DAY};FT-2;{exact.virtual_account};;{FEE};SARI;Retribusi;",
        f"{DAY};FT-3;{other.virtual_account};;{FEE + 500};PT KARYA ABADI NUSANTARA SEJAHTERA;;",
        f"{DAY};FT-4;;973/09999/SKRD/BPPT/2016;{FEE};BUDI;;",
    )
    upload(page, house, "bjb.csv", content)
    expect(page.get_by_text("4 pembayaran, 1 dibukukan, 3 perlu diselesaikan.")).to_be_visible()
    left = page.get_by_role("table", name="Perlu diselesaikan (3)")
    fitted = page.get_by_role("table", name="Cocok, sudah dibukukan (1)")
    for reference, problem in (("FT-2", "Tagihan sudah lunas"), ("FT-3", "Jumlah berbeda"), ("FT-4", "tidak dikenal")):
        expect(left.get_by_role("row").filter(has_text=reference)).to_contain_text(problem)
    expect(fitted).to_contain_text("FT-1")
    expect(fitted).to_contain_text(exact.number)
    sound(page)

    left.get_by_role("link", name="FT-2").click()
    expect(page.get_by_role("note")).to_contain_text(f"{exact.number} sudah lunas 18 Jul 2016 dengan bukti FT-1")
    page.get_by_role("button", name="Selesaikan pembayaran").click()
    expect(page.get_by_role("alert")).to_contain_text("Pilih apa yang dilakukan.")
    page.get_by_label("Kembalikan kepada pembayar").check()
    page.get_by_role("button", name="Selesaikan pembayaran").click()
    expect(page.get_by_role("alert")).to_contain_text("Tulis alasannya.")
    assert page.get_by_label("Kembalikan kepada pembayar").is_checked()
    sound(page)
    settle(page, "Kembalikan kepada pembayar", "Ibu Sari membayar dua kali")

    page.get_by_role("link", name="FT-3").click()
    expect(page.get_by_role("note")).to_contain_text(f"Masuk Rp90.500, sedangkan {other.number}")
    expect(page.get_by_text(f"{other.number} lunas; Rp500 dicatat untuk dikembalikan.")).to_be_visible()
    settle(page, "Cocokkan dengan tagihan", "Kelebihan dikembalikan")
    assert desk.bill(other.case_id).state == "lunas"

    page.get_by_role("link", name="FT-4").click()
    page.get_by_label("Cocokkan dengan tagihan").check()
    page.get_by_label("Alasan").fill("Nomornya salah ketik, menurut slip")
    page.get_by_role("button", name="Selesaikan pembayaran").click()
    expect(page.get_by_role("alert")).to_contain_text("Tidak ada SKRD, SKPD, atau rekening virtual")
    sound(page)
    page.get_by_label("Nomor SKRD, SKPD, atau rekening virtual").fill(third.number)
    settle(page, "Cocokkan dengan tagihan", "Nomornya salah ketik, menurut slip")
    assert desk.bill(third.case_id).state == "lunas"
    expect(page.get_by_text("Tidak ada yang perlu diselesaikan")).to_be_visible()

    before = len(desk.rows(payments))
    upload(page, house, "bjb-lagi.csv", content)
    expect(page.get_by_text("Berkas ini sudah pernah dibukukan")).to_be_visible()
    expect(page.get_by_text("Isinya sama dengan bjb.csv, yang dikirim Beni Bendahara")).to_be_visible()
    assert len(desk.rows(payments)) == before
    sound(page)
    page.get_by_role("link", name="Berkas bjb-lagi.csv").click()
    assert page.get_by_role("radio").count() == 1 and page.get_by_label("Abaikan").is_checked()
    settle(page, "Abaikan", "Terkirim dua kali")

    statement = mt940_of(
        f":61:1607180718C{FEE},00NTRFNONREF//FT-1\n:86:VA {exact.virtual_account} SARI",
        f":61:1607180718C{FEE},00NTRFNONREF//FT-5\n:86:BAYAR {fourth.virtual_account} RINA",
        ":61:1607180718D5000,00NCHGNONREF//FT-6\n:86:BIAYA ADM",
    )
    upload(page, house, "mutasi.sta", statement)
    expect(page.get_by_text("2 pembayaran, 1 dibukukan, 1 perlu diselesaikan.")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="Baris sudah pernah diterima")
    row.get_by_role("link", name="FT-1").click()
    settle(page, "Abaikan", "Sudah dibukukan dari berkas CSV")
    assert desk.bill(fourth.case_id).state == "lunas"

    upload(page, house, "rusak.csv", csv_of(f"{DAY};FT-7;;;seratus;;;", f"{DAY};FT-8;{fourth.virtual_account};;1;;;"))
    expect(page.get_by_role("alert")).to_contain_text("Baris 2: jumlah 'seratus' bukan rupiah bulat")
    sound(page)
    told = desk.rows(payment_receipts)
    assert [row.reference for row in told if row.state == "cocok"] == ["FT-1", "FT-3", "FT-4", "FT-5"]
    assert not [row for row in told if row.state == "perlu"] and len(desk.rows(payments)) == 4

    recap(page, house)
    assert desk.troubles() == []
    expected = [one for one in wrong if "422" not in one]  # a form that is refused answers so
    assert not expected, "\n".join(expected)


def recap(page: Page, house: House) -> None:
    """By type and bank, as a table, on paper and as a file."""
    page.get_by_role("link", name="Rekap harian").click()
    page.get_by_label("Dari").fill("2016-07-17")
    page.get_by_label("Sampai").fill(DAY)
    page.get_by_role("button", name="Tampilkan").click()
    expect(page.get_by_role("heading", name="Rekap kas, 17 Jul 2016 sampai 18 Jul 2016")).to_be_visible()
    rows = page.get_by_role("table", name="Menurut jenis dan bank").get_by_role("row")
    assert [rows.nth(n).inner_text().split() for n in range(rows.count())] == [
        ["Jenis", "izin", "BJB", "Jumlah"],
        ["TAHAP", "retribusi", "Rp360.000", "Rp360.000"],
        ["Jumlah", "Rp360.000", "Rp360.000"],
    ]
    sound(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Rekap kas, 17 Jul 2016")).to_be_visible()
    expect(page.get_by_role("button", name="Tampilkan")).not_to_be_visible()
    page.emulate_media(media="screen")
    with page.expect_download() as caught:
        page.get_by_role("link", name="Unduh sebagai CSV").click()
    sheet = caught.value.path().read_text(encoding="utf-8-sig")
    assert "2016-07-18;TAHAP;retribusi;BJB;4;360000;0" in sheet


def test_a_payment_typed_wrong_is_said_at_its_field(page: Page, house: House, desk: Desk, bills: list[Any]) -> None:
    paid, bill = bills[:2]
    house.sign_in(page, "bendahara")
    upload(page, house, "bjb.csv", csv_of(f"{DAY};FT-1;{paid.virtual_account};;{FEE};SARI;;"))
    expect(page.get_by_text("Semuanya cocok")).to_be_visible()
    page.goto(f"{house.address}/tugas/{desk.tasks(bill.case_id)[0].id}")
    owed = page.get_by_role("region", name="Yang harus dibayar")
    for words in ("Rp90.000", bill.number, bill.virtual_account):
        expect(owed).to_contain_text(words)
    page.get_by_label("Jumlah yang dibayar").fill("91000")
    page.get_by_label("Tanggal bayar").fill(DAY)
    page.get_by_label("Nomor bukti setor").fill("FT-1")
    page.get_by_label("Bank", exact=True).check()
    page.get_by_label("Nama bank").fill("BJB")
    page.get_by_role("button", name="Selesaikan tugas").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(f"SKRD {bill.number} pada 18 Juli 2016 berjumlah Rp90.000. Yang diisi Rp91.000")
    expect(alert).to_contain_text(f"Bukti FT-1 dari BJB sudah dibukukan dari mutasi bank untuk {paid.number}")
    assert page.get_by_label("Jumlah yang dibayar").input_value() == "91000"
    sound(page)
    assert desk.troubles() == [] and desk.bill(bill.case_id).state == "terbit"
    page.get_by_label("Jumlah yang dibayar").fill("90000")
    page.get_by_label("Nomor bukti setor").fill("FT-2")
    page.get_by_role("button", name="Selesaikan tugas").click()
    expect(page.get_by_text("“Bayar SKRD atau SKPD” selesai")).to_be_visible()
    assert urlsplit(page.url).path == "/tugas"
    assert desk.troubles() == [] and desk.bill(bill.case_id).state == "lunas"
