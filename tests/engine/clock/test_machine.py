"""The calendar changes at random moments while random people work: every clock stays true, and none moves unseen."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from sqlalchemy import select

from engine import calendar_moves
from engine.calendar_admin import Draft, add_line, all_lines, withdraw_line
from engine.errors import Refused
from engine.storage.schema import cases as case_table
from engine.storage.schema import deadlines, events
from tests.engine.core.conftest import PEOPLE
from tests.engine.core.test_machine import Counter

DAY = st.integers(-3, 12)
WEEK = {"senin": "07:30-14:00", "rabu": "09:00-12:00", "jumat": "08:00-11:30"}


class Calendar(Counter):
    """What Counter does, and an administrator with a restless calendar."""

    def __init__(self) -> None:
        super().__init__()
        self.clocks: dict[int, tuple[int, dict[str, str | None]]] = {}

    def _day(self, offset: int) -> str:
        return (self.clock.now() + timedelta(days=offset)).date().isoformat()

    @rule(first=DAY, length=st.integers(0, 4), kind=st.sampled_from(["libur", "kerja", "jam", "pekan"]))
    def calendar_changes(self, first: int, length: int, kind: str) -> None:
        hours = {} if kind == "libur" else WEEK
        draft = Draft(self._day(first), self._day(first + length), kind, "Uji", "SK uji", hours, "assumed")
        with contextlib.suppress(Refused):
            add_line(self.office, draft, by=PEOPLE["admin"])

    @rule(which=st.integers(0, 5))
    def calendar_changes_back(self, which: int) -> None:
        kept = all_lines(self.office)
        if kept:
            with contextlib.suppress(Refused):
                withdraw_line(self.office, kept[which % len(kept)].id, "SK cabut", by=PEOPLE["admin"])

    @rule(size=st.integers(1, 3))
    def some_cases_follow(self, size: int) -> None:
        """The mover gets no further than one batch."""
        with self.office.db.read() as connection:
            target = self.office.look_at_calendar(connection)
        calendar_moves._batch(self.office, target, size)

    @rule()
    def all_cases_follow(self) -> None:
        calendar_moves.move_due(self.office, batch=2)

    @invariant()
    def no_clock_moves_unseen(self) -> None:
        """Whatever changed a deadline or a promise wrote a line of history that tells the new moment."""
        now = self._clocks()
        with self.office.db.read() as connection:
            for case_id, (seq, moments) in now.items():
                seen, before = self.clocks.get(case_id, (0, {}))
                fresh = connection.execute(
                    select(events.c.data).where(events.c.case_id == case_id, events.c.seq > seen).order_by(events.c.seq)
                ).scalars()
                told: dict[str, Any] = {}
                for data in fresh:
                    told |= data.get("jam") or {}
                for name, moment in moments.items():
                    if name not in before or before[name] != moment:
                        assert told.get(name, "unseen") == moment, (case_id, name)
                assert seq >= seen
        self.clocks = now

    def _clocks(self) -> dict[int, tuple[int, dict[str, str | None]]]:
        with self.office.db.read() as connection:
            found: dict[int, tuple[int, dict[str, str | None]]] = {}
            for row in connection.execute(select(case_table.c.id, case_table.c.seq, case_table.c.promised_at)):
                found[row.id] = (row.seq, {"janji": _iso(row.promised_at)} if row.promised_at else {})
            for row in connection.execute(select(deadlines.c.case_id, deadlines.c.token, deadlines.c.due_at)):
                found[row.case_id][1][row.token] = _iso(row.due_at)
        return found


def _iso(moment: Any) -> str | None:
    return None if moment is None else moment.isoformat()


TestCalendar = Calendar.TestCase
TestCalendar.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)
