"""Whether a receipt that somebody types is money that the office knows already: from the bank, or typed before."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, literal, select, union_all

from engine.letters.words import rupiah, tanggal
from engine.services.protocols import Unit
from engine.storage.payment_tables import payment_receipts as lines
from engine.storage.service_tables import bills, payments

TYPED = "tertulis"
_SAID = {
    "cocok": "sudah dibukukan dari mutasi bank untuk {bill}",
    "menunggu": "sudah masuk dari bank untuk {bill} dan dibukukan sendiri sebentar lagi",
    "perlu": "sudah masuk dari bank sebesar {amount} dan menunggu diselesaikan di Pembayaran, Uang masuk",
    "kembali": "sudah masuk dari bank sebesar {amount}, dan uangnya dikembalikan kepada pembayar",
    "abai": "sudah masuk dari bank sebesar {amount}, dan diputuskan untuk diabaikan",
    TYPED: "tanggal {day} sudah dicatat untuk {bill}",
}


def known_money(unit: Unit, receipt: str, bank: str | None, paid_on: str) -> str | None:
    """What is known of a receipt (the bank's reference; of no bank: the counter's) of the date `paid_on`, in a
    sentence; None when nothing is. The same reference of another bank, or typed for another day, is other money."""
    told = (
        select(lines.c.state, lines.c.amount, bills.c.number)
        .outerjoin(bills, bills.c.id == lines.c.bill_id)
        .where(lines.c.bank == (bank or ""), lines.c.reference == receipt, lines.c.repeats_id.is_(None))
    )
    typed = (
        select(literal(TYPED), payments.c.amount, bills.c.number)
        .join(bills, bills.c.id == payments.c.bill_id)
        .where(payments.c.paid_on == paid_on, payments.c.receipt == receipt)
        .where(payments.c.bank == bank if bank else payments.c.bank.is_(None))
    )
    found = unit.connection.execute(union_all(told, typed).limit(1)).first()
    return None if found is None else _sentence(found, receipt, bank, paid_on)


def _sentence(row: Row[Any], receipt: str, bank: str | None, paid_on: str) -> str:
    said = _SAID[row.state].format(bill=row.number, amount=rupiah(row.amount), day=tanggal(paid_on))
    return f"Bukti {receipt}{f' dari {bank}' if bank else ''} {said}. Periksa nomornya; belum ada yang dicatat di sini."
