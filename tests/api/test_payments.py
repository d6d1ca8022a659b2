"""A bank's program tells payments: booked, told again, unclear, refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.app import create_api
from engine.people import create_token
from engine.storage.service_tables import payments
from tests.engine.payments.conftest import FEE, PEOPLE, Desk, desk_of

Tell = Callable[..., Any]


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    found = desk_of(database_url, tmp_path, ["retribusi"])
    yield found
    found.office.close()


@pytest.fixture
def tell(desk: Desk) -> Tell:
    """tell("bendahara", reference=...): a program with that person's token."""
    app = create_api(desk.office, rate_limit=False)

    def post(who: str, **body: Any) -> Any:
        with desk.office.db.write() as connection:
            token = create_token(connection, PEOPLE[who].id, "bank", desk.office.now())
        given = {"bank": "BJB", "reference": "R1", "amount": FEE, "paid_on": "2016-07-19", **body}
        client = app.test_client(use_cookies=False)
        return client.post("/api/v1/payments", json=given, headers={"Authorization": f"Bearer {token}"})

    return post


def test_what_fits_is_booked_and_told_again_is_answered_again(desk: Desk, tell: Tell) -> None:
    case_id = desk.billed()
    account = desk.bill(case_id).virtual_account
    first = tell("bendahara", account=account)
    assert (first.status_code, first.json["state"], first.json["case_id"]) == (200, "cocok", case_id)
    assert first.json["bill"] == desk.bill(case_id).number
    assert tell("bendahara", account=account).json == first.json
    assert len(desk.rows(payments)) == 1
    other = tell("bendahara", account=account, amount=FEE + 1)
    assert (other.status_code, other.mimetype) == (409, "application/problem+json")


def test_what_does_not_fit_waits(desk: Desk, tell: Tell) -> None:
    unknown = tell("bendahara", account="11041699999999")
    assert (unknown.status_code, unknown.json["state"], unknown.json["problem"]) == (200, "perlu", "tidak_dikenal")


def test_who_and_what(desk: Desk, tell: Tell) -> None:
    assert tell("loket").status_code == 403
    bad = tell("bendahara", amount=0, paid_on="kemarin-ya", account="12")
    assert bad.status_code == 422 and "amount" in bad.json["errors"]
    worse = tell("bendahara", paid_on="kemarin-ya", account="12")
    assert worse.status_code == 422 and set(worse.json["errors"]) == {"paid_on", "account"}
    assert tell("bendahara", amount="banyak").status_code == 422
