"""A replay tells the same story again: for the same seed, and after it was killed."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from engine.documents import DocumentStore
from engine.errors import Invalid
from engine.storage.schema import documents
from tests.engine.replay.run import Replay


def test_same_seed_same_history(
    small: Replay, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    result = small.play(database_url)
    assert result["refused"] == []
    assert result["cases_opened"] == result["cases_closed"] == sum(row["opened"] for row in result["by_type"].values())
    assert {code: row["opened"] for code, row in result["by_type"].items()} == {"IPTM": 15, "SIUP": 11}
    verdict = small.verdict(database_url)
    assert verdict.problems == [] and (verdict.cases, verdict.events) == (26, result["events"])
    history = small.history(database_url)
    again, other = f"sqlite:///{tmp_path / 'lagi.sqlite3'}", f"sqlite:///{tmp_path / 'lain.sqlite3'}"
    small.play(again)
    assert small.history(again) == history, "also across kinds of database"
    small.seeded(2).play(other)
    assert small.history(other) != history


@pytest.mark.parametrize("after", [40, 300])
def test_killed_and_resumed_equals_uninterrupted(small: Replay, database_url: str, tmp_path: Path, after: int) -> None:
    whole = f"sqlite:///{tmp_path / 'utuh.sqlite3'}"
    expected = small.play(whole)
    killed_at = small.kill(database_url, after)
    assert killed_at < expected["events"]
    with pytest.raises(Invalid):
        small.play(database_url)
    result = small.play(database_url, resume=True)
    assert small.history(database_url) == small.history(whole)
    for name in ("cases_opened", "cases_closed", "tasks_completed", "events", "late_cases", "by_type"):
        assert result[name] == expected[name]
    assert small.verdict(database_url).problems == []


def test_resume_refuses_another_replay(small: Replay, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'u.sqlite3'}"
    small.play(url)
    with pytest.raises(Invalid):
        small.seeded(7).play(url, resume=True)
    assert small.play(url, resume=True)["cases_closed"] == 26, "a finished one is only reported"


def test_documents_are_in_the_store(small: Replay, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'u.sqlite3'}"
    small.play(url)
    office = small.office(url)
    with office.db.read() as connection:
        found = connection.execute(select(documents.c.sha256, documents.c.size, documents.c.mime)).all()
    store = DocumentStore(office.settings.documents_dir)
    office.close()
    assert len(found) >= 26
    for row in found:
        content = store.open(row.sha256)
        assert store.verify(row.sha256) and len(content) == row.size and row.mime == "application/pdf"
        assert content.startswith(b"%PDF-1.4")
