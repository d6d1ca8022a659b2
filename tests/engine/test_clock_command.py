"""`clock add` and `clock between` as an operator uses them, rightly and wrongly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.calendar_admin import Draft, add_line
from engine.cli.clock import clock
from engine.office import Office
from tests.engine.core.conftest import PEOPLE, Desk, desk  # noqa: F401  (a fixture here too)

WRONG = """
jam_buka: {senin: "08:00-16:00"}
tanggal:
  - {tanggal: 2016-02-30, jenis: libur, keterangan: x, dasar: y, sumber: law}
"""


@pytest.fixture(autouse=True)
def no_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an operator has before `simyandu init`."""
    monkeypatch.setenv("SIMYANDU_VAR", str(tmp_path / "kosong"))
    monkeypatch.delenv("SIMYANDU_DATABASE_URL", raising=False)


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


ADD = ("add", "2016-07-18T09:00", "--working-days", "2", "--json")
BETWEEN = ("between", "2016-07-18", "2016-07-21", "--json")
OF_THE_FILE = {"start": "2016-07-18T09:00:00+07:00", "due": "2016-07-20T09:00:00+07:00"}
CLOSED_TOO = {**OF_THE_FILE, "due": "2016-07-21T09:00:00+07:00"}


def _closes(office: Office) -> None:
    add_line(office, Draft("2016-07-19", "", "libur", "Kantor tutup", "SK 1/2016", {}), by=PEOPLE["admin"])


def test_with_a_database_the_days_that_an_administrator_closed_count(desk: Desk) -> None:  # noqa: F811
    url = desk.office.settings.database_url
    assert json.loads(run(*ADD, "--database", url).stdout) == OF_THE_FILE, "nobody has closed a day yet"
    _closes(desk.office)
    assert json.loads(run(*ADD, "--database", url).stdout) == CLOSED_TOO
    assert json.loads(run(*BETWEEN, "--database", url).stdout) == {"working_minutes": 960, "working_days": 2.0}
    assert json.loads(run(*ADD).stdout) == OF_THE_FILE, "without a database the file alone speaks"
    assert json.loads(run(*BETWEEN).stdout) == {"working_minutes": 1440, "working_days": 3.0}


def test_the_database_of_the_environment_is_asked_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    _closes(desk.office)
    monkeypatch.setenv("SIMYANDU_DATABASE_URL", desk.office.settings.database_url)
    assert json.loads(run(*ADD).stdout) == CLOSED_TOO


def test_the_embedded_database_is_found_where_init_made_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    desk: Desk,  # noqa: F811
) -> None:
    if not desk.office.db.is_sqlite:
        return
    _closes(desk.office)
    desk.office.close()
    (tmp_path / "uji.sqlite3").rename(tmp_path / "simyandu.sqlite3")
    monkeypatch.setenv("SIMYANDU_VAR", str(tmp_path))
    assert json.loads(run(*ADD).stdout) == CLOSED_TOO


@pytest.mark.parametrize("url", ["sqlite:///{}/tiada.sqlite3", "sqlite:///{}/kosong.sqlite3", "ini bukan alamat"])
def test_a_database_that_is_not_there_is_one_line_and_not_made(tmp_path: Path, url: str) -> None:
    (tmp_path / "kosong.sqlite3").touch()
    result = run(*ADD, "--database", url.format(tmp_path))
    assert result.exit_code == 2 and result.stdout == ""
    assert result.stderr.startswith("Galat: basis data") and result.stderr.count("\n") == 1
    assert not (tmp_path / "tiada.sqlite3").exists()
