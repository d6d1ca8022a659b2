"""The resi starts the clock; letters get numbers of their registers."""

from __future__ import annotations

import random

import pytest

from engine.services import ServiceError
from engine.storage.schema import events, outbox
from engine.storage.service_tables import register_entries
from tests.engine.services.conftest import NOW, Desk


def test_a_resi_gives_number_code_and_promise(desk: Desk) -> None:
    desk.serve("penomoran/resi")
    case = desk.case
    assert case.resi == "BPPT-2016-000001"
    assert case.public_code is not None
    assert len(case.public_code) == 10
    assert case.state == "berjalan"
    assert case.registered_at == NOW
    # Seven working days after Wednesday 6 January 2016, 10.00: Friday the 15th, same time.
    assert case.promised_at == NOW.replace(day=15)
    assert desk.sent("resi") == [("email", "maju@contoh.id"), ("sms", "+628123456789")]
    assert [row.kind for row in desk.rows(events)] == ["resi_given"]


def test_the_secret_code_is_told_to_nobody_by_message_or_history(desk: Desk) -> None:
    desk.serve("penomoran/resi")
    code = desk.case.public_code
    assert code is not None
    assert all(code not in str(row) for row in [*desk.rows(outbox), *desk.rows(events)])


def test_a_case_gets_one_resi_only(desk: Desk) -> None:
    desk.serve("penomoran/resi")
    with pytest.raises(ServiceError, match="sudah mempunyai resi BPPT-2016-000001"):
        desk.serve("penomoran/resi")
    assert len(desk.rows(register_entries)) == 1


def test_a_replay_gives_the_same_code_again(desk: Desk) -> None:
    desk.office.random = random.Random(7)
    desk.serve("penomoran/resi")
    first = desk.case.public_code
    desk.change(resi=None, public_code=None)
    desk.office.random = random.Random(7)
    desk.serve("penomoran/resi")
    assert desk.case.public_code == first


def test_an_applicant_without_email_and_phone_gets_a_letter(desk: Desk) -> None:
    desk.change(email=None, phone=None)
    desk.serve("penomoran/resi")
    assert desk.sent("resi") == [("surat", "Jl. Juanda 1, Bekasi Timur")]


def test_a_permit_number_becomes_the_cases_own(desk: Desk) -> None:
    desk.serve("penomoran/surat", register="izin")
    assert desk.case.permit_number == "503/0001/HO/BPPT/2016"


def test_the_number_of_a_refusal_does_not(desk: Desk) -> None:
    desk.serve("penomoran/surat", register="penolakan")
    assert desk.case.permit_number is None
    assert [row.number for row in desk.rows(register_entries)] == ["503/0001/TOLAK/BPPT/I/2016"]


def test_short_services_take_three_statements_at_most(desk: Desk) -> None:
    desk.serve("penomoran/resi")
    assert len(desk.statements) <= 3
    desk.serve("penomoran/surat", register="izin")
    assert len(desk.statements) <= 3
