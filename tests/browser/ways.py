"""How to reach every address that the pages have: for each rule of the url_map somebody who may see it, and values from
what stands in the office. A new page is found by itself when its arguments are called after a table (`visit_id`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from engine import repair
from engine.office import Office
from engine.people import Person, start_session
from engine.storage.letter_tables import letters
from engine.storage.people_tables import memberships, persons
from engine.storage.schema import activations, cases, metadata, outbox
from web.app import create_app
from web.security import COOKIE

MOST_VALUES, MOST_MISSES = 300, 2  # values of an address, people for whom one leads nowhere
MANY = frozenset({"tim_teknis", "camat"})  # one of each is enough
APART = {"deed", "edition"}  # arguments each of whose values is a page of its own
ASKED = {"/rapat/jadwal": "?permohonan={case_id}", "/sop/<code>/beda": "?dari=1&ke=2"}  # pages of nothing without
Values = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """rule: as the url_map writes it. path: one address of it. cookie: of somebody who may see it, None for everybody.
    html: a page and not a file; whole: with a head, not a part that another page loads. tried: what came back, when
    nothing did well."""

    rule: str
    path: str = ""
    cookie: str | None = None
    html: bool = False
    whole: bool = False
    tried: str = ""

    @property
    def reached(self) -> bool:
        return bool(self.path)


def pages(office: Office) -> list[Page]:
    """Every rule that a GET can ask for, in order."""
    app = create_app(office)
    people, facts = _people(office), list(_facts(office))
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())]
    found = []
    for rule in sorted(rules, key=lambda rule: rule.rule):
        for apart in _apart(rule, facts):
            found.append(_reach(app, rule, people, [row for row in facts if apart.items() <= row.items()]))
    return found


def _apart(rule: Rule, facts: list[Values]) -> list[Values]:
    """Values that make pages of their own."""
    for name in APART & rule.arguments:
        return [{name: value} for value in dict.fromkeys(row[name] for row in facts if name in row)]
    return [{}]


def _reach(app: Flask, rule: Rule, people: list[tuple[Person, str]], facts: list[Values]) -> Page:
    view = app.view_functions[rule.endpoint]
    need = getattr(view, "permission", None)
    may: list[Any] = [(None, None)]
    if not getattr(view, "public", False):
        may = [row for row in people if need is None or row[0].may(need)]
    query = ASKED.get(rule.rule, "")
    names = rule.arguments | {name for _, name, _, _ in Formatter().parse(query) if name}
    wanted = [values for values in facts if names <= values.keys()] if names else [{}]
    if not wanted:
        return Page(rule.rule, tried=f"nothing in the office is called {', '.join(sorted(names))}")
    seen: Counter[str] = Counter()
    adapter = app.url_map.bind("127.0.0.1")
    told = [
        dict(pairs) for pairs in dict.fromkeys(tuple((name, row[name]) for name in sorted(names)) for row in wanted)
    ]
    for values in told[:MOST_VALUES]:
        path = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}) + query.format(**values)
        misses = 0
        for _, cookie in may:
            answer = _asked(app, path, cookie)
            if answer.status_code == 200:
                html = answer.mimetype == "text/html"
                return Page(rule.rule, path, cookie, html, html and "<html" in answer.get_data(as_text=True)[:2000])
            seen[answer.status] += 1
            misses += answer.status_code != 403
            if misses == MOST_MISSES:
                break
    return Page(rule.rule, tried=", ".join(f"{status} x {times}" for status, times in seen.items()) or "nobody may")


def _asked(app: Flask, path: str, cookie: str | None) -> TestResponse:
    client = app.test_client()
    if cookie:
        client.set_cookie(COOKIE, cookie)
    return client.get(path)


def _people(office: Office) -> list[tuple[Person, str]]:
    """One person of each role (of each bidang), signed in."""
    found: dict[str, tuple[Person, str]] = {}
    with office.db.write() as connection:
        query = select(persons.c.id, persons.c.username, persons.c.name).order_by(persons.c.id)
        for row in list(connection.execute(query)):
            held = connection.execute(
                select(memberships.c.role, memberships.c.scope).where(memberships.c.person_id == row.id)
            )
            person = Person(row.id, row.username, row.name, tuple((role, scope or None) for role, scope in held))
            kind = "+".join(sorted(person.roles if person.roles & MANY else person.groups))
            if kind not in found:
                found[kind] = person, start_session(connection, person.id, office.now())
    return list(found.values())


def _facts(office: Office) -> Iterator[Values]:
    """What an address may be about: rows of every table, types with their steps and forms, secret codes and links."""
    with office.db.read() as connection:
        for row in connection.execute(select(activations.c.code).distinct()).scalars():
            version = office.definitions.active(connection, row, office.now())
            yield {"code": row}
            for process in version.processes.values():
                for element in process.elements.values():
                    yield {"code": row, "process": process.id, "element": element.id}
                    if form := element.properties.get("form"):
                        yield {"code": row, "key": version.form_key(form)}
        for code in connection.execute(select(cases.c.public_code).where(cases.c.public_code.is_not(None))).scalars():
            yield {"code": code}
        for ident in connection.execute(select(cases.c.id).where(cases.c.closed_at.is_(None))).scalars():
            yield from ({"case_id": ident, "deed": deed} for deed in repair.NAMES)
        for table in metadata.tables.values():
            names = _called(table.name)
            for row in connection.execute(table.select().limit(400)).mappings():
                about = {name: value for name, value in row.items() if name.endswith(("_id", "code")) and value}
                if "id" in row:
                    about |= dict.fromkeys(names, row["id"])
                yield about
                if table is letters:
                    yield from (about | {"edition": edition} for edition in ("perbaikan", "duplikat"))
        for data in connection.execute(select(outbox.c.data)).scalars():
            for value in data.values():
                if isinstance(value, str) and value.startswith("http"):
                    yield {"token": urlsplit(value).path.rpartition("/")[2]}


def _called(table: str) -> list[str]:
    """What an argument is called that means a row of this table."""
    words = ("case", *table.split("_")) if table == "case_file" else (table, *table.split("_")[-1:])
    return [f"{word}_id" for word in dict.fromkeys(words)]
