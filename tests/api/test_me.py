"""The person asking and their tokens."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.api.conftest import BASE, MONDAY, Client


def test_me(api: Client) -> None:
    told = api.get("bidang", "/me").json
    assert told["memberships"] == [{"role": "bidang", "scope": "jasa_usaha"}]
    assert told["groups"] == ["bidang:jasa_usaha"]
    assert "task.complete" in told["permissions"]
    assert "case.open" not in told["permissions"]
    assert api.get("loket", "/me").json["groups"] == ["loket", "pemohon"]


def test_make_use_and_revoke(api: Client) -> None:
    made = api.post("bidang", "/tokens", {"name": "skrip", "life_days": 7})
    assert made.status_code == 201
    secret = made.json["token"]
    assert secret.startswith("simyandu_")
    assert made.json["expires_at"] == "2016-07-25T02:00:00Z"
    ask = {"Authorization": f"Bearer {secret}"}
    client = api.app.test_client()
    assert client.get(f"{BASE}/me", headers=ask).json["username"] == "bidang"
    listed = api.get("bidang", "/tokens").json["items"]
    assert {token["name"] for token in listed} == {"uji", "skrip"}
    assert all("token" not in token for token in listed)
    assert secret not in api.get("bidang", "/tokens").text
    mine = f"/tokens/{made.json['id']}"
    assert api.ask("DELETE", "loket", mine).status_code == 404  # somebody else's
    assert client.get(f"{BASE}/me", headers=ask).status_code == 200
    gone = api.ask("DELETE", "bidang", mine)
    assert (gone.status_code, gone.data) == (204, b"")
    assert client.get(f"{BASE}/me", headers=ask).status_code == 401
    assert api.ask("DELETE", "bidang", mine).status_code == 404
    assert api.ask("DELETE", "bidang", "/tokens/x").status_code == 404


def test_wrong_tokens(api: Client) -> None:
    for body, field in (({}, "name"), ({"name": " "}, "name"), ({"name": "x", "life_days": 400}, "life_days")):
        assert api.post("bidang", "/tokens", body).json["errors"][field]
    for life in (1.5, "x", None, 2**63, "9" * 5000, True):
        assert api.post("bidang", "/tokens", {"name": "x", "life_days": life}).json["errors"]["life_days"]
    for number in (b"1" + b"0" * 400, b"1e400", b"-1e400"):
        body = b'{"name": "x", "life_days": ' + number + b"}"
        answer = api.ask("POST", "bidang", "/tokens", data=body, content_type="application/json")
        assert answer.status_code in (400, 422)


def test_a_token_cannot_outlive_itself_through_another(api: Client) -> None:
    first = api.post("bidang", "/tokens", {"name": "satu", "life_days": 5}).json
    ask = {"Authorization": f"Bearer {first['token']}"}
    second = api.app.test_client().post(f"{BASE}/tokens", json={"name": "dua", "life_days": 300}, headers=ask).json
    assert datetime.fromisoformat(second["expires_at"]) == MONDAY + timedelta(days=5)
