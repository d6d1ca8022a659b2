"""simyandu processes: list, check, activate, as an operator and a check see them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.cli import main
from engine.clock import SystemClock
from engine.office import Office
from engine.people import add_person
from engine.settings import ROOT, Settings
from engine.storage.migrations import upgrade

Run = Any


@pytest.fixture
def office(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("SIMYANDU_VAR", str(tmp_path))
    monkeypatch.setenv("SIMYANDU_DATABASE_URL", database_url)
    office = Office(Settings.from_env())
    upgrade(office.db)
    with office.db.write() as connection:
        now = SystemClock().now()
        add_person(connection, "sari", "Sari Penyusun", [("designer", None)], now)
        add_person(connection, "lina", "Lina Loket", [("loket", None)], now)
    yield office
    office.close()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["simyandu", *arguments])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def activate(run: Run, source: str, by: str = "sari", *more: str) -> tuple[int, str, str]:
    return run("processes", "activate", source, "--by", by, "--decree", "Kep. 1/2016", "--json", *more)


def test_list_tells_counts_and_what_is_in_force(office: Office, run: Run) -> None:
    code, out, _ = run("processes", "list", "--json")
    before = {row["code"]: row for row in json.loads(out)}
    assert code == 0
    assert set(before["SIUP"]) == {
        *("code", "name", "family", "version", "user_tasks", "service_tasks", "timers", "sop_working_days", "active")
    }
    assert before["SIUP"]["active"] is False and before["SIUP"]["version"] is None
    # penerbitan, the phase that SIUP calls, has four steps of its own at least
    assert before["SIUP"]["user_tasks"] > 4 and before["SIUP"]["sop_working_days"] == 3
    assert set(before) == {path.parent.name for path in (ROOT / "processes").glob("*/sop.bpmn")}
    assert activate(run, "SIUP")[0] == 0
    after = {row["code"]: row for row in json.loads(run("processes", "list", "--json")[1])}
    assert after["SIUP"] == {**before["SIUP"], "version": 1, "active": True}


def test_activation_is_kept_with_who_and_why(office: Office, run: Run) -> None:
    code, out, _ = activate(run, "SIUP", "sari", "--from", "2016-07-01")
    assert (code, json.loads(out)) == (0, {"code": "SIUP", "version": 1, "from": "2016-06-30T17:00:00+00:00"})
    from sqlalchemy import select

    from engine.storage.schema import activations

    with office.db.read() as connection:
        row = connection.execute(select(activations)).one()
    assert (row.code, row.by_name, row.decree) == ("SIUP", "Sari Penyusun", "Kep. 1/2016")


def test_the_same_files_are_the_same_version(office: Office, run: Run) -> None:
    assert json.loads(activate(run, "SIUP")[1])["version"] == 1
    assert json.loads(activate(run, "SIUP")[1])["version"] == 1


@pytest.mark.parametrize(("by", "words"), [("lina", "tidak berwenang"), ("nobody", "tidak ditemukan")])
def test_only_who_may_activates(office: Office, run: Run, by: str, words: str) -> None:
    code, out, err = activate(run, "SIUP", by)
    assert (code, out) == (2, "")
    assert words in err and err.count("\n") == 1
    assert all(not row["active"] for row in json.loads(run("processes", "list", "--json")[1]))


def test_a_closed_account_activates_nothing(office: Office, run: Run) -> None:
    from engine.people import by_username, set_active

    with office.db.write() as connection:
        set_active(connection, by_username(connection, "sari").id, False)
    assert activate(run, "SIUP")[0] == 2


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A diagram whose first user task has lost its form."""
    path = tmp_path / "rusak.bpmn"
    text = (ROOT / "processes" / "SIUP" / "sop.bpmn").read_text()
    start = text.index('<spiffworkflow:property name="form"')
    path.write_text(text[:start] + text[text.index("/>", start) + 2 :])
    return path


def test_check_finds_and_activation_is_refused(office: Office, run: Run, broken: Path) -> None:
    code, out, _ = run("processes", "check", str(broken), "--json")
    findings = json.loads(out)
    assert code == 1
    assert findings[0]["severity"] == "error" and findings[0]["file"] == str(broken)
    assert set(findings[0]) == {"file", "element", "rule", "severity", "message"}
    code, out, err = activate(run, str(broken))
    assert code == 1 and "Tidak diberlakukan" in err
    assert json.loads(out)[0] == findings[0]
    assert all(not row["active"] for row in json.loads(run("processes", "list", "--json")[1]))


def test_not_a_diagram_is_a_finding_too(office: Office, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bukan.bpmn"
    path.write_text("<html/>")
    code, out, _ = run("processes", "check", str(path), "--json")
    assert code == 1 and json.loads(out)[0]["element"] is None
    assert activate(run, str(path))[0] == 1


def test_check_of_a_sound_type_passes(office: Office, run: Run) -> None:
    code, out, _ = run("processes", "check", "SIUP", "--json")
    assert code == 0
    assert {row["severity"] for row in json.loads(out)} <= {"warning"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "tidak-ada.bpmn"),
        ("activate", "TIDAKADA", "--by", "sari", "--decree", "x"),
        ("activate", "SIUP", "--by", "sari", "--decree", "  "),
        ("activate", "SIUP", "--by", "sari", "--decree", "x", "--from", "besok"),
        ("activate", "SIUP", "--by", "sari"),
    ],
)
def test_wrong_use_is_one_line_and_exit_2(office: Office, run: Run, arguments: tuple[str, ...]) -> None:
    code, out, err = run("processes", *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_the_shared_frame_is_no_type(office: Office, run: Run) -> None:
    code, _, err = activate(run, str(ROOT / "processes" / "shared" / "kerangka.bpmn"))
    assert code == 2 and "kerangka" in err


def test_diff_tells_what_changed_between_two_versions(office: Office, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "sop.bpmn"
    text = (ROOT / "processes" / "SIUP" / "sop.bpmn").read_text()
    assert activate(run, "SIUP")[0] == 0
    path.write_text(text.replace('name="Periksa keabsahan berkas"', 'name="Periksa berkas"'))
    assert json.loads(activate(run, str(path))[1])["version"] == 2
    code, out, _ = run("processes", "diff", "SIUP", "1", "2", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["changed"] == [{"process": "SIUP", "element": "periksa", "name": "Periksa berkas", "what": ["name"]}]
    assert (found["added"], found["removed"], found["files"]) == ([], [], [])
    code, out, err = run("processes", "diff", "SIUP", "1", "9")
    assert (code, out, err.count("\n")) == (2, "", 1)
