"""Every shipped type passes the check and is walked on every branch: all sequence flows of its drawings are taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.check import check_source
from engine.settings import ROOT
from tests.walker import walked

CODES = sorted(path.parent.name for path in (ROOT / "processes").glob("*/sop.bpmn"))


def test_there_are_types() -> None:
    assert "SIUP" in CODES


@pytest.mark.parametrize("code", CODES)
def test_check_finds_no_error(code: str) -> None:
    findings = check_source(code, ROOT / "processes", ROOT / "forms")
    assert [f for f in findings if f.severity == "error"] == []


@pytest.mark.parametrize("code", CODES)
def test_every_branch_is_walked(code: str, tmp_path: Path) -> None:
    walk = walked(code, tmp_path)
    assert walk.missing == []
    assert walk.problems == []
    assert walk.ends["masih terbuka"] == 0
    assert walk.ends["selesai"] > 0
