"""An office with one person of every role, signed in and with a token; pages and API over it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask

from api.app import create_api
from engine.clock import FixedClock
from engine.office import Office
from engine.people import Person, add_person, create_token, start_session
from engine.permissions import ROLES, SCOPED_ROLES
from engine.settings import Settings
from tests.engine.core.conftest import MONDAY
from web.app import create_app

SCOPES = {"bidang": "jasa_usaha", "kabid": "jasa_usaha", "tim_teknis": "BPLH", "camat": "Bekasi Barat"}


@dataclass
class House:
    """people: role -> person. tokens, sessions: role -> secret."""

    office: Office
    apps: dict[str, Flask]
    people: dict[str, Person] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)

    def headers(self, app: str, role: str) -> dict[str, str]:
        """How somebody of this role asks: a token for the API, a session for the pages."""
        if app == "api":
            return {"Authorization": f"Bearer {self.tokens[role]}"}
        return {"Cookie": f"sesi={self.sessions[role]}"}

    def ask(self, app: str, method: str, path: str, headers: dict[str, str] | None = None) -> Any:
        return self.apps[app].test_client(use_cookies=False).open(path, method=method, headers=headers)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("kantor")
    settings = Settings(database_url=f"sqlite:///{folder / 'uji.sqlite3'}", var_dir=folder, secret="uji")
    office = Office(settings, FixedClock(MONDAY))
    office.db.create_all()
    pages = create_app(office)
    pages.config["WTF_CSRF_ENABLED"] = False  # the guard is judged here; form tokens have a test of their own
    found = House(office, {"api": create_api(office, rate_limit=False), "web": pages})
    with office.db.write() as connection:
        for role in ROLES:
            held = [(role, SCOPES[role] if role in SCOPED_ROLES else None)]
            person = add_person(connection, role, f"Si {role}", held, MONDAY)
            found.people[role] = person
            found.tokens[role] = create_token(connection, person.id, "uji", MONDAY)
            found.sessions[role] = start_session(connection, person.id, MONDAY)
    yield found
    office.close()
