"""What the pages of payments ask: lines to be settled, one line with its history, files, and the daily recap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, func, select

from engine.dossier import CaseView
from engine.errors import Invalid, NotFound
from engine.letters.words import office_date
from engine.office import Office
from engine.office_deeds import must
from engine.payments import words
from engine.payments.receipts import find_bill, owed_on
from engine.people import Person
from engine.services.owed import Owed, owed
from engine.services.retribusi import CALCULATED, ISSUED
from engine.storage.payment_tables import assessments, payment_deeds, payment_files, payment_receipts
from engine.storage.people_tables import persons
from engine.storage.schema import cases
from engine.storage.service_tables import bills, payments

PAGE = 50
MOST_SHOWN = 300
LONGEST_RECAP = 366  # days
_FILES = select(payment_files, persons.c.name.label("person")).join(persons, persons.c.id == payment_files.c.by_id)


@dataclass(frozen=True)
class ReceiptPage:
    """rows: lines, newest first; next: id to go on after, or None; counts: lines by state."""

    rows: list[Row[Any]]
    next: int | None
    counts: dict[str, int]


@dataclass(frozen=True)
class ReceiptView:
    """row: the line with its bill, case and who took it in; deeds: what was done about it; first: the line it repeats;
    asked: what its bill comes to on the day of payment, None without a bill; paid: the payment that its bill got."""

    row: Row[Any]
    deeds: list[Row[Any]]
    first: Row[Any] | None
    asked: Owed | None
    paid: Row[Any] | None

    @property
    def same_money(self) -> bool:
        """Whether the payment that the bill got bears this line's own reference: somebody typed it before the bank
        told it."""
        known, row = self.paid, self.row
        return known is not None and (known.receipt, known.bank) == (row.reference, row.bank)


@dataclass(frozen=True)
class Asked:
    """bill: of a case, waiting to be paid; owed: what it comes to on the date `on`."""

    bill: Row[Any]
    owed: Owed
    on: date


@dataclass(frozen=True)
class FileView:
    """row: a file of the bank, with who sent it; first: the file whose content it repeats, None for a new one; lines:
    its payments, those that wait for a person first, MOST_SHOWN of them; counts: all of them by state."""

    row: Row[Any]
    first: Row[Any] | None
    lines: list[Row[Any]]
    counts: dict[str, int]


@dataclass(frozen=True)
class RecapLine:
    """One day, type and bank. amount: rupiah, the fine included; fine: of it."""

    day: str
    code: str
    kind: str
    bank: str
    count: int
    amount: int
    fine: int


@dataclass(frozen=True)
class Recap:
    """lines in order of day, type and bank; unclear: rupiah received on those days that no bill has got."""

    first: str
    last: str
    lines: list[RecapLine]
    unclear: int

    @property
    def total(self) -> int:
        """Rupiah booked."""
        return sum(line.amount for line in self.lines)

    @property
    def fine(self) -> int:
        """Of it, 2 % a month."""
        return sum(line.fine for line in self.lines)

    @property
    def count(self) -> int:
        """How many payments."""
        return sum(line.count for line in self.lines)

    @property
    def banks(self) -> list[str]:
        """Every bank (and the counter) of these days, in order."""
        return sorted({line.bank for line in self.lines})

    @property
    def sums(self) -> dict[tuple[str, str], dict[str, int]]:
        """Rupiah of all days together: (type, retribusi or pajak) -> bank -> amount."""
        found: dict[tuple[str, str], dict[str, int]] = {}
        for line in sorted(self.lines, key=lambda line: (line.code, line.kind)):
            of_type = found.setdefault((line.code, line.kind), {})
            of_type[line.bank] = of_type.get(line.bank, 0) + line.amount
        return found


def receipts(office: Office, by: Person, state: str = words.FOR_PERSON, after: int | None = None) -> ReceiptPage:
    """One page of the lines in a state. Raises: NotAllowed."""
    must(by, "payment.view")
    query = _whole().where(payment_receipts.c.state == state).order_by(payment_receipts.c.id.desc()).limit(PAGE + 1)
    if after is not None:
        query = query.where(payment_receipts.c.id < after)
    counted = select(payment_receipts.c.state, func.count()).group_by(payment_receipts.c.state)
    with office.db.read() as connection:
        rows = list(connection.execute(query))
        counts = {row[0]: row[1] for row in connection.execute(counted)}
    return ReceiptPage(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None, counts)


def receipt(office: Office, by: Person, receipt_id: int) -> ReceiptView:
    """One line. Raises: NotAllowed, NotFound."""
    must(by, "payment.view")
    with office.db.read() as connection:
        row = connection.execute(_whole().where(payment_receipts.c.id == receipt_id)).one_or_none()
        if row is None:
            raise NotFound("Pembayaran itu tidak ada.")
        done = (
            select(payment_deeds, persons.c.name.label("person"))
            .outerjoin(persons, persons.c.id == payment_deeds.c.by_id)
            .where(payment_deeds.c.receipt_id == receipt_id)
            .order_by(payment_deeds.c.id)
        )
        deeds = list(connection.execute(done))
        first = None
        if row.repeats_id is not None:
            first = connection.execute(_whole().where(payment_receipts.c.id == row.repeats_id)).one()
        bill = find_bill(connection, row.account or "", row.bill_number or row.number or "")
        asked = owed_on(bill, row.paid_on) if bill is not None and bill.due_at is not None else None
        paid = None
        if row.state == words.FOR_PERSON and row.bill_id is not None:
            got = select(payments).where(payments.c.bill_id == row.bill_id)
            paid = connection.execute(got).one_or_none()
    return ReceiptView(row, deeds, first, asked, paid)


def asked(office: Office, view: CaseView) -> Asked | None:
    """What the applicant of a case owes today (the view is the proof that the caller may see it); None when no bill
    waits."""
    query = select(bills).where(bills.c.case_id == view.case.id).order_by(bills.c.id.desc()).limit(1)
    with office.db.read() as connection:
        bill = connection.execute(query).one_or_none()
    if bill is None or bill.state != ISSUED:
        return None
    today = office_date(office.now())
    return Asked(bill, owed(bill.total, bill.due_at, today), today)


def calculated(office: Office, view: CaseView) -> Any | None:
    """The bill of a case that is calculated and not issued yet (the view is the proof that the caller may see it)."""
    query = select(bills).where(bills.c.case_id == view.case.id).order_by(bills.c.id.desc()).limit(1)
    with office.db.read() as connection:
        bill = connection.execute(query).one_or_none()
    return bill if bill is not None and bill.state == CALCULATED else None


def _whole() -> Select[Any]:
    return (
        select(
            payment_receipts,
            bills.c.number.label("bill_number"),
            bills.c.form.label("bill_form"),
            bills.c.total.label("bill_total"),
            bills.c.state.label("bill_state"),
            bills.c.due_at.label("bill_due_at"),
            cases.c.resi,
            cases.c.code,
            cases.c.applicant_name,
            persons.c.name.label("person"),
            payment_files.c.name.label("file_name"),
        )
        .outerjoin(bills, bills.c.id == payment_receipts.c.bill_id)
        .outerjoin(cases, cases.c.id == payment_receipts.c.case_id)
        .outerjoin(persons, persons.c.id == payment_receipts.c.by_id)
        .outerjoin(payment_files, payment_files.c.id == payment_receipts.c.file_id)
    )


def files(office: Office, by: Person, limit: int = 30) -> list[Row[Any]]:
    """Files of the bank, newest first. Raises: NotAllowed."""
    must(by, "payment.view")
    with office.db.read() as connection:
        return list(connection.execute(_FILES.order_by(payment_files.c.id.desc()).limit(limit)))


def bank_file(office: Office, by: Person, file_id: int) -> FileView:
    """One file of the bank and what became of its lines. Raises: NotAllowed, NotFound."""
    must(by, "payment.view")
    of_file = payment_receipts.c.file_id == file_id
    lines = _whole().where(of_file).order_by(payment_receipts.c.state != words.FOR_PERSON, payment_receipts.c.id)
    counted = select(payment_receipts.c.state, func.count()).where(of_file).group_by(payment_receipts.c.state)
    with office.db.read() as connection:
        row = connection.execute(_FILES.where(payment_files.c.id == file_id)).one_or_none()
        if row is None:
            raise NotFound("Berkas bank itu tidak ada.")
        first = None
        if row.repeats_id is not None:
            first = connection.execute(_FILES.where(payment_files.c.id == row.repeats_id)).one()
        counts = {found[0]: found[1] for found in connection.execute(counted)}
        return FileView(row, first, list(connection.execute(lines.limit(MOST_SHOWN))), counts)


def overdue(office: Office, by: Person, limit: int = 50) -> list[Row[Any]]:
    """Bills that are past their due date, with their newest STRD; the longest overdue first. Raises: NotAllowed."""
    must(by, "payment.view")
    strd = (
        select(assessments.c.bill_id, func.max(assessments.c.number).label("strd"))
        .where(assessments.c.state == "terbit")
        .group_by(assessments.c.bill_id)
        .subquery()
    )
    query = (
        select(bills, cases.c.resi, cases.c.code, cases.c.applicant_name, strd.c.strd)
        .join(cases, cases.c.id == bills.c.case_id)
        .outerjoin(strd, strd.c.bill_id == bills.c.id)
        .where(bills.c.state == "terbit", bills.c.due_at < office.now(), cases.c.closed_at.is_(None))
        .order_by(bills.c.due_at)
        .limit(limit)
    )
    with office.db.read() as connection:
        return list(connection.execute(query))


def recap(office: Office, by: Person, first: str, last: str) -> Recap:
    """Cash of each day from first to last (ISO dates of payment) by type and bank. Raises: NotAllowed, Invalid."""
    must(by, "payment.view")
    try:
        days = (date.fromisoformat(last) - date.fromisoformat(first)).days
    except ValueError:
        raise Invalid({"first": ["Isi tanggal, misalnya 2016-09-27."]}) from None
    if not 0 <= days < LONGEST_RECAP:
        raise Invalid({"last": [f"Rekap dibuat untuk satu sampai {LONGEST_RECAP} hari."]})
    bank = func.coalesce(payments.c.bank, payments.c.channel)
    query = (
        select(
            payments.c.paid_on,
            cases.c.code,
            bills.c.kind,
            bank.label("bank"),
            func.count(),
            func.sum(payments.c.amount),
            func.sum(payments.c.fine),
        )
        .join(cases, cases.c.id == payments.c.case_id)
        .join(bills, bills.c.id == payments.c.bill_id)
        .where(payments.c.paid_on >= first, payments.c.paid_on <= last)
        .group_by(payments.c.paid_on, cases.c.code, bills.c.kind, bank)
        .order_by(payments.c.paid_on, cases.c.code, bank)
    )
    left = select(func.coalesce(func.sum(payment_receipts.c.amount), 0)).where(
        payment_receipts.c.state == words.FOR_PERSON,
        payment_receipts.c.repeats_id.is_(None),
        payment_receipts.c.problem != words.REPEATED_FILE,
        payment_receipts.c.paid_on >= first,
        payment_receipts.c.paid_on <= last,
    )
    with office.db.read() as connection:
        lines = [
            RecapLine(row[0], row[1], row[2], row[3], int(row[4]), int(row[5]), int(row[6]))
            for row in connection.execute(query)
        ]
        return Recap(first, last, lines, int(connection.execute(left).scalar_one()))
