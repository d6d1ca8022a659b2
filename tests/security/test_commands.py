"""Every role at every command of the engine: who may not is refused before anything is looked at."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from engine.errors import NotAllowed, Refused
from engine.permissions import PERMISSIONS, ROLE_PERMISSIONS, ROLES
from engine.storage.schema import metadata
from tests.security.commands import OFFICE, arguments, commands, read
from tests.security.conftest import House

FOUND = commands()
TABLE = read()


def refusal(house: House, name: str, **who: Any) -> Refused | None:
    """What a command says to somebody; None when it had nothing to do."""
    try:
        FOUND[name](house.office, **arguments(FOUND[name]), **who)
    except Refused as refused:
        return refused
    return None


def test_every_command_stands_in_the_table() -> None:
    now = {name: call.permission or OFFICE for name, call in FOUND.items()}  # type: ignore[attr-defined]
    assert now == TABLE, "python -m tests.security.write_routes"
    assert set(TABLE.values()) <= PERMISSIONS.keys() | {OFFICE}
    assert "engine.cases.complete" in TABLE


@pytest.mark.parametrize("role", ROLES)
def test_role_and_command(house: House, role: str) -> None:
    for name, permission in TABLE.items():
        said = refusal(house, name, by=house.people[role])
        if permission in ROLE_PERMISSIONS[role]:
            assert not isinstance(said, NotAllowed), f"{role} {name}: {said}"
        else:
            assert isinstance(said, NotAllowed), f"{role} {name}: {said!r}"
            assert (permission if permission != OFFICE else "sistem") in said.detail


@pytest.mark.parametrize("name", TABLE)
def test_nobody(house: House, name: str) -> None:
    assert isinstance(refusal(house, name), NotAllowed) is (TABLE[name] != OFFICE)


def test_a_refusal_leaves_no_trace(house: House) -> None:
    for role in ROLES:
        for name in TABLE:
            refusal(house, name, by=house.people[role])
    people = {"person", "membership", "session_", "api_token"}
    with house.office.db.read() as connection:
        for table in metadata.sorted_tables:
            if table.name not in people:
                assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0, table.name
