"""`clock add` and `clock between` as an operator uses them, rightly and wrongly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.cli.clock import clock

WRONG = """
jam_buka: {senin: "08:00-16:00"}
tanggal:
  - {tanggal: 2016-02-30, jenis: libur, keterangan: x, dasar: y, sumber: law}
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(clock, arguments)


def test_clock_add_prints_start_and_due() -> None:
    result = run("add", "2016-07-01T10:30", "--working-days", "1.5", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"start": "2016-07-01T10:30:00+07:00", "due": "2016-07-11T14:30:00+07:00"}
    same = run("add", "2016-07-01T03:30:00Z", "--working-days", "1.5", "--json")
    assert json.loads(same.stdout) == json.loads(result.stdout)
    opening = run("add", "2016-09-27", "--working-days", "1", "--json")
    assert json.loads(opening.stdout) == {"start": "2016-09-29T08:00:00+07:00", "due": "2016-09-30T08:00:00+07:00"}


def test_clock_between_prints_minutes_and_days() -> None:
    result = run("between", "2016-09-26", "2016-09-30 12:00", "--json")
    assert json.loads(result.stdout) == {"working_minutes": 1200, "working_days": 2.5}
    backwards = run("between", "2016-09-30T12:00", "2016-09-26", "--json")
    assert json.loads(backwards.stdout) == {"working_minutes": -1200, "working_days": -2.5}


def test_clock_speaks_indonesian_to_people() -> None:
    result = run("add", "2016-07-01T10:30", "--working-days", "1,5")
    assert "Senin, 11 Juli 2016 14.30 WIB (1,5 hari kerja)" in result.stdout
    assert run("between", "2016-07-01", "2016-07-12").stdout == "2 hari kerja (960 menit kerja)\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "kemarin", "--working-days", "1"),
        ("add", "2016-02-30", "--working-days", "1"),
        ("add", "2016-07-01"),
        ("add", "--working-days", "1"),
        ("add", "2016-07-01", "--working-days"),
        ("add", "2016-07-01", "--working-days", "banyak"),
        ("add", "2016-07-01", "--working-days", "-1"),
        ("add", "2016-07-01", "--working-days", "nan"),
        ("add", "2016-07-01", "--working-days", "1e30"),
        ("add", "2016-07-01", "2016-07-02", "--working-days", "1"),
        ("add", "2016-07-01", "--working-days", "1", "--xml"),
        ("add", "2041-01-01", "--working-days", "1"),
        ("add", "0001-01-01T00:00+14:00", "--working-days", "1"),
        ("between", "2016-07-01"),
        ("between", "2016-07-01", "9999-12-31T23:59-14:00"),
        ("subtract", "2016-07-01"),
    ],
)
def test_wrong_use_is_one_line_and_exit_two(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("Galat: ") and result.stderr.count("\n") == 1


def test_a_wrong_calendar_file_is_a_problem_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "kalender.yaml").write_text(WRONG)
    monkeypatch.setenv("SIMYANDU_PROCESSES", str(tmp_path))
    result = run("add", "2016-07-01", "--working-days", "1")
    assert result.exit_code == 1
    assert "2016-02-30" in result.stderr and result.stderr.count("\n") == 1
