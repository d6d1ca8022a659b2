"""When the frame reminds is data of the type, or of its variant."""

from __future__ import annotations

from datetime import timedelta

import pytest
import yaml

from engine.bundle import Bundle, read_bundle
from engine.check import check
from engine.settings import ROOT
from tests.engine.core.conftest import MONDAY, Desk, bundle

from .conftest import armed
from .frames import Clock, with_clocks


@pytest.mark.parametrize(("variant", "days"), [("baru", 1), ("ulang", 1.5)])
def test_a_type_and_its_variant_say_when(desk: Desk, variant: str, days: float) -> None:
    """A quarter of four days for the type; the variant of two days says three quarters."""
    clocks = Clock("dekat", "janji_hk * ingat_pada", "notifikasi/ingatkan", {"kepada": "bidang"})
    permit = yaml.safe_load(bundle().files["permit.yaml"])
    permit["ingat_pada"] = 0.25
    permit["varian"][1]["ingat_pada"] = 0.75
    files = {**with_clocks(clocks).files, "permit.yaml": yaml.safe_dump(permit).encode()}
    with desk.office.db.write() as connection:
        desk.office.definitions.activate(
            connection, Bundle("UJI", files), from_at=MONDAY, by_name="Uji", decree="Kep. 2", now=MONDAY
        )
    case_id = desk.registered(variant)
    [timer] = [row for row in armed(desk, case_id) if row.element == "t_dekat"]
    assert timer.due_at == {1: MONDAY + timedelta(days=1), 1.5: MONDAY + timedelta(days=1, hours=4)}[days]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [("ingat_pada", 1.2, "antara 0 dan 1"), ("ingat_pada", True, "antara 0 dan 1"), ("lewat_hk", -1, "hari kerja")],
)
def test_what_is_no_share_is_refused_at_the_check(name: str, value: object, told: str) -> None:
    shipped = read_bundle("SIUP", ROOT / "processes", ROOT / "forms")
    permit = yaml.safe_load(shipped.files["permit.yaml"])
    permit["varian"][0][name] = value
    files = {**shipped.files, "permit.yaml": yaml.safe_dump(permit, allow_unicode=True).encode()}
    wrong = [found for found in check(Bundle("SIUP", files)) if found.rule == "permit"]
    assert len(wrong) == 1 and told in wrong[0].message and wrong[0].severity == "error"
