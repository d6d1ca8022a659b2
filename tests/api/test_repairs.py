"""Repairs by programs: look, do, propose, consent."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Client


def skip(api: Client) -> tuple[int, dict[str, Any]]:
    case_id = api.desk.registered()
    task = api.task(case_id, "periksa")
    return case_id, {"deed": "skip", "args": {"task": task, "values": {"berkas_sah": "ya"}}}


def test_a_case_is_looked_at_suspended_and_resumed(api: Client) -> None:
    case_id = api.desk.registered()
    base = f"/cases/{case_id}/repairs"
    seen = api.post("admin", f"{base}/preview", {"deed": "suspend"})
    assert seen.status_code == 200 and {clock["fate"] for clock in seen.json["clocks"]} == {"berhenti"}
    assert api.desk.row(case_id).suspended_at is None
    body = {"deed": "suspend", "reason": "Sengketa"}
    done = api.post("admin", base, body, headers={"If-Match": seen.headers["ETag"], "Idempotency-Key": "satu"})
    assert done.status_code == 200 and api.desk.row(case_id).suspended_at is not None
    same = {"If-Match": seen.headers["ETag"], "Idempotency-Key": "satu"}
    assert api.post("admin", base, body, headers=same).json["repeated"]
    task = api.task(case_id, "periksa")
    refused = api.post("bidang", f"/tasks/{task}/complete", {"answers": {"berkas_sah": "ya"}})
    assert refused.status_code == 409 and refused.json["type"].endswith("#suspended")
    assert api.post("admin", base, {"deed": "resume", "reason": "Selesai"}).status_code == 200
    assert api.desk.row(case_id).suspended_at is None


def test_a_second_person_is_asked_for(api: Client) -> None:
    case_id, body = skip(api)
    body["reason"] = "Pejabat wafat"
    alone = api.post("admin", f"/cases/{case_id}/repairs", body)
    assert alone.status_code == 409 and alone.json["type"].endswith("#needs-consent")
    assert api.post("admin", f"/cases/{case_id}/repairs/proposals", body).status_code == 200
    (item,) = api.get("admin", "/repairs").json["items"]
    assert item["mine"] and item["state"] == "menunggu" and item["reason"] == "Pejabat wafat"
    assert api.post("admin", f"/repairs/{item['id']}/consent").status_code == 403
    assert api.post("admin", f"/repairs/{item['id']}/refuse", {"why": "Keliru"}).status_code == 200
    assert api.get("admin", f"/repairs/{item['id']}").json["state"] == "ditarik"
    assert api.desk.at(case_id) == ["periksa"]


@pytest.mark.parametrize(
    "args",
    [
        {"task": True},
        {"task": 2**63},
        {"task": "1"},
        {"task": 1, "values": "x"},
        {"task": 1, "values": {"berkas_sah": ["ya"]}},
        {"answer": 2**63, "values": {}},
        {"name": {"a": 1}, "phone": "x\0"},
        {"person": {}, "group": []},
        {"process": [], "element": {}},
    ],
)
def test_what_makes_no_sense_is_refused_in_words(api: Client, args: dict[str, Any]) -> None:
    case_id = api.desk.registered()
    if "task" in args and args["task"] == 1 and args["task"] is not True:
        args = args | {"task": api.task(case_id, "periksa")}
    for deed in ("skip", "reassign", "answers", "send_back", "applicant"):
        answer = api.post("admin", f"/cases/{case_id}/repairs/preview", {"deed": deed, "args": args})
        assert answer.status_code in (400, 404, 410, 422), (deed, answer.json)
    assert api.post("bidang", f"/cases/{case_id}/repairs/preview", {"deed": "suspend"}).status_code == 403
