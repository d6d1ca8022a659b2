"""Every role at every command of the engine: who may not is refused before anything is looked at."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

import pytest

import engine
from engine.cases import Applicant
from engine.documents import Stored
from engine.errors import NotAllowed, Refused
from engine.permissions import PERMISSIONS, ROLE_PERMISSIONS, ROLES
from tests.security.conftest import House

# Command -> the permission it needs (None: the office itself), and arguments that lead to nothing that exists.
COMMANDS: dict[str, tuple[str | None, tuple[Any, ...]]] = {
    "engine.automatic.fail_work": (None, (999, 999, "rusak")),
    "engine.automatic.finish_work": (None, (999, 999, {})),
    "engine.automatic.fire": (None, (999,)),
    "engine.automatic.retry_incident": ("incident.retry", (999,)),
    "engine.cases.add_document": (
        "document.add",
        (999, "ktp", "KTP", "ktp.pdf", Stored("0" * 64, 1, "application/pdf")),
    ),
    "engine.cases.claim": ("task.claim", (999,)),
    "engine.cases.complete": ("task.complete", (999, {})),
    "engine.cases.open_case": ("case.open", ("NIX", "baru", Applicant("Sari"))),
    "engine.cases.release": ("task.release", (999,)),
    "engine.cases.resume": ("case.open", (999, {})),
    "engine.cases.return_for_completion": ("case.return", (999, "denah")),
    "engine.cases.withdraw": ("case.withdraw", (999, "pindah")),
}


def commands() -> dict[str, Callable[..., Any]]:
    """Everything in the engine that @command made."""
    found = {}
    for module in pkgutil.walk_packages(engine.__path__, "engine."):
        if module.name.startswith(("engine.cli", "engine.storage")) or module.name.endswith("__main__"):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if callable(value) and hasattr(value, "permission") and hasattr(value, "__wrapped__"):
                found[f"{value.__module__}.{value.__name__}"] = value
    return found


FOUND = commands()


def test_every_command_stands_in_the_table() -> None:
    assert {name: call.permission for name, call in FOUND.items()} == {  # type: ignore[attr-defined]
        name: permission for name, (permission, _) in COMMANDS.items()
    }
    assert {permission for permission, _ in COMMANDS.values()} - {None} <= PERMISSIONS.keys()


def refusal(house: House, name: str, **who: Any) -> Refused | None:
    """What a command says to somebody; None when it had nothing to do."""
    try:
        FOUND[name](house.office, *COMMANDS[name][1], **who)
    except Refused as refused:
        return refused
    return None


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("role", ROLES)
def test_role_and_command(house: House, role: str, name: str) -> None:
    permission = COMMANDS[name][0]
    said = refusal(house, name, by=house.people[role])
    if permission is not None and permission in ROLE_PERMISSIONS[role]:
        assert not isinstance(said, NotAllowed)
    else:
        assert isinstance(said, NotAllowed)
        assert (permission or "sistem") in said.detail


@pytest.mark.parametrize("name", COMMANDS)
def test_nobody(house: House, name: str) -> None:
    assert isinstance(refusal(house, name), NotAllowed) is (COMMANDS[name][0] is not None)


def test_a_refusal_leaves_no_trace(house: House) -> None:
    from sqlalchemy import func, select

    from engine.storage.schema import metadata

    people = {"person", "membership", "session_", "api_token"}
    with house.office.db.read() as connection:
        for table in metadata.sorted_tables:
            if table.name not in people:
                assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0, table.name
