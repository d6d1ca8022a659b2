"""An agency joins the Tim Teknis when the application calls for it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from engine.bundle import Bundle, read_bundle
from engine.check import check
from engine.expressions import compile_expression
from engine.services import ServiceError
from engine.services.team import possible_agencies
from engine.settings import ROOT
from engine.storage.schema import events
from tests.engine.services.conftest import Desk

ROW = {"instansi": "dishub", "bila": "unit >= 25 or andalalin", "bawaan": {"unit": 0, "andalalin": False}}


def team(desk: Desk, **answers: Any) -> tuple[list[str], Any]:
    desk.change(facts={"instansi": ["bplh", "satpol_pp"]})
    desk.with_permit(instansi=["bplh", "satpol_pp"], instansi_bila=[{**ROW, "alasan": "wajib andalalin"}])
    desk.answer("HO/permohonan", **answers)
    result = desk.serve("penomoran/resi")
    return desk.case.agencies, result


@pytest.mark.parametrize("answers", [{"unit": 25}, {"andalalin": True}, {"unit": None, "andalalin": True}])
def test_an_agency_joins_when_the_application_says_so(desk: Desk, answers: dict[str, Any]) -> None:
    assert team(desk, **answers) == (["bplh", "satpol_pp", "dishub"], {"instansi": ["bplh", "satpol_pp", "dishub"]})
    told = [row.data for row in desk.rows(events) if row.kind == "agency_joined"]
    assert told == [{"instansi": "dishub", "alasan": "wajib andalalin"}]


@pytest.mark.parametrize("answers", [{}, {"unit": 24, "andalalin": False}, {"unit": None}])
def test_else_it_does_not(desk: Desk, answers: dict[str, Any]) -> None:
    assert team(desk, **answers) == (["bplh", "satpol_pp"], {})
    assert "agency_joined" not in [row.kind for row in desk.rows(events)]


def test_a_condition_that_cannot_be_counted_is_told(desk: Desk) -> None:
    with pytest.raises(ServiceError, match="dishub"):
        team(desk, unit="banyak")
    assert desk.case.resi is None


def test_imb_calls_dishub_only_where_andalalin_is_required() -> None:
    permit = yaml.safe_load((ROOT / "processes/IMB/permit.yaml").read_text(encoding="utf-8"))
    [row] = permit["instansi_bila"]
    rule = compile_expression(row["bila"])
    assert row["instansi"] == "dishub" and "dishub" not in permit["instansi"]
    assert not rule.evaluate(row["bawaan"])
    assert rule.evaluate({**row["bawaan"], "jumlah_unit": 25}) and rule.evaluate(
        {**row["bawaan"], "syarat_andalalin": 1}
    )
    assert possible_agencies(permit)[-1] == "dishub"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({**ROW, "instansi": "entah"}, "`entah` yang tidak ada"),
        ({**ROW, "bila": "import os"}, "tidak terbaca"),
        ({"instansi": "dishub", "bila": "jumlah_rumah > 3"}, "`jumlah_rumah` yang tidak ada isiannya"),
        ("dishub", "harus daftar"),
    ],
)
def test_what_is_wrong_is_said_at_the_check(row: Any, told: str) -> None:
    shipped = read_bundle("SIUP", ROOT / "processes", ROOT / "forms")
    permit = yaml.safe_load(shipped.files["permit.yaml"]) | {"instansi_bila": [row]}
    files = {**shipped.files, "permit.yaml": yaml.safe_dump(permit, allow_unicode=True).encode()}
    wrong = [found for found in check(Bundle("SIUP", files)) if found.rule == "team"]
    assert len(wrong) == 1 and told in wrong[0].message and wrong[0].severity == "error"
