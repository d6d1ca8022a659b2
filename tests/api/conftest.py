"""The API of a small real office (the type UJI of tests/engine/core), asked with tokens as programs do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert

from api.app import create_api
from engine.people import Person, create_token
from engine.storage.people_tables import memberships, persons
from tests.engine.core.conftest import MONDAY, PEOPLE, Desk, desk

__all__ = ["MONDAY", "PEOPLE", "Client", "Desk", "api", "desk"]

MORE = {
    "designer": Person(7, "designer", "Dedi Desain", (("designer", None),)),
    "management": Person(8, "management", "Maya Pimpinan", (("management", None),)),
}
BASE = "/api/v1"


@dataclass
class Client:
    """Shortcuts of a test: who asks for what. Every answer is checked for what holds of all answers."""

    desk: Desk
    app: Flask
    tokens: dict[str, str] = field(default_factory=dict)

    def token(self, who: str) -> str:
        if who not in self.tokens:
            person = (PEOPLE | MORE)[who]
            with self.desk.office.db.write() as connection:
                self.tokens[who] = create_token(connection, person.id, "uji", self.desk.office.now())
        return self.tokens[who]

    def ask(self, method: str, who: str, path: str, *, headers: dict[str, str] | None = None, **more: Any) -> Any:
        given = {"Authorization": f"Bearer {self.token(who)}", **(headers or {})}
        answer = self.app.test_client(use_cookies=False).open(BASE + path, method=method, headers=given, **more)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        if answer.status_code >= 400:
            assert answer.mimetype == "application/problem+json"
            assert {"type", "title", "status", "detail", "instance"} <= answer.json.keys()
            assert answer.json["status"] == answer.status_code
        return answer

    def get(self, who: str, path: str, **more: Any) -> Any:
        return self.ask("GET", who, path, **more)

    def post(self, who: str, path: str, json: Any = None, **more: Any) -> Any:
        return self.ask("POST", who, path, **({"json": json} if json is not None else {}), **more)

    def task(self, case_id: int, element: str) -> int:
        return next(int(row.id) for row in self.desk.tasks(case_id) if row.element == element)


def hire(desk: Desk) -> None:
    """Roles of everybody, as sign-in and tokens read them."""
    with desk.office.db.write() as connection:
        connection.execute(
            insert(persons),
            [
                {
                    "id": p.id,
                    "username": p.username,
                    "name": p.name,
                    "password_hash": "-",
                    "active": True,
                    "locale": "id",
                    "created_at": MONDAY,
                }
                for p in MORE.values()
            ],
        )
        rows = [
            {"person_id": p.id, "role": role, "scope": scope or ""}
            for p in (PEOPLE | MORE).values()
            for role, scope in p.memberships
        ]
        connection.execute(insert(memberships), rows)


@pytest.fixture
def api(desk: Desk) -> Client:
    """Asked without a limit on how often."""
    hire(desk)
    return Client(desk, create_api(desk.office, rate_limit=False))


@pytest.fixture
def limited(desk: Desk) -> Client:
    """The API as it is served."""
    hire(desk)
    return Client(desk, create_api(desk.office))


@pytest.fixture
def broken_view(api: Client) -> Iterator[Callable[[], Any]]:
    """Makes a view of the API fail as nobody foresaw."""
    kept = api.app.view_functions["me.who"]

    def fail() -> Any:
        raise RuntimeError("sandi rahasia di baris 42")

    fail.permission = None  # type: ignore[attr-defined]
    api.app.view_functions["me.who"] = fail
    yield fail
    api.app.view_functions["me.who"] = kept
