"""Lines of the bank as they are stored, and the bills they may be for."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, ScalarSelect, Select, case, insert, or_, select

from engine.payments.incoming import Incoming
from engine.payments.words import FOR_PERSON, LAPSED, REPLACED, TWICE, WRONG_AMOUNT
from engine.services.owed import Owed, owed
from engine.services.retribusi import ISSUED, PAID
from engine.storage.payment_tables import assessments, payment_receipts
from engine.storage.service_tables import bills
from engine.unit import Unit


def known_receipt(connection: Connection, bank: str, reference: str) -> Row[Any] | None:
    """The line that the bank gave this reference, if it came before."""
    query = select(payment_receipts).where(
        payment_receipts.c.bank == bank,
        payment_receipts.c.reference == reference,
        payment_receipts.c.repeats_id.is_(None),
    )
    return connection.execute(query).one_or_none()


def find_bill(connection: Connection, account: str, number: str) -> Row[Any] | None:
    """The bill with this virtual account, else with this number (its own or its STRD's); None when neither is known."""
    return connection.execute(_bill(select(bills), account, number)).one_or_none() if account or number else None


def case_of_bill(account: str, number: str) -> ScalarSelect[int]:
    """The query that finds the case of that bill."""
    return _bill(select(bills.c.case_id), account, number).scalar_subquery()


def _bill(query: Select[Any], account: str, number: str) -> Select[Any]:
    """The account says more than what a payer wrote; of several the newest."""
    names: list[Any] = []
    if account:
        names.append(bills.c.virtual_account == account)
    if number:
        strd = select(assessments.c.bill_id).where(assessments.c.number == number)
        names += [bills.c.number == number, bills.c.id.in_(strd)]
    first = case((bills.c.virtual_account == account, 0), else_=1)
    return query.where(or_(*names)).order_by(first, bills.c.id.desc()).limit(1)


def owed_on(bill: Row[Any], paid_on: str) -> Owed:
    """What the bill comes to on the date of payment."""
    return owed(bill.total, bill.due_at, date.fromisoformat(paid_on))


def problem_of(bill: Row[Any], case_open: bool, amount: int, paid_on: str) -> str | None:
    """What keeps this amount from paying this bill; None when nothing does."""
    if bill.state == PAID:
        return TWICE
    if bill.state == "diganti":
        return REPLACED
    if bill.state != ISSUED or not case_open:
        return LAPSED
    return None if owed_on(bill, paid_on).total == amount else WRONG_AMOUNT


def put_receipt(unit: Unit, given: Incoming, source: str, **values: Any) -> int:
    """Store a line; its id."""
    row = {
        "source": source,
        "bank": given.bank,
        "reference": given.reference,
        "account": given.account or None,
        "number": given.number or None,
        "amount": given.amount,
        "paid_on": given.paid_on,
        "payer": given.payer,
        "note": given.note,
        "state": FOR_PERSON,
        "by_id": unit.by.id if unit.by else None,
        "at": unit.now,
        **values,
    }
    return int(
        unit.connection.execute(insert(payment_receipts).values(row).returning(payment_receipts.c.id)).scalar_one()
    )


def same_payment(row: Row[Any], given: Incoming) -> bool:
    """Whether a stored line and one that comes now say the same."""
    stored = (row.amount, row.paid_on, row.account or "", row.number or "")
    return stored == (given.amount, given.paid_on, given.account, given.number)
