"""What is not carried out is always a problem document, in the client's language, and never a traceback."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import BASE, Client


def test_unknown_address_and_method(api: Client) -> None:
    assert api.get("loket", "/nix").json["type"] == "http://127.0.0.1:8000/api/docs#not-found"
    answer = api.ask("DELETE", "loket", "/cases")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) >= {"GET", "POST"}
    assert api.app.test_client().get("/").mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"answers": {"a": NaN}}',
        b'{"answers": "\\ud800"}',
        b"\xff\xfe",
        b'{"answers": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"answers": {"a": ' + b'{"a":' * 17 + b"1" + b"}" * 17 + b"}}",
        b'{"answers": {"berkas_sah": "\\u0000"}}',
        b'{"answers": {"\\u0000": "ya"}}',
    ],
)
def test_what_cannot_be_read(api: Client, body: bytes) -> None:
    path = f"/tasks/{api.task(api.desk.registered(), 'periksa')}/complete"
    answer = api.ask("POST", "bidang", path, data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json["title"] == "Permintaan tidak dapat dibaca"


def test_other_kinds_of_body(api: Client) -> None:
    path = f"/tasks/{api.task(api.desk.registered(), 'periksa')}/complete"
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml", ""):
        answer = api.ask("POST", "bidang", path, data=b'{"answers": {}}', content_type=kind)
        assert (answer.status_code, answer.json["type"].rpartition("#")[2]) == (415, "media-type")


def test_too_large(api: Client) -> None:
    path = f"/tasks/{api.task(api.desk.registered(), 'periksa')}/complete"
    body = b'{"answers": {"kekurangan": "' + b"x" * 300_000 + b'"}}'
    answer = api.ask("POST", "bidang", path, data=body, content_type="application/json")
    assert (answer.status_code, answer.json["title"]) == (413, "Terlalu besar")
    data = {"kind": "ktp", "file": (io.BytesIO(b"\x89PNG" + b"x" * 11_000_000), "a.png")}
    assert api.ask("POST", "loket", f"/cases/{api.desk.open()}/documents", data=data).status_code == 413


def test_titles_in_english(api: Client) -> None:
    answer = api.get("loket", "/nix", headers={"Accept-Language": "en-GB,en;q=0.9,id;q=0.5"})
    assert (answer.json["title"], answer.headers["Content-Language"]) == ("Not found", "en")
    for other in ("id", "fr", "", "de;q=x"):
        answer = api.get("loket", "/nix", headers={"Accept-Language": other})
        assert (answer.json["title"], answer.headers["Content-Language"]) == ("Tidak ditemukan", "id")
    wrong = api.post("loket", "/cases/999/withdraw", {"reason": "x"}, headers={"Accept-Language": "en"})
    assert wrong.json["title"] == "Not found"


def test_what_nobody_foresaw_says_nothing(api: Client, broken_view: Callable[[], Any]) -> None:
    answer = api.get("loket", "/me")
    assert answer.status_code == 500
    assert len(answer.json["reference"]) == 12
    assert "sandi" not in answer.text
    assert "Traceback" not in answer.text


def test_nul_in_an_address(api: Client) -> None:
    assert api.get("loket", "/cases?search=%00").status_code == 400
    assert api.get("loket", "/types/%00").status_code == 400


def test_long_addresses_are_not_echoed_whole(api: Client) -> None:
    answer = api.get("loket", "/" + "x" * 9000)
    assert len(answer.json["instance"]) == 2000


def test_a_problem_is_read_by_address(api: Client) -> None:
    """Every kind of problem has its place on the page that `type` names."""
    page = api.app.test_client().get("/api/docs").text
    for answer in (api.get("loket", "/nix"), api.get("admin", "/tasks"), api.post("loket", "/cases", {})):
        assert f'id="{answer.json["type"].rpartition("#")[2]}"' in page
    assert api.app.test_client().get(f"{BASE}/me").json["type"].endswith("#unauthenticated")
