"""What a person does about a payment that does not fit by itself: match it by hand, give it back, leave it, each with
a reason that stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, insert, select, update

from engine.command import command
from engine.errors import Invalid, NotFound, Taken
from engine.letters.words import rupiah
from engine.payments import words
from engine.payments.commands import book
from engine.payments.receipts import find_bill, owed_on
from engine.people import find
from engine.services.retribusi import ISSUED
from engine.storage.payment_tables import payment_deeds, payment_receipts
from engine.storage.service_tables import bills
from engine.unit import Unit

MOST_AT_ONCE = 200


@command("payment_matched", may="payment.settle")
def match(unit: Unit, receipt_ids: tuple[int, ...], number: str, reason: str) -> None:
    """One or more payments together pay a bill, named by its number or virtual account. What is too much is given back.

    Raises: NotFound, Taken, Invalid: no such bill, or together they are less than it comes to on the last day of
    payment.
    """
    said = _reason(reason)
    rows = _open(unit, receipt_ids)
    wanted = " ".join(number.split())
    bill = find_bill(unit.connection, wanted, wanted)
    if bill is None:
        raise Invalid({"number": [f"Tidak ada SKRD, SKPD, atau rekening virtual {wanted or 'tanpa nomor'}."]})
    case = unit.lock(bill.case_id)
    bill = unit.connection.execute(select(bills).where(bills.c.id == bill.id)).one()
    if bill.state != ISSUED or not case.open:
        raise Invalid({"number": [f"{bill.form} {bill.number} tidak sedang menunggu pembayaran."]})
    last = max(row.paid_on for row in rows)
    owed, given = owed_on(bill, last), sum(row.amount for row in rows)
    if given < owed.total:
        parts = f" ({rupiah(owed.principal)} dan bunga {rupiah(owed.fine)})" if owed.fine else ""
        raise Invalid(
            {
                "number": [
                    f"Yang dipilih berjumlah {rupiah(given)}, sedangkan {bill.number} pada {last} berjumlah "
                    f"{rupiah(owed.total)}{parts}: kurang {rupiah(owed.total - given)}."
                ]
            }
        )
    reference = ", ".join(row.reference for row in rows)
    state = book(unit, owed.total, last, reference, rows[-1].bank, "payment_matched")
    rest = given - owed.total
    for row in rows:
        back = rest if row is rows[-1] and rest else None
        values = {"state": state, "bill_id": bill.id, "case_id": case.id, "refund": back}
        if state == words.WAITING:  # booked later as one line of this amount
            raise Invalid({"number": ["Permohonannya belum sampai di langkah pembayaran. Coba lagi nanti."]})
        unit.connection.execute(update(payment_receipts).where(payment_receipts.c.id == row.id).values(values))
        more = f" Kelebihan {rupiah(back)} dikembalikan." if back else ""
        _note(unit, row.id, "cocokkan", f"{bill.number}: {said}{more}")


@command("payment_refunded", may="payment.settle")
def refund(unit: Unit, receipt_id: int, reason: str) -> None:
    """The payer gets the money back. Raises: NotFound, Taken, Invalid (no reason)."""
    said = _reason(reason)
    [row] = _open(unit, (receipt_id,))
    _close(unit, row, words.REFUNDED, "kembalikan", said, row.amount)


@command("payment_ignored", may="payment.settle")
def ignore(unit: Unit, receipt_ids: tuple[int, ...], reason: str) -> None:
    """Nothing is to be done about these lines (the bank told them twice). Raises: NotFound, Taken, Invalid."""
    said = _reason(reason)
    for row in _open(unit, receipt_ids):
        _close(unit, row, words.IGNORED, "abaikan", said, None)


def _reason(text: str) -> str:
    said = " ".join(text.split())
    if not said:
        raise Invalid({"reason": ["Tulis alasannya."]})
    if len(said) > 500:
        raise Invalid({"reason": ["Paling banyak 500 huruf."]})
    return said


def _open(unit: Unit, ids: Sequence[int]) -> list[Row[Any]]:
    """The rows, locked, in the order of payment. Raises: Invalid (none chosen), NotFound, Taken (settled already)."""
    chosen = sorted(set(ids))
    if not chosen or len(chosen) > MOST_AT_ONCE:
        raise Invalid({"receipts": [f"Pilih satu sampai {MOST_AT_ONCE} pembayaran."]})
    query = select(payment_receipts).where(payment_receipts.c.id.in_(chosen)).with_for_update()
    rows = sorted(unit.connection.execute(query), key=lambda row: (row.paid_on, row.id))
    if len(rows) != len(chosen):
        raise NotFound("Pembayaran itu tidak ada.")
    for row in rows:
        if row.state != words.FOR_PERSON:
            raise _taken(unit, row)
    return rows


def _taken(unit: Unit, row: Row[Any]) -> Taken:
    deed = unit.connection.execute(
        select(payment_deeds).where(payment_deeds.c.receipt_id == row.id).order_by(payment_deeds.c.id.desc()).limit(1)
    ).one_or_none()
    said = f"Pembayaran {row.reference} sudah diselesaikan."
    if deed is None or deed.by_id is None:
        return Taken(said, by="sistem", at=row.at)
    return Taken(said, by=find(unit.connection, deed.by_id).name, at=deed.at)


def _close(unit: Unit, row: Row[Any], state: str, deed: str, said: str, back: int | None) -> None:
    values = {"state": state, "refund": back}
    unit.connection.execute(update(payment_receipts).where(payment_receipts.c.id == row.id).values(values))
    _note(unit, row.id, deed, said)
    if row.case_id is not None and unit._case is None:
        unit.lock(row.case_id)
        unit.emit(
            "payment_refunded" if back else "payment_ignored",
            {"referensi": row.reference, "jumlah": row.amount, "alasan": said},
        )


def _note(unit: Unit, receipt_id: int, deed: str, said: str) -> None:
    assert unit.by is not None
    row = {"receipt_id": receipt_id, "deed": deed, "words": said, "by_id": unit.by.id, "at": unit.now}
    unit.connection.execute(insert(payment_deeds).values(row))
