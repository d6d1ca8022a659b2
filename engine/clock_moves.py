"""What another calendar does to one case: every moment is counted again from where it began.

Each deadline, step and promise keeps the moment it counts from and its working minutes, so that moving is exact and may
be repeated. What already struck stays struck.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, update

from engine.case_row import CaseRow
from engine.history import Event
from engine.stepping import move_dues
from engine.storage.schema import deadlines, tasks
from engine.working_time import WorkingTime

MOVED = "deadline_moved"
_MOVE_DEADLINES = (  # built once: see engine.unit
    update(deadlines)
    .where(deadlines.c.id == bindparam("row_id"))
    .values(due_at=bindparam("to"), left_minutes=bindparam("left"))
)
_MOVE_TASKS = (
    update(tasks).where(tasks.c.id == bindparam("row_id")).values(due_at=bindparam("to"), order_at=bindparam("to"))
)


@dataclass
class Moves:
    """deadlines, tasks: parameters of the updates. event: the line of history, None when nothing moved. count: how many
    moments changed."""

    deadlines: list[dict[str, Any]] = field(default_factory=list)
    tasks: list[dict[str, Any]] = field(default_factory=list)
    event: Event | None = None
    count: int = 0


def base_of(time: WorkingTime, start: datetime, due: datetime | None) -> tuple[datetime | None, int | None]:
    """(base moment, working minutes) that give `due` again; (None, None) for a moment that no working time gives: a
    date that stands whatever the calendar says."""
    if due is None:
        return None, None
    minutes = time.between(start, due)
    return (start, minutes) if time.add(start, minutes) == due else (None, None)


def stands_since(case: CaseRow, applicant: bool) -> datetime | None:
    """Since when a clock of the case stands; applicant: it is the applicant's own, which only a suspension stops."""
    if case.paused_at is not None and not applicant:
        return case.paused_at
    return case.suspended_at


def follow(
    case: CaseRow, armed: Iterable[Any], open_tasks: Iterable[Any], time: WorkingTime, decree: str, now: datetime
) -> Moves:
    """Bring a locked case (changed in place, its engine state included) to the calendar `time`; the caller writes the
    rest with `write`. armed, open_tasks: its rows."""
    found = Moves()
    told: list[dict[str, Any]] = []
    clock: dict[str, str | None] = {}
    before = case.promised_at or case.clock_left
    _promise(case, time, now, clock)
    if (case.promised_at or case.clock_left) != before:
        found.count += 1
    dues: dict[str, datetime] = {}
    for row in armed:
        if row.base_minutes is None:
            continue
        due = time.add(row.base_at, row.base_minutes)
        if row.due_at is None:
            since = stands_since(case, row.applicant)
            left = time.between(since, due) if since else row.left_minutes
            if left != row.left_minutes:
                found.deadlines.append({"row_id": row.id, "to": None, "left": left})
                told.append({"nama": row.name or row.element, "sisa_lama": row.left_minutes, "sisa_baru": left})
        elif due != row.due_at:
            found.deadlines.append({"row_id": row.id, "to": due, "left": row.left_minutes})
            told.append({"nama": row.name or row.element, "lama": row.due_at.isoformat(), "baru": due.isoformat()})
            dues[row.token] = due
            clock[row.token] = due.isoformat()
    for row in open_tasks if case.suspended_at is None else ():  # those of a suspended case are due when it goes on
        if row.base_minutes is not None and (due := time.add(row.base_at, row.base_minutes)) != row.due_at:
            found.tasks.append({"row_id": row.id, "to": due})
            told.append({"langkah": row.name or row.element, "lama": row.due_at.isoformat(), "baru": due.isoformat()})
    found.count += len(found.deadlines) + len(found.tasks)
    if dues and case.run is not None:
        case.run = move_dues(case.run, dues)
    case.calendar = time.version
    if found.count:
        found.event = Event(
            MOVED,
            {
                "keputusan": decree,
                "kalender": time.version,
                "lama": _told(before),
                "baru": _told(case.promised_at or case.clock_left),
                "tenggat": told,
                "jam": clock,
            },
        )
    return found


def write(connection: Connection, moves: Iterable[Moves]) -> None:
    """The rows of deadlines and steps of one case or of many, in at most two statements."""
    found = list(moves)
    if rows := [row for each in found for row in each.deadlines]:
        connection.execute(_MOVE_DEADLINES, rows)
    if rows := [row for each in found for row in each.tasks]:
        connection.execute(_MOVE_TASKS, rows)


def _promise(case: CaseRow, time: WorkingTime, now: datetime, clock: dict[str, str | None]) -> None:
    if case.promise_from is None or case.promise_span is None or case.decided_at is not None:
        return
    moment = time.add(case.promise_from, case.promise_span)
    if case.paused_at is not None and case.promised_at is None:
        case.clock_left = time.between(case.paused_at, moment)
        return
    if case.promised_at in (None, moment):
        return
    case.promised_at = moment
    clock["janji"] = moment.isoformat()
    if case.late and moment > now:  # it was not late after all
        case.late, case.late_element = False, None


def _told(promise: datetime | int | None) -> str | int | None:
    return promise.isoformat() if isinstance(promise, datetime) else promise
