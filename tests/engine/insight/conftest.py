"""The invented office of tests.engine.core, seen by those who run it."""

from __future__ import annotations

import pytest

from engine.people import Person
from tests.engine.core.conftest import Desk, desk  # noqa: F401  (a fixture here too)

BOSS = Person(50, "hadi", "Hadi Prabowo", (("management", None),))


@pytest.fixture
def boss() -> Person:
    return BOSS
