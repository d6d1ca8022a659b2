"""What a command costs the database: one transaction, few statements, whatever is stored already."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import event

from engine import cases
from tests.engine.core.conftest import PEOPLE, Desk, desk  # noqa: F401  (a fixture)

MOST = 15


@dataclass
class Cost:
    """statements: their texts, BEGIN and COMMIT apart."""

    statements: list[str] = field(default_factory=list)
    commits: int = 0
    rollbacks: int = 0


@contextmanager
def counted(desk: Desk) -> Iterator[Cost]:  # noqa: F811
    cost, engine = Cost(), desk.office.db.engine

    def executed(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            cost.statements.append(statement)

    def committed(connection: Any) -> None:
        cost.commits += bool(connection.get_execution_options().get("simyandu_write"))

    event.listen(engine, "before_cursor_execute", executed)
    event.listen(engine, "commit", committed)
    try:
        yield cost
    finally:
        event.remove(engine, "before_cursor_execute", executed)
        event.remove(engine, "commit", committed)


def few(cost: Cost) -> None:
    assert cost.commits == 1
    assert 0 < len(cost.statements) <= MOST, "\n".join(cost.statements)


def test_open_and_first_step(desk: Desk) -> None:  # noqa: F811
    with counted(desk) as cost:
        case_id = desk.open(key="a")
    few(cost)
    row = desk.tasks(case_id)[0]
    with counted(desk) as cost:
        cases.complete(desk.office, row.id, {"usaha": "Warung", "ktp": True}, by=PEOPLE["loket"], key="b")
    few(cost)


@pytest.mark.parametrize(
    ("person", "element", "answers"),
    [
        ("bidang", "periksa", {"berkas_sah": "ya"}),
        ("bidang", "periksa", {"berkas_sah": "tidak"}),
    ],
)
def test_step_that_opens_or_pauses(desk: Desk, person: str, element: str, answers: dict[str, Any]) -> None:  # noqa: F811
    case_id = desk.registered()
    row = next(row for row in desk.tasks(case_id) if row.element == element)
    with counted(desk) as cost:
        cases.complete(desk.office, row.id, answers, by=PEOPLE[person], key="x")
    few(cost)


def test_claim_withdraw_and_repeat(desk: Desk) -> None:  # noqa: F811
    case_id = desk.registered()
    row = desk.tasks(case_id)[0]
    with counted(desk) as cost:
        cases.claim(desk.office, row.id, by=PEOPLE["bidang"], key="c")
    few(cost)
    with counted(desk) as again:
        cases.claim(desk.office, row.id, by=PEOPLE["bidang"], key="c")
    assert len(again.statements) < len(cost.statements), "a repeated key only looks up the answer"
    with counted(desk) as cost:
        cases.withdraw(desk.office, case_id, "batal", by=PEOPLE["loket"], key="d")
    few(cost)


def test_cost_does_not_grow_with_the_history(desk: Desk) -> None:  # noqa: F811
    case_id = desk.registered()
    spent = []
    for _ in range(6):
        row = desk.tasks(case_id)[0]
        with counted(desk) as cost:
            cases.complete(desk.office, row.id, {"berkas_sah": "tidak"}, by=PEOPLE["bidang"])
        spent.append(len(cost.statements))
        desk.do("loket", case_id, "lengkapi")
    assert len(set(spent)) == 1


def test_second_letter_is_drawn_too(desk: Desk) -> None:  # noqa: F811
    """SQLite gives the id of a finished work item to the next one: the command's key must not be made of it."""
    for _ in range(2):
        case_id = desk.to_signatures()
        for who in ("bplh", "dishub"):
            desk.do(who, case_id, "teken", tanggapan_ini="setuju")
        desk.do("bidang", case_id, "verifikasi", hasil="disetujui")
        desk.work()
        assert desk.at(case_id) == ["serahkan"]
