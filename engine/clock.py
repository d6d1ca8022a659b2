"""Where the time comes from. Nothing else in the engine reads the wall clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Anything that tells the time."""

    def now(self) -> datetime:
        """The present moment, an aware datetime in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands until it is moved: for tests and replays."""

    def __init__(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self.at

    def set(self, at: datetime) -> None:
        """Move to `at`, forwards or backwards."""
        self.at = at.astimezone(UTC)

    def advance(self, **span: float) -> datetime:
        """Move by a timedelta's keywords (hours=1, days=2, ...) and return the new moment."""
        self.at += timedelta(**span)
        return self.at
