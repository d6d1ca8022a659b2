"""A bill is calculated, issued and paid to the rupiah."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.errors import Invalid
from engine.services import ServiceError
from engine.storage.schema import outbox
from engine.storage.service_tables import bills, payments
from tests.engine.services.conftest import Desk

PAYMENT = {"tanggal_bayar": "2016-01-06", "bukti": "BJB-123", "cara": "bank"}


def _issued(desk: Desk, area: int = 100) -> None:
    desk.answer("HO/permohonan", luas_usaha_m2=area)
    assert desk.serve("retribusi/hitung") == {"tagihan": area * 900}
    desk.serve("retribusi/terbitkan", jenis="SKRD")


def test_the_nota_is_counted_from_the_answers(desk: Desk) -> None:
    desk.answer("HO/permohonan", luas_usaha_m2=80)
    assert desk.serve("retribusi/hitung") == {"tagihan": 72000}
    [bill] = desk.rows(bills)
    assert (bill.kind, bill.state, bill.total, bill.number) == ("retribusi", "dihitung", 72000, None)
    assert bill.lines == [
        {"uraian": "Izin 80 m2", "rumus": "luas_usaha_m2 * 900", "hitungan": "80 × 900", "jumlah": 72000}
    ]
    assert len(desk.statements) <= 4


def test_later_forms_win_where_the_tariff_asks_for_them(desk: Desk) -> None:
    desk.with_permit(biaya={**desk.permit["biaya"], "isian": ["{KODE}/permohonan", "umum/hasil_kunjungan"]})
    desk.answer("HO/permohonan", luas_usaha_m2=80)
    desk.answer("umum/hasil_kunjungan", luas_usaha_m2=95)
    assert desk.serve("retribusi/hitung") == {"tagihan": 85500}


def test_a_type_without_fee_costs_nothing(desk: Desk) -> None:
    desk.with_permit(biaya={"jenis": "none"})
    assert desk.serve("retribusi/hitung") == {"tagihan": 0}
    [bill] = desk.rows(bills)
    assert (bill.state, bill.exempt_reason) == ("bebas", "Tidak dikenakan biaya")
    with pytest.raises(ServiceError, match="Tidak ada nota"):
        desk.serve("retribusi/terbitkan", jenis="SKRD")


def test_a_missing_answer_is_named(desk: Desk) -> None:
    desk.answer("HO/permohonan", jenis_usaha="Bengkel")
    with pytest.raises(ServiceError, match="'luas_usaha_m2' belum ada"):
        desk.serve("retribusi/hitung")
    assert desk.rows(bills) == []


def test_issued_with_number_account_and_due_date(desk: Desk) -> None:
    _issued(desk)
    [bill] = desk.rows(bills)
    assert (bill.form, bill.number, bill.state) == ("SKRD", "973/00001/SKRD/BPPT/2016", "terbit")
    assert bill.virtual_account == "11041610000001"
    assert bill.issued_at == desk.clock.now()
    # The whole of 5 February in Bekasi.
    assert bill.due_at == datetime(2016, 2, 5, 16, 59, 59, tzinfo=UTC)
    assert desk.sent("tagihan") == [("email", "maju@contoh.id"), ("sms", "+628123456789")]
    assert desk.rows(outbox)[0].data["jumlah"] == 90000
    assert len(desk.statements) <= 4


def test_a_tax_is_assessed_by_skpd_only(desk: Desk) -> None:
    desk.with_permit(biaya={**desk.permit["biaya"], "jenis": "pajak", "jatuh_tempo_hari": 14})
    desk.answer("HO/permohonan", luas_usaha_m2=10)
    desk.serve("retribusi/hitung")
    with pytest.raises(ServiceError, match="SKRD tidak dapat diterbitkan untuk pajak"):
        desk.serve("retribusi/terbitkan", jenis="SKRD")
    desk.serve("retribusi/terbitkan", jenis="SKPD")
    [bill] = desk.rows(bills)
    assert (bill.number, bill.virtual_account) == ("973/00001/SKPD/BPPT/2016", "11041620000001")
    assert bill.due_at == datetime(2016, 1, 20, 16, 59, 59, tzinfo=UTC)


def test_the_same_nota_is_not_issued_twice(desk: Desk) -> None:
    _issued(desk)
    with pytest.raises(ServiceError, match="Tidak ada nota"):
        desk.serve("retribusi/terbitkan", jenis="SKRD")
    with pytest.raises(ServiceError, match="'STRD' tidak dikenal"):
        desk.serve("retribusi/terbitkan", jenis="STRD")


def test_the_exact_amount_pays(desk: Desk) -> None:
    _issued(desk)
    desk.answer("umum/bayar", jumlah=90000, **PAYMENT)
    desk.serve("retribusi/lunas")
    [bill], [payment] = desk.rows(bills), desk.rows(payments)
    assert (bill.state, bill.paid_at) == ("lunas", desk.clock.now())
    assert (payment.amount, payment.paid_on, payment.receipt, payment.channel) == (
        90000,
        "2016-01-06",
        "BJB-123",
        "bank",
    )
    assert payment.bill_id == bill.id
    assert len(desk.statements) <= 5


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (89999, "Yang diisi Rp89.999: kurang Rp1."),
        (90001, "Yang diisi Rp90.001: lebih Rp1."),
        (0, "Yang diisi Rp0: kurang Rp90.000."),
        (-90000, "Yang diisi -Rp90.000: kurang Rp180.000."),
        *((odd, "jumlah yang dibayar belum diisi.") for odd in (90000.0, True, None, "90000")),
    ],
)
def test_any_other_amount_does_not(desk: Desk, amount: Any, said: str) -> None:
    _issued(desk)
    desk.answer("umum/bayar", jumlah=amount, **PAYMENT)
    with pytest.raises(Invalid) as refused:
        desk.serve("retribusi/lunas")
    [message] = refused.value.fields["jumlah"]
    assert message.startswith("SKRD 973/00001/SKRD/BPPT/2016 pada 6 Januari 2016 berjumlah Rp90.000")
    assert message.endswith(said)
    assert desk.rows(payments) == []
    assert desk.rows(bills)[0].state == "terbit"


@pytest.mark.parametrize("day", ["2016-01-05", "2016-01-07", "2061-01-06"])
def test_a_day_on_which_nobody_can_have_paid(desk: Desk, day: str) -> None:
    _issued(desk)
    desk.answer("umum/bayar", jumlah=90000, **{**PAYMENT, "tanggal_bayar": day})
    with pytest.raises(Invalid) as refused:
        desk.serve("retribusi/lunas")
    assert "terbit 6 Januari 2016, dan hari ini 6 Januari 2016" in refused.value.fields["tanggal_bayar"][0]
    assert desk.rows(payments) == []


def test_a_bill_is_paid_once(desk: Desk) -> None:
    _issued(desk)
    desk.answer("umum/bayar", jumlah=90000, **PAYMENT)
    desk.serve("retribusi/lunas")
    with pytest.raises(Invalid) as refused:
        desk.serve("retribusi/lunas")
    assert "menunggu pembayaran" in refused.value.fields[""][0]
    with pytest.raises(ServiceError, match="sudah lunas"):
        desk.serve("retribusi/hitung")


def test_no_payment_before_a_bill(desk: Desk) -> None:
    desk.answer("umum/bayar", jumlah=90000, **PAYMENT)
    with pytest.raises(Invalid) as refused:
        desk.serve("retribusi/lunas")
    assert "menunggu pembayaran" in refused.value.fields[""][0]


def test_counted_again_an_unpaid_bill_is_replaced_and_no_longer_payable(desk: Desk) -> None:
    _issued(desk)
    desk.answer("HO/permohonan", luas_usaha_m2=50)
    assert desk.serve("retribusi/hitung") == {"tagihan": 45000}
    old, new = desk.rows(bills)
    assert (old.state, old.total, new.state, new.total) == ("diganti", 90000, "dihitung", 45000)
    desk.answer("umum/bayar", jumlah=90000, **PAYMENT)
    with pytest.raises(Invalid) as refused:
        desk.serve("retribusi/lunas")
    assert "menunggu pembayaran" in refused.value.fields[""][0]
    desk.serve("retribusi/terbitkan", jenis="SKRD")
    assert desk.rows(bills)[1].number == "973/00002/SKRD/BPPT/2016"


def test_billions_keep_every_rupiah(desk: Desk) -> None:
    _issued(desk, area=9_999_999)
    assert desk.rows(bills)[0].total == 8_999_999_100
    desk.answer("umum/bayar", jumlah=8_999_999_100, **PAYMENT)
    desk.serve("retribusi/lunas")
    assert desk.rows(payments)[0].amount == 8_999_999_100
