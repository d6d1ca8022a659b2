"""What is still to happen, in the order in which it will."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from engine.replay.behaviour import Plan

# At the same moment the office's clocks go first, then new applications, then people.
CLOCKS, OPENING, CLAIM, STEP, WITHDRAWAL = range(5)
TICK = timedelta(minutes=10)  # how often a replay looks for clocks that are due; a running office looks every second
_FIRST_LOOK, _LOOKS = timedelta(hours=1), 49  # 08.00 to 16.00 in Jakarta, as hours of the UTC day


@dataclass(order=True)
class Item:
    """One thing to do at a moment; `no` the case's number in the replay, `ordinal` the step's number in the case."""

    at: datetime
    rank: int
    no: int
    ordinal: int = 0
    what: Any = field(default=None, compare=False)


@dataclass
class Live:
    """A case under way. facts: what conditions of forms may read; steps: how many of its steps are known; last_task:
    the newest of them; waiting: how many are open."""

    no: int
    case_id: int
    code: str
    plan: Plan
    facts: dict[str, Any] = field(default_factory=dict)
    steps: int = 0
    last_task: int = 0
    waiting: int = 0


class Agenda:
    """A heap of items. Equal runs give equal orders: items differ in moment, rank, case or step."""

    def __init__(self) -> None:
        self._heap: list[Item] = []

    def __len__(self) -> int:
        return len(self._heap)

    def __iter__(self) -> Iterator[Item]:
        return iter(self._heap)

    def add(self, item: Item) -> None:
        heapq.heappush(self._heap, item)

    def next(self) -> Item | None:
        """Take the earliest item."""
        return heapq.heappop(self._heap) if self._heap else None


def look_after(moment: datetime) -> datetime:
    """The first look at the clocks later than `moment`: every ten minutes of the office's day."""
    return look_from(moment + timedelta(microseconds=1))


def look_from(moment: datetime) -> datetime:
    """The first look at the clocks at `moment` or later."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    number = max(0, -(-(moment - midnight - _FIRST_LOOK) // TICK))
    if number >= _LOOKS:
        midnight, number = midnight + timedelta(days=1), 0
    return midnight + _FIRST_LOOK + number * TICK
