"""The demo office: everybody is there, something of everything is under way, and a second run changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.demo import Demo, demo
from engine.office import Office
from engine.people import authenticate
from engine.permissions import ROLES
from engine.settings import Settings
from engine.storage.payment_tables import payment_receipts
from engine.storage.schema import cases, documents, incidents, tasks
from engine.verify import verify


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, Demo]]:
    """A small one."""
    folder = tmp_path_factory.mktemp("demo")
    url = f"sqlite:///{folder / 'demo.sqlite3'}"
    office = Office(Settings(database_url=url, var_dir=folder, secret="uji", synchronous="NORMAL"))
    office.db.create_all()
    result = demo(office, 60)
    assert result is not None
    yield office, result
    office.close()


def test_everybody_can_log_in(made: tuple[Office, Demo]) -> None:
    office, result = made
    assert {role for user in result.users for role in user.roles} == ROLES.keys()
    with office.db.write() as connection:
        person = authenticate(connection, "loket", result.password, office.now())
    assert person is not None and person.username == "loket"


def test_password_is_nowhere_in_clear(made: tuple[Office, Demo]) -> None:
    office, result = made
    for path in office.settings.var_dir.rglob("*"):
        if path.is_file():
            assert result.password.encode() not in path.read_bytes(), path


def test_live_cases_around_now(made: tuple[Office, Demo]) -> None:
    office, result = made
    assert result.refused == {} and set(result.types) >= {"SIUP", "IMB"}
    assert 0 < result.live < result.cases
    with office.db.read() as connection:
        newest = connection.execute(select(func.max(cases.c.opened_at))).scalar_one()
        opened = connection.execute(select(tasks.c.group_key).where(tasks.c.state == "open").distinct()).scalars().all()
    assert newest <= office.now()
    assert "pemohon" in opened and len(opened) > 4
    verdict = verify(office)
    assert verdict.problems == [] and verdict.cases == result.cases


def test_a_wrong_payment_waits_for_a_person_and_is_no_incident(made: tuple[Office, Demo]) -> None:
    office, _ = made
    with office.db.read() as connection:
        failed = set(connection.execute(select(incidents.c.operator)).scalars())
        told = set(connection.execute(select(payment_receipts.c.problem)).scalars())
    assert failed <= {"tanda_tangan/bubuhkan"} and told <= {"beda_jumlah"}


def test_letters_are_there(made: tuple[Office, Demo]) -> None:
    office, _ = made
    with office.db.read() as connection:
        found = connection.execute(select(documents.c.sha256)).scalars().all()
    assert found and all(office.documents.verify(sha) for sha in found)


def test_second_run_says_so(made: tuple[Office, Demo]) -> None:
    office, result = made
    assert demo(office) is None
    with office.db.read() as connection:
        assert connection.execute(select(func.count()).select_from(cases)).scalar_one() == result.cases


def test_now_may_be_at_night(tmp_path: Path) -> None:
    """The office is closed on Sunday; the demo still has cases, none from the future."""
    from datetime import UTC, datetime

    from engine.clock import FixedClock

    sunday = datetime(2016, 8, 7, 20, 0, tzinfo=UTC)
    url = f"sqlite:///{tmp_path / 'd.sqlite3'}"
    office = Office(
        Settings(database_url=url, var_dir=tmp_path, secret="uji", synchronous="NORMAL"), FixedClock(sunday)
    )
    office.db.create_all()
    result = demo(office, 20)
    assert result is not None and result.live > 0
    with office.db.read() as connection:
        assert connection.execute(select(func.max(cases.c.opened_at))).scalar_one() <= sunday
    assert verify(office).problems == []
    office.close()
