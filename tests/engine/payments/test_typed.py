"""A payment that somebody types: what is wrong with it is said at the field, and nothing is done, nor any incident."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.errors import Invalid
from engine.payments import Incoming, apply_waiting, ignore, receive, refund
from engine.storage.payment_tables import payment_receipts
from engine.storage.service_tables import payments
from engine.verify import verify
from tests.engine.payments.conftest import FEE, PEOPLE, Desk

BANK = PEOPLE["bendahara"]
DAY = "2016-07-18"
SLIP = {"tanggal_bayar": DAY, "bukti": "FT-1", "cara": "bank", "bank": "BJB"}


def refused(desk: Desk, case_id: int, **typed: Any) -> dict[str, list[str]]:
    """The messages by field; the case stands exactly where it stood."""
    before = desk.history(case_id), desk.at(case_id)
    with pytest.raises(Invalid) as error:
        desk.do("bendahara", case_id, "bayar", **{"jumlah": FEE, **SLIP, **typed})
    assert (desk.history(case_id), desk.at(case_id)) == before
    assert "bayar" in desk.at(case_id) and desk.troubles() == []
    assert desk.bill(case_id).state == "terbit"
    assert verify(desk.office).problems == []
    return error.value.fields


def test_a_wrong_amount_is_said_at_its_field_and_the_right_one_goes_on(desk: Desk) -> None:
    case_id = desk.billed()
    found = refused(desk, case_id, jumlah=FEE + 1_000)
    said = "SKRD 973/00001/SKRD/BPPT/2016 pada 18 Juli 2016 berjumlah Rp90.000. Yang diisi Rp91.000: lebih Rp1.000."
    assert found == {"jumlah": [said]}
    desk.do("bendahara", case_id, "bayar", jumlah=FEE, **SLIP)
    assert desk.bill(case_id).state == "lunas" and len(desk.rows(payments)) == 1
    assert verify(desk.office).problems == []


def test_overdue_the_fine_is_named(desk: Desk) -> None:
    case_id = desk.billed()
    desk.clock.set(desk.bill(case_id).due_at + timedelta(days=2))
    desk.work()
    [said] = refused(desk, case_id, tanggal_bayar="2016-08-18")["jumlah"]
    assert "berjumlah Rp91.800, yaitu Rp90.000 dan bunga 1 bulan Rp1.800" in said and "kurang Rp1.800" in said


def test_a_receipt_that_was_typed_for_another_bill(desk: Desk) -> None:
    first, second = desk.billed(), desk.billed()
    desk.do("bendahara", first, "bayar", jumlah=FEE, **SLIP)
    [said] = refused(desk, second, bank="bjb ")["bukti"]
    assert said.startswith(f"Bukti FT-1 dari BJB tanggal 18 Juli 2016 sudah dicatat untuk {desk.bill(first).number}.")
    desk.do("bendahara", second, "bayar", jumlah=FEE, **{**SLIP, "bank": "BRI"})
    assert [row.bank for row in desk.rows(payments)] == ["BJB", "BRI"]


def test_a_receipt_of_the_counter(desk: Desk) -> None:
    first, second = desk.billed(), desk.billed()
    cash = {"tanggal_bayar": DAY, "bukti": "K-7", "cara": "loket"}
    desk.do("loket", first, "bayar", jumlah=FEE, **cash)
    assert "K-7 tanggal 18 Juli 2016 sudah dicatat" in refused(desk, second, **cash, bank=None)["bukti"][0]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("cocok", "sudah dibukukan dari mutasi bank untuk 973/00001/SKRD/BPPT/2016"),
        ("perlu", "sudah masuk dari bank sebesar Rp90.500 dan menunggu diselesaikan di Pembayaran, Uang masuk"),
        ("kembali", "sudah masuk dari bank sebesar Rp90.500, dan uangnya dikembalikan"),
        ("abai", "sudah masuk dari bank sebesar Rp90.500, dan diputuskan untuk diabaikan"),
    ],
)
def test_a_receipt_that_the_bank_told_of(desk: Desk, state: str, said: str) -> None:
    first, second = desk.billed(), desk.billed()
    amount = FEE if state == "cocok" else FEE + 500
    told = Incoming("BJB", "FT-1", amount, DAY, desk.bill(first).virtual_account)
    receipt_id, _ = receive(desk.office, told, by=BANK)
    if state == "kembali":
        refund(desk.office, receipt_id, "salah kirim", by=BANK)
    elif state == "abai":
        ignore(desk.office, (receipt_id,), "uji bank", by=BANK)
    assert desk.rows(payment_receipts)[0].state == state
    assert said in refused(desk, second)["bukti"][0]


def test_a_payment_of_the_bank_that_waits_for_its_step_books_itself(desk: Desk) -> None:
    case_id = desk.billed(draw=False)
    told = Incoming("BJB", "FT-1", FEE, DAY, desk.bill(case_id).virtual_account)
    receive(desk.office, told, by=BANK)
    desk.work()
    assert "dibukukan sendiri sebentar lagi" in refused(desk, case_id)["bukti"][0]
    assert apply_waiting(desk.office) == 1 and desk.bill(case_id).state == "lunas"
