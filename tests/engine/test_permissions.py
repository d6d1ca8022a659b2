"""Roles and permissions: nothing that was not given."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import permissions
from engine.permissions import PERMISSIONS, ROLE_PERMISSIONS, ROLES, SCOPED_ROLES, may

ROOT = Path(__file__).parents[2]


def test_every_role_is_named_and_every_permission_exists() -> None:
    assert set(ROLE_PERMISSIONS) == set(ROLES)
    assert set(ROLES) >= SCOPED_ROLES
    assert frozenset().union(*ROLE_PERMISSIONS.values()) <= set(PERMISSIONS)
    assert all(text.strip() for text in [*PERMISSIONS.values(), *ROLES.values()])


def test_every_permission_is_held_by_somebody() -> None:
    assert set(PERMISSIONS) == frozenset().union(*ROLE_PERMISSIONS.values())


@given(st.lists(st.text()), st.sampled_from(sorted(PERMISSIONS)))
def test_unknown_roles_carry_nothing(roles: list[str], permission: str) -> None:
    strangers = [role for role in roles if role not in ROLES]
    assert not may(strangers, permission)
    assert may([*strangers, "loket"], permission) == (permission in ROLE_PERMISSIONS["loket"])


def test_duties_are_separate() -> None:
    holders = {
        permission: {role for role, given in ROLE_PERMISSIONS.items() if permission in given}
        for permission in PERMISSIONS
    }
    assert holders["case.open"] == {"loket"}
    assert holders["admin.users"] == {"admin"}
    assert holders["process.draft"] == {"designer"}
    assert holders["process.activate"] == {"designer", "kepala_badan"}
    # Who runs the machine, draws SOPs or only watches does not decide about applications.
    assert not holders["task.complete"] & {"admin", "designer", "management"}
    assert "case.search" not in ROLE_PERMISSIONS["tim_teknis"]


def test_an_unknown_permission_fails_a_test_and_is_denied_in_the_office(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeyError, match=r"case\.opne"):
        may(["loket"], "case.opne")
    monkeypatch.setattr(permissions, "unknown_raises", False)
    assert not may(["loket", "admin"], "case.opne")


def test_the_rooms_ask_only_for_permissions_that_exist() -> None:
    asked = {
        name
        for room in ("engine", "web", "api")
        for path in (ROOT / room).rglob("*.py")
        for name in re.findall(r"""\bmay(?:=|\()["']([a-z_]+\.[a-z_]+)["']""", path.read_text())
    }
    assert asked <= set(PERMISSIONS)
