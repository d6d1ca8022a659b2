"""Every role at every address of pages and API: let in or refused as engine.permissions says and routes.txt shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from engine.errors import NotAllowed
from engine.permissions import PERMISSIONS, ROLE_PERMISSIONS, ROLES
from tests.security.conftest import House
from tests.security.routes import NOTHING, PUBLIC, SIGNED_IN, need, read, routes, written

SAFE = {"GET"}
ROUTES = [row for row in read() if row[3] != PUBLIC]
# Signing in, looking a case up with its secret code, answering an invitation by its signed link, comparing a letter.
UNSAFE_FOR_EVERYBODY = {
    ("web", "POST", "/masuk"),
    ("web", "POST", "/lacak"),
    ("web", "POST", "/undangan/<token>"),
    ("web", "POST", "/cek/<code>"),
}


def path_of(rule: str) -> str:
    """An address of the rule: things that do not exist."""
    filled = re.sub(r"<string\(length=(\d+)\):[^<>]+>", lambda match: "x" * int(match[1]), rule)
    filled = re.sub(r"<(?:int|id)(?:\([^()]*\))?:[^<>]+>", "999999", filled)
    return re.sub(r"<[^<>]+>", "x", filled)


def expected(role: str, needed: str) -> bool:
    """What engine.permissions says."""
    return needed == SIGNED_IN or needed in ROLE_PERMISSIONS[role]


def let_in(house: House, app: str, method: str, path: str, headers: dict[str, str]) -> bool:
    """What the guard says, with nothing done behind it."""
    flask = house.apps[app]
    with flask.test_request_context(path, method=method, headers=headers):
        try:
            answer = flask.preprocess_request()
        except NotAllowed:
            return False
        assert answer is None, f"{method} {path}: {answer}"
        return True


def cells(allowed: bool) -> Iterator[tuple[str, str, str, str]]:
    for role in ROLES:
        for app, method, rule, needed in ROUTES:
            if expected(role, needed) is allowed:
                yield role, app, method, path_of(rule)


def test_the_table_is_what_the_applications_say(house: House) -> None:
    now = written(routes(house.apps))
    known = {row[:3]: row[3] for row in read()}
    changed = {row for row in routes(house.apps) if known.get(row[:3]) != row[3]}
    gone = set(known) - {row[:3] for row in routes(house.apps)}
    assert not changed and not gone, f"python -m tests.security.write_routes; changed {changed}, gone {gone}"
    assert len(now.splitlines()) == len(known) + 2


def test_every_address_names_what_it_needs(house: House) -> None:
    for app, method, rule, needed in routes(house.apps):
        assert needed != NOTHING, f"{app} {method} {rule} names no permission"
        assert needed in PERMISSIONS or needed in (PUBLIC, SIGNED_IN), f"{app} {method} {rule}: {needed}"
        if needed == PUBLIC and method not in SAFE:
            assert (app, method, rule) in UNSAFE_FOR_EVERYBODY


@pytest.mark.parametrize("role", ROLES)
def test_the_guard_decides_as_the_roles_say(house: House, role: str) -> None:
    wrong = [
        (method, rule, needed)
        for app, method, rule, needed in ROUTES
        if let_in(house, app, method, path_of(rule), house.headers(app, role)) is not expected(role, needed)
    ]
    assert wrong == []


def test_both_answers_occur() -> None:
    assert len(list(cells(True))) > 100
    assert len(list(cells(False))) > 100


def test_who_may_not_is_refused_over_http(house: House) -> None:
    for role, app, method, path in cells(False):
        answer = house.ask(app, method, path, house.headers(app, role))
        assert answer.status_code == 403, f"{role} {method} {path}: {answer.status_code}"
        if app == "api":
            assert answer.mimetype == "application/problem+json"


def test_who_may_is_let_in_over_http(house: House) -> None:
    """What is asked for does not exist, or nothing is sent: refused for that, and never for who asks."""
    for role, app, method, path in cells(True):
        if app == "api":
            answer = house.ask(app, method, path, house.headers(app, role))
            assert answer.status_code not in (401, 403), f"{role} {method} {path}: {answer.text}"
            assert answer.status_code < 500


def test_nobody_is_let_in(house: House) -> None:
    for app, method, rule, _ in ROUTES:
        answer = house.ask(app, method, path_of(rule))
        if app == "api":
            assert answer.status_code == 401, f"{method} {rule}"
        else:
            assert answer.status_code == 303, f"{method} {rule}"
            assert answer.headers["Location"].startswith("/masuk")


def test_ended_sessions_and_invented_secrets_are_nobody(house: House) -> None:
    for app, method, rule, _ in ROUTES:
        path = path_of(rule)
        if app == "api":
            for headers in ({"Authorization": "Bearer simyandu_" + "x" * 43}, {"Cookie": "sesi=" + "x" * 43}):
                assert house.ask(app, method, path, headers).status_code == 401, f"{method} {rule}"
        else:
            assert house.ask(app, method, path, {"Cookie": "sesi=" + "x" * 43}).status_code == 303, f"{method} {rule}"


def test_a_token_opens_no_page(house: House) -> None:
    token = house.headers("api", "kabid")
    for app, method, rule, _ in ROUTES:
        if app == "web":
            assert house.ask(app, method, path_of(rule), token).status_code == 303, f"{method} {rule}"


def test_other_sites_cannot_use_a_session_at_the_api(house: House) -> None:
    for app, method, rule, needed in ROUTES:
        if app == "api" and method not in SAFE:
            role = next(role for role in ROLES if expected(role, needed))
            mine = {"Cookie": f"sesi={house.sessions[role]}"}
            for more in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://jahat.example"}):
                assert not let_in(house, app, method, path_of(rule), {**mine, **more}), f"{method} {rule} {more}"
            assert let_in(house, app, method, path_of(rule), {**mine, "Sec-Fetch-Site": "same-origin"})


def test_pages_change_nothing_without_their_form_token(house: House) -> None:
    pages = house.apps["web"]
    pages.config["WTF_CSRF_ENABLED"] = True
    try:
        for app, method, rule, needed in read():
            if app == "web" and method not in SAFE:
                role = next(role for role in ROLES if needed == PUBLIC or expected(role, needed))
                answer = house.ask(app, method, path_of(rule), house.headers(app, role))
                assert answer.status_code == 400, f"{method} {rule}: {answer.status_code}"
    finally:
        pages.config["WTF_CSRF_ENABLED"] = False


def test_a_view_without_a_permission_is_closed(house: House) -> None:
    """Deny by default: forgetting the permission locks a page, it does not open it."""
    for app, path in (("web", "/saya"), ("api", "/api/v1/me")):
        flask = house.apps[app]
        endpoint = next(rule.endpoint for rule in flask.url_map.iter_rules() if rule.rule == path)
        kept = flask.view_functions[endpoint]
        flask.view_functions[endpoint] = lambda: "terbuka"
        try:
            assert need(flask.view_functions[endpoint]) == NOTHING
            for role in ROLES:
                assert house.ask(app, "GET", path, house.headers(app, role)).status_code == 403
            assert house.ask(app, "GET", path).status_code == 403
        finally:
            flask.view_functions[endpoint] = kept
