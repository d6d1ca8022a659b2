"""What a running office is made of. One Office per process; commands and queries take it as their first argument."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from engine import calendar_lines
from engine.clock import Clock, SystemClock
from engine.definitions import Definitions
from engine.documents import DocumentStore
from engine.settings import Settings
from engine.storage.database import Database
from engine.virus_scan import Scanner
from engine.working_time import JAKARTA, WorkingTime, office_calendar

CALENDAR_LOOK = 5.0  # seconds


class Office:
    """random: a seeded source for replays; None means real randomness."""

    def __init__(self, settings: Settings, clock: Clock | None = None, rng: random.Random | None = None) -> None:
        self.settings = settings
        self.clock: Clock = clock or SystemClock()
        self.db = Database(settings.database_url, settings.synchronous)
        self.definitions = Definitions()
        scanner = Scanner(settings.clamd) if settings.clamd else None
        self.documents = DocumentStore(settings.documents_dir, scanner)
        self.random = rng
        self.resting: dict[int, tuple[datetime, int]] = {}  # cases whose clock failed: when to try again, how often
        self._calendar: tuple[float, WorkingTime, WorkingTime] | None = None  # looked, of the file, with the lines

    @property
    def working_time(self) -> WorkingTime:
        """The office calendar in force: the file and the lines of the database. Looked at again every few seconds, not
        in every command; a case whose clocks follow a newer one makes the command look at once."""
        if self._calendar is None or time.monotonic() - self._calendar[0] > CALENDAR_LOOK:
            with self.db.read() as connection:
                return self.look_at_calendar(connection)
        return self._calendar[2]

    @property
    def calendar_file(self) -> Path:
        """The dated calendar that the office's own lines lie on."""
        return self.settings.processes_dir / "shared" / "kalender.yaml"

    def look_at_calendar(self, connection: Connection) -> WorkingTime:
        """The calendar as it is now; built anew only when it has changed."""
        file = office_calendar(self.calendar_file)
        known = self._calendar
        found = calendar_lines.over(connection, file, known[2] if known is not None and known[1] is file else None)
        self._calendar = (time.monotonic(), file, found)
        return found

    def now(self) -> datetime:
        """The office's clock, UTC."""
        return self.clock.now()

    def clock_functions(self, now: datetime, calendar: WorkingTime | None = None) -> Mapping[str, Callable[..., Any]]:
        """What expressions may ask about time: moments are ISO texts in UTC, days are dates in Jakarta."""
        calendar = calendar or self.working_time
        return {
            "hari_kerja": lambda days: calendar.add_days(now, days).isoformat(),
            "jam_kerja": lambda hours: calendar.add(now, round(hours * 60)).isoformat(),
            "hari_ini": lambda: now.astimezone(JAKARTA).date().isoformat(),
            "sekarang": lambda: now.isoformat(),
        }

    def close(self) -> None:
        """Give back connections."""
        self.db.close()
