"""bpmn-js opens what ships without complaint and draws all of it."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from .render import main
from .walk import ROOT


def test_bpmn_js_draws_a_shipped_sop(tmp_path: Path, capsys: object) -> None:
    picture = tmp_path / "siup.png"
    assert main([str(ROOT / "processes/SIUP/sop.bpmn"), str(picture)]) == 0
    assert capsys.readouterr().err == ""  # type: ignore[attr-defined]
    with Image.open(picture) as image:
        assert image.width > 1500 and image.height > 500
        assert len(image.convert("L").getcolors(256) or []) > 2


def test_wrong_use_is_told(capsys: object) -> None:
    assert main(["only-one.bpmn"]) == 2
    assert "python -m tests.diagrams.render" in capsys.readouterr().err  # type: ignore[attr-defined]
