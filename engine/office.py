"""What a running office is made of. One Office per process; commands and queries take it as their first argument."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine.clock import Clock, SystemClock
from engine.definitions import Definitions
from engine.documents import DocumentStore
from engine.settings import Settings
from engine.storage.database import Database
from engine.working_time import JAKARTA, WorkingTime, office_calendar

CALENDAR_LOOK = 5.0  # seconds


class Office:
    """random: a seeded source for replays; None means real randomness."""

    def __init__(self, settings: Settings, clock: Clock | None = None, rng: random.Random | None = None) -> None:
        self.settings = settings
        self.clock: Clock = clock or SystemClock()
        self.db = Database(settings.database_url, settings.synchronous)
        self.definitions = Definitions()
        self.documents = DocumentStore(settings.documents_dir)
        self.random = rng
        self._calendar: tuple[float, WorkingTime] | None = None

    @property
    def working_time(self) -> WorkingTime:
        """The office calendar in force. The file is looked at again every few seconds, not in every command."""
        looked = time.monotonic()
        if self._calendar is None or looked - self._calendar[0] > CALENDAR_LOOK:
            self._calendar = (looked, office_calendar(self.settings.processes_dir / "shared" / "kalender.yaml"))
        return self._calendar[1]

    def now(self) -> datetime:
        """The office's clock, UTC."""
        return self.clock.now()

    def clock_functions(self, now: datetime) -> Mapping[str, Callable[..., Any]]:
        """What expressions may ask about time: moments are ISO texts in UTC, days are dates in Jakarta."""
        calendar = self.working_time
        return {
            "hari_kerja": lambda days: calendar.add_days(now, days).isoformat(),
            "jam_kerja": lambda hours: calendar.add(now, round(hours * 60)).isoformat(),
            "hari_ini": lambda: now.astimezone(JAKARTA).date().isoformat(),
            "sekarang": lambda: now.isoformat(),
        }

    def close(self) -> None:
        """Give back connections."""
        self.db.close()
