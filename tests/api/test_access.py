"""Who is let in: tokens, the pages' session, deny by default, how often."""

from __future__ import annotations

from typing import Any

import pytest

from api import limits
from api.app import create_api
from engine.people import set_active, start_session
from tests.api.conftest import BASE, PEOPLE, Client


def plain(api: Client, method: str, path: str, **more: Any) -> Any:
    return api.app.test_client(use_cookies=False).open(BASE + path, method=method, **more)


def session(api: Client, who: str = "loket") -> dict[str, str]:
    with api.desk.office.db.write() as connection:
        return {"Cookie": f"sesi={start_session(connection, PEOPLE[who].id, api.desk.office.now())}"}


def test_nobody_is_asked_to_show_a_token(api: Client) -> None:
    answer = plain(api, "GET", "/me")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="simyandu"'


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer nix", "Basic bG9rZXQ6eA==", "x", "Bearer " + "x" * 5000, "Bearer \u00e9"]
)
def test_unknown_tokens(api: Client, header: str) -> None:
    answer = plain(api, "GET", "/me", headers={"Authorization": header})
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_wrong_token_is_not_saved_by_a_session(api: Client) -> None:
    assert plain(api, "GET", "/me", headers={"Authorization": "Bearer nix", **session(api)}).status_code == 401


def test_tokens_end(api: Client) -> None:
    assert api.get("loket", "/me").json["username"] == "loket"
    api.desk.clock.advance(days=91)
    assert api.get("loket", "/me").status_code == 401


def test_a_closed_account_is_closed_at_once(api: Client) -> None:
    assert api.get("loket", "/me").status_code == 200
    with api.desk.office.db.write() as connection:
        set_active(connection, PEOPLE["loket"].id, False)
    assert api.get("loket", "/me").status_code == 401


def test_the_pages_session_reads(api: Client) -> None:
    mine = session(api)
    assert plain(api, "GET", "/me", headers=mine).json["username"] == "loket"
    assert plain(api, "GET", "/me", headers={**mine, "Sec-Fetch-Site": "cross-site"}).status_code == 200
    api.desk.clock.advance(minutes=31)
    assert plain(api, "GET", "/me", headers=mine).status_code == 401


def test_the_pages_session_changes_from_the_same_origin_only(api: Client) -> None:
    mine = session(api)
    made = {"name": "uji", "life_days": 1}
    for site in ("cross-site", "same-site", "none", ""):
        answer = plain(api, "POST", "/tokens", json=made, headers={**mine, "Sec-Fetch-Site": site})
        assert answer.status_code == 403
    for origin in ("https://jahat.example", "null", "", "http://localhost.jahat.example"):
        assert plain(api, "POST", "/tokens", json=made, headers={**mine, "Origin": origin}).status_code == 403
    assert plain(api, "POST", "/tokens", json=made, headers=mine).status_code == 403
    cross = {**mine, "Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}
    assert plain(api, "POST", "/tokens", json=made, headers=cross).status_code == 403
    assert plain(api, "GET", "/tokens", headers=mine).json["items"] == []
    assert (
        plain(api, "POST", "/tokens", json=made, headers={**mine, "Sec-Fetch-Site": "same-origin"}).status_code == 201
    )
    assert plain(api, "POST", "/tokens", json=made, headers={**mine, "Origin": "http://localhost"}).status_code == 201
    ours = {**mine, "Origin": "http://127.0.0.1:8000"}  # where the settings say the office is
    assert plain(api, "POST", "/tokens", json=made, headers=ours).status_code == 201


def test_a_view_that_names_no_permission_is_refused(api: Client) -> None:
    api.app.view_functions["me.who"] = lambda: "terbuka"
    assert api.get("loket", "/me").status_code == 403
    assert plain(api, "GET", "/me").status_code == 403


def test_headers_of_every_answer(api: Client) -> None:
    for answer in (api.get("loket", "/me"), plain(api, "GET", "/me"), api.get("loket", "/nix")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Set-Cookie" not in answer.headers


def test_unknown_tokens_are_counted(limited: Client) -> None:
    bad = {"Authorization": "Bearer nix"}
    found = [plain(limited, "GET", "/me", headers={**bad}).status_code for _ in range(31)]
    assert found == [401] * 30 + [429]
    answer = plain(limited, "GET", "/me", headers={"Authorization": "Bearer lain"})
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert limited.get("loket", "/me").status_code == 200  # who is known goes on


def test_requests_are_counted_a_token(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits.GENERAL == "600/minute"
    monkeypatch.setattr(limits, "GENERAL", "5/minute")
    served = Client(api.desk, create_api(api.desk.office))
    assert [served.get("loket", "/me").status_code for _ in range(6)] == [200] * 5 + [429]
    answer = served.get("loket", "/types")
    assert (answer.status_code, answer.json["title"]) == (429, "Terlalu banyak permintaan")
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    assert served.get("bidang", "/me").status_code == 200
    assert [api.get("loket", "/me").status_code for _ in range(6)] == [200] * 6  # where nothing is counted
