"""How far a replay is, kept in its database: what was asked for, the time it took so far, and who is busy until when.

The row may lie behind the cases, never before them: what it does not know yet is read off the cases themselves.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Integer, MetaData, Table, delete, insert, select

from engine.storage.types import Json, UtcDateTime

_BUCKETS = 50  # per e-fold: a percentile is right to within two per cent

# A table of its own: a replayed office has it, a real one does not.
replay_progress = Table(
    "replay_progress",
    MetaData(),
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("params", Json, nullable=False),
    Column("state", Json, nullable=False),
    Column("finished", Boolean, nullable=False),
    Column("at", UtcDateTime, nullable=False),  # the office's clock
)


class StepTimes:
    """How long steps took, in logarithmic buckets: any number of them in little memory."""

    def __init__(self, counts: Mapping[str, int] | None = None) -> None:
        self.counts: Counter[int] = Counter({int(bucket): count for bucket, count in (counts or {}).items()})

    def add(self, seconds: float) -> None:
        """One more step."""
        self.counts[round(math.log(max(seconds * 1000, 0.001)) * _BUCKETS)] += 1

    def percentile(self, share: float) -> float:
        """Milliseconds that this share of the steps took at most; 0 without steps."""
        wanted, seen = share * sum(self.counts.values()), 0
        for bucket in sorted(self.counts):
            seen += self.counts[bucket]
            if seen >= wanted:
                return round(math.exp(bucket / _BUCKETS), 2)
        return 0.0

    def dump(self) -> dict[str, int]:
        """What the constructor takes."""
        return {str(bucket): count for bucket, count in self.counts.items()}


@dataclass
class Progress:
    """seconds: time spent so far, over all runs. last_task: the newest task that was given to somebody; busy: person id
    -> until when; planned: [task id, ordinal, moment (ISO), person id] of the steps then ahead."""

    params: dict[str, Any]
    seconds: float = 0.0
    steps: StepTimes = field(default_factory=StepTimes)
    last_task: int = 0
    busy: dict[int, datetime] = field(default_factory=dict)
    planned: list[list[Any]] = field(default_factory=list)
    finished: bool = False

    def save(self, connection: Connection, now: datetime) -> None:
        """Write the one row."""
        state = {
            "seconds": round(self.seconds, 3),
            "steps": self.steps.dump(),
            "last_task": self.last_task,
            "busy": {str(person): until.isoformat() for person, until in self.busy.items()},
            "planned": self.planned,
        }
        connection.execute(delete(replay_progress))
        connection.execute(
            insert(replay_progress).values(id=1, params=self.params, state=state, finished=self.finished, at=now)
        )

    @classmethod
    def load(cls, connection: Connection) -> Progress | None:
        """The row; None when no replay was begun here."""
        row = connection.execute(select(replay_progress)).one_or_none()
        if row is None:
            return None
        busy = {int(person): datetime.fromisoformat(until) for person, until in row.state["busy"].items()}
        state = row.state
        times = StepTimes(state["steps"])
        return cls(row.params, state["seconds"], times, state["last_task"], busy, state["planned"], row.finished)
