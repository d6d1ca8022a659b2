"""A replay that a test starts, here or in a process that it kills."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine.office import Office
from engine.replay import activate_shipped, replay, year_start
from engine.settings import Settings
from engine.storage.schema import cases, events, tasks
from engine.verify import Verdict, verify

YEAR = 2016


@dataclass(frozen=True)
class Replay:
    """What is played; `var` is where documents go."""

    var: Path
    codes: tuple[str, ...]
    share: float
    seed: int = 1

    def seeded(self, seed: int) -> Replay:
        return replace(self, seed=seed)

    def office(self, url: str) -> Office:
        return Office(Settings(database_url=url, var_dir=self.var, secret="uji", synchronous="NORMAL"))

    def play(self, url: str, resume: bool = False) -> dict[str, Any]:
        """Here and now, to the end."""
        office = self.office(url)
        try:
            office.db.create_all()
            assert activate_shipped(office, self.codes, year_start(YEAR)) == {}
            return replay(office, YEAR, self.share, self.codes, self.seed, resume)
        finally:
            office.close()

    def kill(self, url: str, after_events: int) -> int:
        """In a process that is killed when so many lines of history are stored; how many there are then."""
        command = [
            sys.executable,
            "-c",
            _CHILD,
            url,
            str(self.var),
            ",".join(self.codes),
            str(self.share),
            str(self.seed),
        ]
        child = subprocess.Popen(command)
        office = self.office(url)
        try:
            deadline = time.monotonic() + 120
            while self._count(office) < after_events:
                assert child.poll() is None, "it ended before it could be killed"
                assert time.monotonic() < deadline
            child.kill()
            child.wait()
            return self._count(office)
        finally:
            child.kill()
            child.wait()
            office.close()

    @staticmethod
    def _count(office: Office) -> int:
        from sqlalchemy import func, inspect

        if not inspect(office.db.engine).has_table("event"):
            return 0
        with office.db.read() as connection:
            return connection.execute(select(func.count()).select_from(events)).scalar_one()

    def history(self, url: str) -> list[tuple[Any, ...]]:
        """Every line of history with its seal, and every task with who did it and when."""
        office = self.office(url)
        with office.db.read() as connection:
            lines = select(events.c.case_id, events.c.seq, events.c.at, events.c.kind, events.c.actor_id, events.c.hash)
            done = select(
                tasks.c.id, tasks.c.case_id, tasks.c.element, tasks.c.closed_by, tasks.c.closed_at, tasks.c.due_at
            )
            rows = [tuple(row) for row in connection.execute(lines.order_by(events.c.case_id, events.c.seq))]
            rows += [tuple(row) for row in connection.execute(done.order_by(tasks.c.id))]
            rows += [
                tuple(row)
                for row in connection.execute(
                    select(cases.c.id, cases.c.head, cases.c.public_code).order_by(cases.c.id)
                )
            ]
        office.close()
        return rows

    def verdict(self, url: str) -> Verdict:
        office = self.office(url)
        try:
            return verify(office)
        finally:
            office.close()


_CHILD = """
import sys
from pathlib import Path
from tests.engine.replay.run import Replay
url, var, codes, share, seed = sys.argv[1:]
Replay(Path(var), tuple(codes.split(",")), float(share), int(seed)).play(url)
"""
