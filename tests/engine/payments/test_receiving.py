"""A payment of the bank is booked when it fits its bill to the rupiah; everything else waits for a person."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from engine.errors import Invalid, NotAllowed, Stale
from engine.payments import Incoming, apply_waiting, receipt, receipts, receive
from engine.payments.commands import record
from engine.payments.incoming import checked
from engine.repair import consent, proposals, propose
from engine.services.owed import months_begun, owed
from engine.storage.payment_tables import assessments, payment_receipts
from engine.storage.service_tables import payments
from engine.verify import verify
from tests.engine.payments.conftest import FEE, MONDAY, PEOPLE, Desk

BANK = PEOPLE["bendahara"]


def pay(desk: Desk, reference: str = "R1", amount: int = FEE, **more: Any) -> Any:
    given = {"bank": "BJB", "paid_on": "2016-07-19", "payer": "Sari", **more}
    receipt_id, _ = receive(desk.office, Incoming(reference=reference, amount=amount, **given), by=BANK)
    return receipt(desk.office, BANK, receipt_id).row


def test_the_exact_amount_completes_the_step_and_the_case_goes_on(desk: Desk) -> None:
    case_id = desk.billed()
    assert desk.at(case_id) == ["bayar"]
    row = pay(desk, account=desk.bill(case_id).virtual_account)
    assert (row.state, row.problem, row.case_id) == ("cocok", None, case_id)
    assert desk.bill(case_id).state == "lunas"
    assert "bayar" not in desk.at(case_id) and desk.at(case_id)
    [payment] = desk.rows(payments)
    assert (payment.amount, payment.fine, payment.bank, payment.receipt) == (FEE, 0, "BJB", "R1")
    assert "payment_received" in desk.history(case_id) and "bill_paid" in desk.history(case_id)
    assert verify(desk.office).problems == []


def test_told_twice_it_is_one_payment(desk: Desk) -> None:
    case_id = desk.billed()
    account = desk.bill(case_id).virtual_account
    first = pay(desk, account=account)
    before = desk.history(case_id)
    assert pay(desk, account=account).id == first.id
    assert desk.history(case_id) == before
    assert len(desk.rows(payment_receipts)) == len(desk.rows(payments)) == 1
    with pytest.raises(Stale, match="pembayaran lain"):
        pay(desk, account=account, amount=FEE + 1)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"account": "11041699999999"}, "tidak_dikenal"),
        ({"account": "", "number": "973/09999/SKRD/BPPT/2016"}, "tidak_dikenal"),
        ({"account": ""}, "tidak_dikenal"),
        ({"amount": FEE - 1}, "beda_jumlah"),
        ({"amount": FEE + 1}, "beda_jumlah"),
        ({"taken_back": True}, "bukan_masuk"),
    ],
)
def test_what_does_not_fit_waits_for_a_person(desk: Desk, change: dict[str, Any], problem: str) -> None:
    case_id = desk.billed()
    row = pay(desk, **({"account": desk.bill(case_id).virtual_account} | change))
    assert (row.state, row.problem) == ("perlu", problem)
    assert desk.at(case_id) == ["bayar"] and desk.rows(payments) == []
    assert [one.id for one in receipts(desk.office, BANK).rows] == [row.id]
    assert ("payment_unclear" in desk.history(case_id)) is (problem != "tidak_dikenal")


def test_a_second_payment_of_a_paid_bill_waits_for_a_person(desk: Desk) -> None:
    account = desk.bill(desk.billed()).virtual_account
    pay(desk, account=account)
    row = pay(desk, "R2", account=account)
    assert (row.state, row.problem) == ("perlu", "ganda")
    assert len(desk.rows(payments)) == 1


def test_by_the_number_of_the_bill(desk: Desk) -> None:
    case_id = desk.billed()
    assert pay(desk, number=desk.bill(case_id).number).state == "cocok"


def test_before_the_step_it_waits_and_is_booked_then(desk: Desk) -> None:
    case_id = desk.billed(draw=False)
    row = pay(desk, account=desk.bill(case_id).virtual_account)
    assert (row.state, row.problem) == ("menunggu", None)
    assert apply_waiting(desk.office) == 0
    told = desk.history(case_id)
    desk.work()
    assert desk.bill(case_id).state == "terbit" and told.count("payment_waits") == 1
    assert apply_waiting(desk.office) == 1
    assert desk.bill(case_id).state == "lunas"
    assert receipt(desk.office, BANK, row.id).row.state == "cocok"
    assert desk.history(case_id).count("payment_waits") == 1


def test_the_banks_word_settles_a_booking_that_stands_as_an_incident(desk: Desk) -> None:
    case_id = desk.billed()
    [step] = desk.tasks(case_id)
    propose(desk.office, case_id, "skip", {"task": step.id}, "Bukti setor hilang", by=PEOPLE["admin"])
    consent(desk.office, proposals(desk.office, PEOPLE["kabid"])[0].id, by=PEOPLE["kabid"])
    assert "umum/bayar belum diisi" in desk.troubles()[0]
    assert pay(desk, account=desk.bill(case_id).virtual_account).state == "cocok"
    assert desk.troubles() == [] and desk.bill(case_id).state == "lunas"
    assert verify(desk.office).problems == []


def test_overdue_it_costs_two_percent_a_month_begun(desk: Desk) -> None:
    case_id = desk.billed()
    bill = desk.bill(case_id)
    desk.clock.set(bill.due_at + timedelta(seconds=1))
    desk.dunned(case_id)
    [strd] = desk.rows(assessments)
    assert (strd.months, strd.fine, strd.total, strd.number) == (1, 1800, 91_800, "973/00001/STRD/BPPT/2016")
    assert "strd_issued" in desk.history(case_id) and desk.at(case_id) == ["bayar"]
    late = {"account": bill.virtual_account, "paid_on": "2016-08-20"}
    assert pay(desk, **late).problem == "beda_jumlah"
    assert pay(desk, "R2", 91_800, **late).state == "cocok"
    [payment] = desk.rows(payments)
    assert (payment.amount, payment.fine) == (91_800, 1800)
    assert desk.rows(assessments)[0].state == "lunas"


def test_paid_in_time_but_told_late_nothing_is_added(desk: Desk) -> None:
    case_id = desk.billed()
    bill = desk.bill(case_id)
    desk.clock.set(bill.due_at + timedelta(days=2))
    desk.dunned(case_id)
    assert pay(desk, account=bill.virtual_account, paid_on="2016-08-17").state == "cocok"
    assert desk.rows(assessments)[0].state == "batal"


def test_by_the_number_of_the_strd(desk: Desk) -> None:
    case_id = desk.billed()
    desk.clock.set(desk.bill(case_id).due_at + timedelta(days=40))
    desk.dunned(case_id)
    number = desk.rows(assessments)[0].number
    assert pay(desk, amount=93_600, number=number, paid_on="2016-09-20").state == "cocok"


def test_unpaid_it_lapses_and_the_application_is_refused(desk: Desk) -> None:
    case_id = desk.billed()
    bill = desk.bill(case_id)
    desk.clock.set(bill.due_at + timedelta(seconds=1))
    desk.dunned(case_id)
    desk.clock.set(bill.lapses_at + timedelta(seconds=1))
    desk.work()
    assert desk.bill(case_id).state == "gugur"
    assert desk.at(case_id) == ["susun"]  # the letter of refusal
    assert desk.rows(assessments)[0].state == "gugur"
    row = pay(desk, account=bill.virtual_account, paid_on="2017-03-01")
    assert (row.state, row.problem) == ("perlu", "gugur")
    assert verify(desk.office).problems == []


def test_who_may(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        receive(desk.office, Incoming("BJB", "R", 1, "2016-07-19"), by=PEOPLE["loket"])
    with pytest.raises(NotAllowed):
        receipts(desk.office, PEOPLE["loket"])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"bank": ""}, "bank"),
        ({"reference": " "}, "reference"),
        ({"reference": "x" * 61}, "reference"),
        ({"amount": 0}, "amount"),
        ({"amount": True}, "amount"),
        ({"paid_on": "19-07-2016"}, "paid_on"),
        ({"account": "12"}, "account"),
    ],
)
def test_bad_lines_name_the_field(desk: Desk, change: dict[str, Any], field: str) -> None:
    given = {"bank": "BJB", "reference": "R", "amount": 1, "paid_on": "2016-07-19", **change}
    with pytest.raises(Invalid) as refused:
        receive(desk.office, Incoming(**given), by=BANK)
    assert list(refused.value.fields) == [field]
    assert desk.rows(payment_receipts) == []


def test_months_begun() -> None:
    due = date(2016, 1, 31)
    assert [months_begun(due, day) for day in (date(2016, 1, 31), date(2016, 2, 1), date(2016, 2, 29))] == [0, 1, 1]
    assert [months_begun(due, day) for day in (date(2016, 3, 1), date(2016, 3, 31), date(2016, 4, 1))] == [2, 2, 3]
    assert owed(187_625, MONDAY, MONDAY.date() + timedelta(days=1)).fine == 3753  # 3752,5: half up
    assert owed(100, MONDAY, date(2030, 1, 1)).months == 24


def test_a_booked_payment_takes_fifteen_statements(desk: Desk) -> None:
    account = desk.bill(desk.billed()).virtual_account
    taken: list[str] = []

    def count(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        taken.append(statement)

    given = checked(Incoming("BJB", "R1", FEE, "2016-07-19", account))
    event.listen(desk.office.db.engine, "before_cursor_execute", count)
    record(desk.office, given, "api", None, None, by=BANK)
    event.remove(desk.office.db.engine, "before_cursor_execute", count)
    assert len([each for each in taken if not each.startswith("BEGIN")]) <= 15
    assert len(desk.rows(payments)) == 1
