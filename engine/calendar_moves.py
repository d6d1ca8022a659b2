"""Bringing open cases to a changed calendar: batch by batch, each with its line of history, and asking beforehand how
many moments a change would move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from engine import calendar_lines, clock_moves
from engine.calendar_admin import behind, changed, note_file
from engine.case_row import COLUMNS, CaseRow
from engine.history import seal
from engine.office import Office
from engine.storage.clock_tables import calendar_changes
from engine.storage.schema import cases, deadlines, events, tasks
from engine.working_time import JAKARTA, Line, WorkingTime

BATCH = 200  # cases a transaction: a few tenths of a second, so that commands in between hardly wait
_CHANGE = (
    update(cases)
    .where(cases.c.id == bindparam("case"))
    .values({name: bindparam(name) for name in ("promised_at", "clock_left", "late", "late_element", "run")})
    .values({name: bindparam(name) for name in ("calendar", "seq", "head")})
)
_ADD_EVENTS = insert(events)


@dataclass(frozen=True)
class Preview:
    """What a change would do now. deadlines: armed timers that move; promises: cases whose promise moves; steps: open
    steps; cases: cases in which anything moves; later, earlier: promises that move that way."""

    deadlines: int
    promises: int
    steps: int
    cases: int
    later: int
    earlier: int

    @property
    def moments(self) -> int:
        """Everything that would get another moment."""
        return self.deadlines + self.promises + self.steps


def move_due(office: Office, batch: int = BATCH) -> int:
    """Bring every open case to the calendar in force. Nothing to do costs one look at an index. Returns how many cases
    were brought up to date."""
    note_file(office)
    done = 0
    with office.db.read() as connection:
        target = office.look_at_calendar(connection)
        if not _any_behind(connection, target.version):
            if target.version:
                _finish(office, connection, target.version)
            return 0
    while (moved := _batch(office, target, batch)) > 0:
        done += moved
    with office.db.read() as connection:
        _finish(office, connection, target.version)
    return done


def preview(office: Office, add: Line | None, without: int | None = None) -> Preview:
    """What adding a line, or withdrawing one, would move; changes nothing. Raises Invalid when lines clash."""
    with office.db.read() as connection:
        new = changed(office, connection, add, without)
        reach = _reach(connection, add, without)
        moved = [
            row.case_id
            for row in connection.execute(_within(deadlines, reach, deadlines.c.case_id))
            if new.add(row.base_at, row.base_minutes) != row.due_at
        ]
        steps = [
            row.case_id
            for row in connection.execute(_within(tasks, reach, tasks.c.case_id).where(tasks.c.state == "open"))
            if new.add(row.base_at, row.base_minutes) != row.due_at
        ]
        promised: dict[int, int] = {}
        query = select(cases.c.id, cases.c.promised_at, cases.c.promise_from, cases.c.promise_span).where(
            cases.c.closed_at.is_(None),
            cases.c.decided_at.is_(None),
            cases.c.promise_span.is_not(None),
            cases.c.promised_at >= reach[0],
            cases.c.promise_from <= reach[1],
        )
        for row in connection.execute(query):
            to = new.add(row.promise_from, row.promise_span)
            if to != row.promised_at:
                promised[row.id] = 1 if to > row.promised_at else -1
    return Preview(
        deadlines=len(moved),
        promises=len(promised),
        steps=len(steps),
        cases=len({*moved, *steps, *promised}),
        later=sum(way > 0 for way in promised.values()),
        earlier=sum(way < 0 for way in promised.values()),
    )


def _within(table: Any, reach: tuple[datetime, datetime], case: Any) -> Any:
    """Moments that begin before the changed dates end, and end after they begin; all others stay."""
    return select(case.label("case_id"), table.c.base_at, table.c.base_minutes, table.c.due_at).where(
        table.c.base_minutes.is_not(None), table.c.due_at >= reach[0], table.c.base_at <= reach[1]
    )


def _reach(connection: Connection, add: Line | None, without: int | None) -> tuple[datetime, datetime]:
    from engine.storage.clock_tables import calendar_lines as table

    dates = [(add.first, add.last)] if add else []
    if without is not None:
        row = connection.execute(select(table).where(table.c.id == without)).one()
        line = calendar_lines.line_of(row)
        dates.append((line.first, line.last))
    first, last = min(d[0] for d in dates), max(d[1] for d in dates)
    return (
        datetime.combine(first, time(), JAKARTA),
        datetime.combine(last, time(), JAKARTA) + timedelta(days=1),
    )


def _any_behind(connection: Connection, version: int) -> bool:
    query = select(cases.c.id).where(cases.c.closed_at.is_(None), cases.c.calendar < version).limit(1)
    return connection.execute(query).first() is not None


def _finish(office: Office, connection: Connection, version: int) -> None:
    """Changes that every open case follows now are done."""
    waiting = select(calendar_changes.c.id).where(
        calendar_changes.c.id <= version, calendar_changes.c.finished_at.is_(None)
    )
    if connection.execute(waiting.limit(1)).first() is None or behind(connection, version):
        return
    with office.db.write() as writing:
        writing.execute(
            update(calendar_changes)
            .where(calendar_changes.c.id <= version, calendar_changes.c.finished_at.is_(None))
            .values(finished_at=office.now())
        )


def _batch(office: Office, target: WorkingTime, size: int) -> int:
    """One transaction: the next cases that are behind, oldest first; those in other hands are left for the next."""
    with office.db.write() as connection:
        rows = (
            connection.execute(
                select(*(cases.c[name] for name in COLUMNS))
                .where(cases.c.closed_at.is_(None), cases.c.calendar < target.version)
                .order_by(cases.c.calendar, cases.c.id)
                .limit(size)
                .with_for_update(skip_locked=True)
            )
            .mappings()
            .all()
        )
        if not rows:
            return 0
        found = [CaseRow.of(row) for row in rows]
        armed = _of(connection, deadlines, [case.id for case in found])
        waiting = _of(connection, tasks, [case.id for case in found], tasks.c.state == "open")
        decrees = {seen: calendar_lines.decrees_since(connection, seen) for seen in {case.calendar for case in found}}
        now = office.now()
        moves, lines, updates, still = [], [], [], []
        for case in found:
            moved = clock_moves.follow(
                case, armed.get(case.id, ()), waiting.get(case.id, ()), target, decrees[case.calendar], now
            )
            if moved.event is None:
                still.append(case.id)
                continue
            moves.append(moved)
            lines.append(_sealed(case, moved.event, now))
            updates.append(_columns(case))
        clock_moves.write(connection, moves)
        if updates:
            connection.execute(_CHANGE, updates)
            connection.execute(_ADD_EVENTS, lines)
        if still:
            connection.execute(update(cases).where(cases.c.id.in_(still)).values(calendar=target.version))
        connection.execute(
            update(calendar_changes)
            .where(calendar_changes.c.id == target.version)
            .values(
                moved_cases=calendar_changes.c.moved_cases + len(moves),
                moved=calendar_changes.c.moved + sum(each.count for each in moves),
            )
        )
    return len(found)


def _of(connection: Connection, table: Any, ids: Sequence[int], *conditions: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in connection.execute(select(table).where(table.c.case_id.in_(ids), *conditions)):
        found.setdefault(row.case_id, []).append(row)
    return found


def _sealed(case: CaseRow, event: Any, now: datetime) -> dict[str, Any]:
    """The line of history, sealed onto the case's chain. The case's version stays: nobody's open page is refused for
    it."""
    case.seq += 1
    case.head = seal(case.head, case.id, case.seq, now, event.kind, None, None, event.data)
    return {
        "case_id": case.id,
        "seq": case.seq,
        "at": now,
        "kind": event.kind,
        "actor_id": None,
        "task_id": None,
        "data": event.data,
        "command_key": None,
        "hash": case.head,
    }


def _columns(case: CaseRow) -> dict[str, Any]:
    names = ("promised_at", "clock_left", "late", "late_element", "run", "calendar", "seq", "head")
    return {"case": case.id, **{name: getattr(case, name) for name in names}}


__all__ = ["BATCH", "Preview", "move_due", "preview"]
