"""Permit types over HTTP."""

from __future__ import annotations

from engine.bundle import read_bundle
from engine.settings import ROOT
from tests.api.conftest import MONDAY, Client


def test_types_in_force(api: Client) -> None:
    told = api.get("loket", "/types").json["items"]
    assert [row["code"] for row in told] == ["UJI"]
    assert told[0]["promise_days"] == 4
    assert told[0]["promise_source"] == "assumed"
    assert told[0]["variants"] == [
        {"code": "baru", "name": "Baru", "promise_days": 4.0},
        {"code": "ulang", "name": "Daftar Ulang", "promise_days": 2.0},
    ]


def test_one_type_tells_its_forms(api: Client) -> None:
    told = api.get("loket", "/types/UJI").json
    assert told["agencies"] == ["BPLH", "DISHUB"]
    assert told["requirements"] == [{"code": "ktp", "text": "KTP", "required": True}]
    form = next(form for form in told["forms"] if form["key"] == "UJI/permohonan")
    assert form["schema"]["required"] == ["usaha"]
    assert form["schema"]["properties"]["ktp"]["type"] == "boolean"
    assert form["schema"]["additionalProperties"] is False
    assert api.get("loket", "/types/NIX").status_code == 404
    assert api.get("loket", "/types/" + "x" * 21).status_code == 404


def test_a_shipped_type(api: Client) -> None:
    """SIUP as it ships: requirements with their sources, money and every form told."""
    bundle = read_bundle("SIUP", ROOT / "processes", ROOT / "forms")
    with api.desk.office.db.write() as connection:
        api.desk.office.definitions.activate(
            connection, bundle, from_at=MONDAY, by_name="Uji", decree="Kep. 2", now=MONDAY
        )
    told = api.get("loket", "/types/SIUP").json
    assert told["name"] == "Surat Izin Usaha Perdagangan (SIUP)"
    assert all(row["source"] for row in told["requirements"])
    assert {row["key"] for row in told["forms"]} == set(bundle.form_keys())
    assert all(form["schema"]["type"] == "object" for form in told["forms"])
