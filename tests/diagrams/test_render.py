"""bpmn-js opens what ships without complaint and draws all of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PIL import Image

from .render import main
from .walk import ROOT


def test_bpmn_js_draws_a_shipped_sop(tmp_path: Path) -> None:
    picture = tmp_path / "siup.png"
    # As it is used, in a process of its own: Playwright works only once in one.
    command = [sys.executable, "-m", "tests.diagrams.render", str(ROOT / "processes/SIUP/sop.bpmn"), str(picture)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0
    assert done.stderr == ""
    with Image.open(picture) as image:
        assert image.width > 1500 and image.height > 500
        assert len(image.convert("L").getcolors(256) or []) > 2


def test_wrong_use_is_told(capsys: object) -> None:
    assert main(["only-one.bpmn"]) == 2
    assert "python -m tests.diagrams.render" in capsys.readouterr().err  # type: ignore[attr-defined]
