"""Pages over a real office: the invented type UJI of tests.engine.core, on a SQLite database, with people signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from engine.people import Person, start_session
from engine.storage.people_tables import memberships
from tests.engine.core.conftest import PEOPLE, Desk, desk  # noqa: F401  (a fixture of the pages too)
from web.app import create_app
from web.security import COOKIE


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """What differs between databases is tested in the engine; pages run on SQLite."""
    return f"sqlite:///{tmp_path / 'halaman.sqlite3'}"


@dataclass
class Answer:
    """What came back. doc: its HTML, text: what a person reads of it, spaces folded."""

    response: TestResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def path(self) -> str:
        return self.response.request.path

    @property
    def doc(self) -> html.HtmlElement:
        return html.document_fromstring(self.response.get_data(as_text=True))

    @property
    def text(self) -> str:
        return " ".join(self.doc.text_content().split())

    def form(self, action: str) -> html.FormElement:
        """The form that posts (or leads) to this address."""
        found = [form for form in self.doc.forms if form.get("action") == action]
        assert found, f"no form to {action}: {[form.get('action') for form in self.doc.forms]}"
        return found[0]


class Visitor:
    """Somebody at a browser: follows redirects, sends forms with all that is hidden in them."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **options: Any) -> Answer:
        return Answer(self.client.get(path, follow_redirects=True, **options))

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> Answer:
        """A post without a page before it; carries a form token."""
        token = self.get("/saya").doc.xpath("//meta[@name='csrf-token']/@content")[0]
        sent = {"csrf_token": token, **(data or {})}
        return Answer(self.client.post(path, data=sent, follow_redirects=True, **options))

    def send(self, form: html.FormElement, to: str | None = None, **values: Any) -> Answer:
        """Send a form as its page holds it, with these values on top; to: the formaction of another button."""
        data: dict[str, Any] = {}
        for name, value in form.form_values():
            data.setdefault(name, []).append(value)
        data |= values
        kind = {"content_type": "multipart/form-data"} if form.get("enctype") else {}
        return Answer(self.client.post(to or form.get("action"), data=data, follow_redirects=True, **kind))


@pytest.fixture
def app(desk: Desk) -> Flask:  # noqa: F811
    """The application over the desk's office, everybody's roles in the tables."""
    rows = [
        {"person_id": person.id, "role": role, "scope": scope or ""}
        for person in PEOPLE.values()
        for role, scope in person.memberships
    ]
    with desk.office.db.write() as connection:
        connection.execute(memberships.insert(), rows)
    return create_app(desk.office)


@pytest.fixture
def visit(app: Flask, desk: Desk) -> Callable[[str], Visitor]:  # noqa: F811
    """visit("loket"): that person's browser, signed in."""

    def enter(name: str) -> Visitor:
        person: Person = PEOPLE[name]
        with desk.office.db.write() as connection:
            token = start_session(connection, person.id, desk.office.now())
        client = app.test_client()
        client.set_cookie(COOKIE, token)
        return Visitor(client)

    return enter
