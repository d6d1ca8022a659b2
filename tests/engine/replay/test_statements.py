"""Every command of real SOPs takes at most fifteen statements, and none that reads through a table that grows with the
years: looked at while a few cases are played."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import event

from engine.clock import FixedClock
from engine.office import Office
from engine.replay import activate_shipped, replay, year_start
from engine.settings import Settings
from engine.storage import migrations
from engine.unit import Unit

MOST = 15
FEW = {"absence", "calendar_change", "delegation", "replay_progress"}  # rows that an office has by the dozen
CALENDAR = "calendar_change"  # the office looks every few seconds whether its calendar has changed


def test_fifteen_statements_whatever_the_step(database_url: str, tmp_path: Path, monkeypatch: Any) -> None:
    start = year_start(2016)
    office = Office(Settings(database_url=database_url, var_dir=tmp_path, secret="uji"), FixedClock(start))
    migrations.upgrade(office.db)
    codes = ("HO", "IMB", "REKLAME", "TDP")
    activate_shipped(office, codes, start)
    taken: list[str] = []
    texts: set[str] = set()
    told: list[str] = []
    commands: dict[str, list[str]] = {}

    def executed(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN") and CALENDAR not in statement:
            taken.append(statement)
        if statement.split(None, 1)[0] in ("SELECT", "UPDATE", "DELETE"):
            texts.add(statement)

    def begun(connection: Any) -> None:
        if connection.get_execution_options().get("simyandu_write"):
            taken.clear()
            told.clear()

    def committed(connection: Any) -> None:
        if not connection.get_execution_options().get("simyandu_write") or not told:
            return
        name = ", ".join(told)
        if len(taken) > len(commands.get(name, [])):
            commands[name] = list(taken)

    flush = Unit.flush

    def noted(unit: Unit) -> Any:
        done = flush(unit)
        told.extend(happened.kind for happened in unit.events)
        return done

    monkeypatch.setattr(Unit, "flush", noted)
    for name, listener in (("before_cursor_execute", executed), ("begin", begun), ("commit", committed)):
        event.listen(office.db.engine, name, listener)
    done = replay(office, 2016, 0.001, codes)
    scanned = _read_through(office, texts) if office.db.is_sqlite else {}
    office.close()
    assert done["cases_closed"] > 5
    assert any("meeting_called" in name for name in commands) and any("minutes_opened" in name for name in commands)
    assert {name: found for name, found in commands.items() if len(found) > MOST} == {}
    assert scanned == {}


def _read_through(office: Office, texts: set[str]) -> dict[str, list[str]]:
    """What SQLite would read from end to end, by statement; what the replay asks when it begins and ends apart."""
    found = {}
    with office.db.read() as connection:
        for text in texts:
            if "count(" in text.lower() or "event.seq = " in text:
                continue
            nothing = (None,) * text.count("?")
            plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", nothing)]
            scans = [
                line.split()[1]
                for line in plan
                if line.startswith("SCAN") and line.split()[1].isidentifier() and line.split()[1] not in FEW
            ]
            if scans := [name for name in scans if name != "CONSTANT"]:
                found[text] = scans
    return found
