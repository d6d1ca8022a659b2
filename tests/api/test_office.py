"""Incidents and process versions over HTTP."""

from __future__ import annotations

import io

import pytest

from engine.settings import ROOT
from tests.api.conftest import Client
from tests.engine.core.conftest import failing

BPMN = ROOT / "processes" / "SIUP" / "sop.bpmn"


def test_an_incident_is_seen_and_retried(api: Client) -> None:
    failing["uji/resi"] = "printer mati"
    case_id = api.desk.registered()
    listed = api.get("admin", "/incidents").json
    assert (listed["total"], listed["next"]) == (1, None)
    told = listed["items"][0]
    assert (told["case_id"], told["cause"], told["operator"], told["type"]) == (
        case_id,
        "printer mati",
        "uji/resi",
        "UJI",
    )
    path = f"/incidents/{told['id']}"
    assert api.get("admin", path).json == told
    assert api.get("admin", "/incidents?operator=nix").json["items"] == []
    assert api.get("loket", "/incidents").status_code == 403
    assert api.get("loket", path).status_code == 403
    assert api.post("bidang", f"{path}/retry").status_code == 403
    key = {"Idempotency-Key": "ulang"}
    failing.clear()
    done = api.post("admin", f"{path}/retry", headers=key)
    assert (done.status_code, done.json["state"]) == (200, "berjalan")
    assert api.post("admin", f"{path}/retry", headers=key).json["repeated"] is True
    assert api.post("admin", f"{path}/retry").status_code == 410
    assert api.get("admin", path).json["resolved_at"] == "2016-07-18T02:00:00Z"
    assert api.get("admin", "/incidents").json["items"] == []
    assert api.get("admin", "/incidents/999").status_code == 404
    assert api.post("admin", "/incidents/999/retry").status_code == 404


def test_incidents_are_paged(api: Client) -> None:
    failing["uji/resi"] = "printer mati"
    cases = [api.desk.registered() for _ in range(3)]
    first = api.get("admin", "/incidents?limit=2").json
    rest = api.get("admin", f"/incidents?limit=2&after={first['next']}").json
    assert [row["case_id"] for row in first["items"] + rest["items"]] == cases
    assert rest["next"] is None
    assert api.get("admin", "/incidents?after=x").json["errors"]["after"]


def test_versions_in_force(api: Client) -> None:
    told = api.get("management", "/processes").json["items"]
    assert [(row["code"], row["number"], row["promise_days"]) for row in told] == [("UJI", 1, 4)]
    assert len(told[0]["hash"]) == 64


def test_one_process_and_its_drawings(api: Client) -> None:
    told = api.get("management", "/processes/UJI").json
    assert [row["process"] for row in told["drawings"]] == ["UJI", "kerangka", "tanda"]
    assert [(row["number"], row["by_name"], row["decree"], row["current"]) for row in told["activations"]] == [
        (1, "Uji", "Kep. 1", True)
    ]
    assert told["activations"][0]["from_at"] == "2016-07-18T02:00:00Z"
    for query, process in (("", "UJI"), ("?process=tanda", "tanda"), ("?version=1", "UJI")):
        drawn = api.get("management", f"/processes/UJI/diagram{query}").json
        assert (drawn["process"], drawn["version"]) == (process, 1)
        assert f'id="{process}"' in drawn["xml"]
    assert api.get("management", "/processes/NIX").status_code == 404
    assert api.get("management", "/processes/UJI/diagram?process=nix").status_code == 404
    assert api.get("management", "/processes/UJI/diagram?version=2").status_code == 404
    assert api.get("management", "/processes/UJI/diagram?version=9999999").json["errors"]["version"]


def test_check_a_sound_diagram(api: Client) -> None:
    answer = api.ask("POST", "designer", "/processes/check", data={"file": (BPMN.open("rb"), "sop.bpmn")})
    assert answer.status_code == 200
    assert answer.json["ok"] is True, answer.json["findings"]


def test_check_finds_what_is_wrong(api: Client) -> None:
    broken = BPMN.read_bytes().replace(b'value="umum/', b'value="tiada/', 1)
    answer = api.ask("POST", "designer", "/processes/check", data={"file": (io.BytesIO(broken), "sop.bpmn")})
    assert answer.json["ok"] is False
    found = answer.json["findings"][0]
    assert (found["file"], found["rule"], found["severity"]) == ("sop.bpmn", "form-missing", "error")
    assert found["element"]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "empty"),
        (b"<x", "not-xml"),
        (b"<x/>", "not-bpmn"),
        (b"\xff\xfe<x/>", "encoding"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "doctype"),
        (b"<a>" * 100 + b"</a>" * 100, "too-deep"),
    ],
)
def test_check_never_trips(api: Client, content: bytes, rule: str) -> None:
    answer = api.ask("POST", "designer", "/processes/check", data={"file": (io.BytesIO(content), "x.bpmn")})
    assert (answer.status_code, answer.json["ok"]) == (200, False)
    assert [finding["rule"] for finding in answer.json["findings"]] == [rule]
    assert "/tmp" not in answer.text


def test_check_is_for_designers_and_takes_a_file(api: Client) -> None:
    data = {"file": (io.BytesIO(b"<x/>"), "x.bpmn")}
    assert api.ask("POST", "loket", "/processes/check", data=data).status_code == 403
    assert api.ask("POST", "designer", "/processes/check", data=b"<x/>").status_code == 415
    assert api.ask("POST", "designer", "/processes/check", data={"x": (io.BytesIO(b"1"), "x")}).json["errors"]["file"]
    large = {"file": (io.BytesIO(b"x" * 2_200_000), "x.bpmn")}
    assert api.ask("POST", "designer", "/processes/check", data=large).status_code == 413
