"""The tests' own PostgreSQL: databases of their own, copied from a template, and nothing left running."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests import postgres as ground
from tests.postgres import PostgresMissing, PostgresServer

ROOT = Path(__file__).parents[1]


def run(url: str, *statements: str) -> list[object]:
    engine = create_engine(url)
    with engine.begin() as connection:
        answers = [connection.execute(text(statement)) for statement in statements]
        rows = [row[0] for row in answers[-1]] if answers[-1].returns_rows else []
    engine.dispose()
    return rows


def test_databases_are_apart_and_copied_from_a_template(postgres: PostgresServer) -> None:
    builds: list[str] = []

    def build(url: str) -> None:
        builds.append(url)
        run(url, "CREATE TABLE ukur (n int)", "INSERT INTO ukur VALUES (1)")

    with (
        postgres.database(postgres.template("uji", build)) as one,
        postgres.database(postgres.template("uji", build)) as other,
    ):
        run(one, "INSERT INTO ukur VALUES (2)")
        assert run(one, "SELECT n FROM ukur ORDER BY n") == [1, 2]
        assert run(other, "SELECT n FROM ukur ORDER BY n") == [1]
    assert len(builds) == 1
    with postgres.database() as empty:
        assert run(empty, "SELECT to_regclass('ukur')") == [None]


def test_it_is_of_the_version_that_the_office_needs(postgres: PostgresServer) -> None:
    with postgres.database() as url:
        assert int(str(run(url, "SHOW server_version_num")[0])) >= 150000
        assert run(url, "SHOW fsync") == ["off"]


def test_a_killed_run_leaves_no_server() -> None:
    script = """
import sys
from tests.postgres import PostgresServer
with PostgresServer() as server:
    print(server.process.pid, server.home, flush=True)
    sys.stdin.read()
"""
    parent = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pid, home = parent.stdout.readline().split()
    watch = select.poll()
    server = os.pidfd_open(int(pid))
    watch.register(server, select.POLLIN)
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    assert watch.poll(30_000), "the server outlived its tests"
    os.close(server)
    with PostgresServer():
        assert not Path(home).exists()


def test_a_machine_without_postgresql_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground, "OLDEST", 99)
    with pytest.raises(PostgresMissing, match="apt-get install postgresql"):
        ground.find_binaries()
