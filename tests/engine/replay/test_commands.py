"""The operator's commands: what they print, and how they end."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest


def simyandu(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from engine.cli import main; main()", *words]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "SIMYANDU_VAR": str(folder)})


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose database holds a finished replay."""
    folder = tmp_path_factory.mktemp("replay")
    done = simyandu(folder, "replay", "--year", "2016", "--codes", "IPTM", "--share", "0.001", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    result = json.loads(done.stdout)
    assert result.keys() == {
        *("cases_opened", "cases_closed", "tasks_completed", "events", "seconds", "tasks_per_second", "step_ms"),
        *("late_cases", "by_type"),
    }
    assert result["by_type"] == {"IPTM": {"opened": 7, "closed": 7}} and result["step_ms"].keys() == {"p50", "p95"}
    return folder


def test_again_needs_resume(played: Path) -> None:
    refused = simyandu(played, "replay", "--codes", "IPTM", "--share", "0.001")
    assert refused.returncode == 2 and refused.stderr.startswith("Galat: ") and refused.stderr.count("\n") == 1
    same = simyandu(played, "replay", "--codes", "IPTM", "--share", "0.001", "--resume", "--json")
    assert same.returncode == 0 and json.loads(same.stdout)["cases_closed"] == 7


@pytest.mark.parametrize("words", [
    ("replay", "--codes", "XX"),
    ("replay", "--codes", "IPTM", "--share", "2"),
    ("replay", "--codes", "IPTM", "--year", "1999"),
    ("replay", "--workers", "0"),
    ("verify", "--case", "999999"),
    ("bench", "nothing"),
])  # fmt: skip
def test_wrong_use_is_one_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert simyandu(tmp_path, "init").returncode == 0
    done = simyandu(tmp_path, *words)
    assert done.returncode == 2 and "Traceback" not in done.stderr and done.stdout == ""
    assert done.stderr.count("\n") == 1


def test_verify_finds_what_was_changed(played: Path) -> None:
    clean = simyandu(played, "verify", "--json")
    assert clean.returncode == 0
    told = json.loads(clean.stdout)
    assert told["ok"] is True and told["cases"] == 7 and told["events"] > 7 and told["problems"] == []
    database = sqlite3.connect(played / "simyandu.sqlite3")
    with database:
        database.execute("UPDATE event SET kind = 'palsu' WHERE case_id = 3 AND seq = 2")
    database.close()
    broken = simyandu(played, "verify", "--json")
    assert broken.returncode == 1 and json.loads(broken.stdout)["ok"] is False
    assert "permohonan 3" in simyandu(played, "verify").stdout
