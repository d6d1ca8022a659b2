"""What comes in from the bank: booked at once where it fits a bill to the rupiah, else put before a person.

Each line is one transaction of its own, so that a file that breaks off half-way has booked whole lines only.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from engine.cases import finish_step
from engine.command import command
from engine.errors import NotFound, Stale
from engine.office import Office
from engine.payments import words
from engine.payments.incoming import Incoming, checked
from engine.payments.receipts import case_of_bill, find_bill, known_receipt, problem_of, put_receipt, same_payment
from engine.people import Person
from engine.services.retribusi import BILL, FROM_BANK
from engine.settle import settle
from engine.storage.payment_tables import payment_files, payment_receipts
from engine.storage.schema import answers as answer_table
from engine.storage.service_tables import bills
from engine.unit import Unit


def receive(
    office: Office,
    incoming: Incoming,
    *,
    by: Person,
    source: str = "api",
    file_id: int | None = None,
    line: int | None = None,
) -> tuple[int, bool]:
    """Take in one payment; (id of its receipt, whether it came before). The same reference of the same bank is one
    payment, however often it is told.

    Raises: NotAllowed, Invalid, Stale: the reference was used for something else.
    """
    given = checked(incoming)
    with office.db.read() as connection:
        known = known_receipt(connection, given.bank, given.reference)
    for last in (False, True):
        try:
            record(office, given, source, file_id, line, by=by)
            break
        except IntegrityError:  # the same line at the same moment: the other one is stored now
            if last:
                raise
    with office.db.read() as connection:
        query = select(payment_receipts.c.id).where(
            payment_receipts.c.bank == given.bank, payment_receipts.c.reference == given.reference
        )
        if file_id is not None:
            query = query.where(payment_receipts.c.file_id == file_id, payment_receipts.c.line == line)
        found = connection.execute(query.order_by(payment_receipts.c.id.desc()).limit(1)).scalar_one()
    return int(found), known is not None


_FILE = select(payment_files.c.id).where(payment_files.c.id == bindparam("file"))


@command("payment_received", may="payment.record")
def record(unit: Unit, incoming: Incoming, source: str, file_id: int | None, line: int | None) -> None:
    """One line of the bank. Raises: Invalid, Stale, NotFound (the file that it is said to stand in)."""
    given = checked(incoming)
    if file_id is not None and not unit.connection.execute(_FILE, {"file": file_id}).scalar():
        raise NotFound("Berkas bank itu tidak ada.")
    known = known_receipt(unit.connection, given.bank, given.reference)
    place: dict[str, Any] = {"file_id": file_id, "line": line}
    if known is not None:
        if file_id is None or (known.file_id, known.line) == (file_id, line):
            if not same_payment(known, given):
                raise Stale(f"Referensi {given.reference} sudah dipakai bank {given.bank} untuk pembayaran lain.")
            return
        _note_repeat(unit, known, given, source, place)
        return
    named = given.account or given.number
    case = unit.lock_where(case_of_bill(given.account, given.number)) if named else None
    bill = find_bill(unit.connection, given.account, given.number) if case is not None else None
    if case is None or bill is None:
        put_receipt(unit, given, source, problem=words.UNKNOWN, **place)
        return
    problem = words.NOT_IN if given.taken_back else problem_of(bill, case.open, given.amount, given.paid_on)
    place |= {"bill_id": bill.id, "case_id": case.id, "problem": problem}
    if problem is not None:
        put_receipt(unit, given, source, **place)
        told = {"referensi": given.reference, "jumlah": given.amount, "tagihan": bill.number, "masalah": problem}
        unit.emit("payment_unclear", told)
        return
    unit.known[BILL] = bill
    state = book(unit, given.amount, given.paid_on, given.reference, given.bank)
    put_receipt(unit, given, source, **(place | {"state": state}))


def _note_repeat(unit: Unit, known: Row[Any], given: Incoming, source: str, place: dict[str, Any]) -> None:
    """A line of another file: once, however often that file's rest is taken in."""
    if place["file_id"] is not None:
        again = select(payment_receipts.c.id).where(
            payment_receipts.c.file_id == place["file_id"], payment_receipts.c.line == place["line"]
        )
        if unit.connection.execute(again).first() is not None:
            return
    place |= {"repeats_id": known.id, "bill_id": known.bill_id, "case_id": known.case_id}
    put_receipt(unit, given, source, problem=words.REPEATED_LINE, **place)


def book(unit: Unit, amount: int, paid_on: str, reference: str, bank: str, kind: str = "payment_received") -> str:
    """Let the locked case's step of paying be done with this payment and the case go on. The state of the receipt:
    booked, or waiting, where the case is not at that step yet."""
    answers = {"jumlah": amount, "tanggal_bayar": paid_on, "bukti": reference[:60], "cara": words.BANK, "bank": bank}
    unit.known[FROM_BANK] = True
    if unit.case.suspended_at is None:
        step = next((row for row in unit.open_tasks.values() if row.form == words.PAYMENT_FORM), None)
        if step is not None:
            finish_step(unit, step, answers, kind)
            return words.MATCHED
        failed = next((each for each in unit.run.started() if each.operator == words.BOOKING), None)
        if failed is not None:
            _book_again(unit, failed.token, answers, kind)
            return words.MATCHED
    told = {"referensi": reference, "jumlah": amount, "menunggu": "langkah pembayaran"}
    unit.emit("payment_waits", told)
    return words.WAITING


def _book_again(unit: Unit, token: str, answers: dict[str, Any], kind: str) -> None:
    """The booking stands as an incident (the step was skipped, and nobody said what was paid): the bank's own word
    settles it."""
    row = {"case_id": unit.case.id, "task_id": None, "form": words.PAYMENT_FORM, "data": answers, "at": unit.now}
    unit.connection.execute(insert(answer_table).values(**row, by_id=unit.by.id if unit.by else None))
    unit.given[words.PAYMENT_FORM] = answers
    unit.emit(kind, {"referensi": answers["bukti"], "jumlah": answers["jumlah"]})
    unit.run.retry_service(token)
    settle(unit)


@command("payment_booked", may=None)
def book_waiting(unit: Unit, receipt_id: int) -> None:
    """Book a payment that came before its step did; nothing happens while the step is still to come."""
    row = unit.connection.execute(
        select(payment_receipts).where(payment_receipts.c.id == receipt_id, payment_receipts.c.state == words.WAITING)
    ).one_or_none()
    if row is None or row.case_id is None:
        return
    case = unit.lock(row.case_id)
    bill = unit.connection.execute(select(bills).where(bills.c.id == row.bill_id)).one()
    problem = problem_of(bill, case.open, row.amount, row.paid_on)
    state = (
        words.FOR_PERSON if problem else book(unit, row.amount, row.paid_on, row.reference, row.bank, "payment_booked")
    )
    if state == words.WAITING:
        unit.events.pop()  # it was told when the payment came
        return
    if problem:
        unit.emit("payment_unclear", {"referensi": row.reference, "tagihan": bill.number, "masalah": problem})
    unit.connection.execute(
        update(payment_receipts).where(payment_receipts.c.id == receipt_id).values(state=state, problem=problem)
    )


def apply_waiting(office: Office, limit: int = 100) -> int:
    """Book what waits for its step, where the step has come. Returns how many were booked or put before a person."""
    query = (
        select(payment_receipts.c.id)
        .where(payment_receipts.c.state == words.WAITING)
        .order_by(payment_receipts.c.id)
        .limit(limit)
    )
    with office.db.read() as connection:
        ids = list(connection.execute(query).scalars())
    return sum(not book_waiting(office, receipt_id).repeated for receipt_id in ids)
