"""A setting that cannot be meant is one clear line, not a traceback; verify reads the files when asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def simyandu(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from engine.cli import main; main()", *arguments],
        env={**os.environ, "SIMYANDU_VAR": str(folder), **env},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SIMYANDU_CLAMD", "clamd"),
        ("SIMYANDU_SMTP_URL", "surel.local"),
        ("SIMYANDU_SMS_URL", "http://gateway.example"),
        ("SIMYANDU_QUIET_HOURS", "malam"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_named(tmp_path: Path, name: str, value: str) -> None:
    done = simyandu(tmp_path, "verify", **{name: value})
    assert done.returncode == 2 and name in done.stderr
    assert "Traceback" not in done.stderr and len(done.stderr.strip().splitlines()) == 1


def test_verify_reads_the_files(tmp_path: Path) -> None:
    assert simyandu(tmp_path, "init").returncode == 0
    assert json.loads(simyandu(tmp_path, "verify", "--files", "--json").stdout)["files"] == 0
    assert "files" not in json.loads(simyandu(tmp_path, "verify", "--json").stdout)
