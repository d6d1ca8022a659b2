"""Numbers and bills that a case keeps when it is sent back are used again, once and only where they still fit."""

from __future__ import annotations

import pytest

from engine.errors import Invalid
from engine.services import ServiceError
from engine.services.kept import keep
from engine.storage.schema import events
from engine.storage.service_tables import bills, payments, register_entries
from tests.engine.services.conftest import Desk

PAYMENT = {"tanggal_bayar": "2016-01-06", "bukti": "BJB-123", "cara": "bank", "jumlah": 90000}


def send_back(desk: Desk, bill: bool = False, **numbers: str) -> None:
    with desk.office.db.write() as connection:
        unit = desk.unit(connection)
        keep(unit.case, {f"{name}.HO": number for name, number in numbers.items()}, bill)
        unit.emit("case_repaired")
        unit.flush()


def issued(desk: Desk) -> None:
    desk.answer("HO/permohonan", luas_usaha_m2=100)
    desk.serve("retribusi/hitung")
    desk.serve("retribusi/terbitkan", jenis="SKRD")


def test_a_kept_number_is_given_again_and_the_next_is_a_new_one(desk: Desk) -> None:
    desk.serve("penomoran/surat", register="izin")
    first = desk.case.permit_number
    assert first is not None
    send_back(desk, izin=first)
    desk.serve("penomoran/surat", register="izin")
    assert desk.case.permit_number == first and len(desk.rows(register_entries)) == 1
    assert desk.rows(events)[-1].data["dipakai_lagi"] is True
    desk.serve("penomoran/surat", register="izin")
    assert desk.case.permit_number != first and len(desk.rows(register_entries)) == 2


def test_an_issued_bill_stands_when_it_comes_out_the_same(desk: Desk) -> None:
    issued(desk)
    [bill] = desk.rows(bills)
    send_back(desk, bill=True)
    assert desk.serve("retribusi/hitung") == {"tagihan": 90000}
    given = desk.serve("retribusi/terbitkan", jenis="SKRD")
    assert given == {"jatuh_tempo": bill.due_at.isoformat(), "gugur_pada": bill.lapses_at.isoformat()}
    assert desk.rows(bills) == [bill] and [row.kind for row in desk.rows(events)].count("bill_kept") == 2


def test_an_issued_bill_is_replaced_when_it_comes_out_otherwise(desk: Desk) -> None:
    issued(desk)
    send_back(desk, bill=True)
    desk.answer("HO/permohonan", luas_usaha_m2=200)
    assert desk.serve("retribusi/hitung") == {"tagihan": 180000}
    desk.serve("retribusi/terbitkan", jenis="SKRD")
    assert [row.state for row in desk.rows(bills)] == ["diganti", "terbit"]


def test_what_was_paid_is_not_asked_for_again(desk: Desk) -> None:
    issued(desk)
    desk.answer("umum/bayar", **PAYMENT)
    desk.serve("retribusi/lunas")
    with pytest.raises(ServiceError, match="sudah lunas"):
        desk.serve("retribusi/hitung")
    send_back(desk, bill=True)
    assert desk.serve("retribusi/hitung") == {"tagihan": 0}
    desk.serve("retribusi/lunas")
    assert len(desk.rows(payments)) == 1
    desk.answer("umum/bayar", **{**PAYMENT, "bukti": "BJB-124"})
    with pytest.raises(Invalid) as refused:
        desk.serve("retribusi/lunas")
    assert "sudah lunas Rp90.000 dengan bukti BJB-123 tanggal 6 Januari 2016" in refused.value.fields["bukti"][0]
    desk.answer("HO/permohonan", luas_usaha_m2=200)
    with pytest.raises(ServiceError, match=r"sudah lunas Rp90\.000, dan hitungan sekarang Rp180\.000"):
        desk.serve("retribusi/hitung")
    assert [row.state for row in desk.rows(bills)] == ["lunas"]
