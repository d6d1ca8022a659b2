"""SOP clocks. An armed timer lives in the engine; its row here mirrors it, so that what is due is an index look-up.

The clock stands while only the applicant can move the case on, and then goes on with exactly what was left. The
applicant's own
deadlines (timers on steps in the applicant's lane) go on meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from engine.clock_moves import base_of
from engine.stepping import Timer
from engine.storage.driver import Hot
from engine.storage.schema import deadlines
from engine.unit import Unit

APPLICANT = "pemohon"
LEASE = timedelta(seconds=15)  # a worker that died keeps the clocks that it was about to let strike this long
_ARM = Hot(insert(deadlines))
_DISARM = Hot(delete(deadlines).where(deadlines.c.id == bindparam("row_id")))
_MOVE = Hot(
    update(deadlines)
    .where(deadlines.c.id == bindparam("row_id"))
    .values(
        due_at=bindparam("to"),
        left_minutes=bindparam("left"),
        base_at=bindparam("base"),
        base_minutes=bindparam("minutes"),
    )
)


def due_cases(connection: Connection, now: datetime, limit: int) -> list[int]:
    """Cases with a timer that is due, the longest overdue first."""
    query = select(deadlines.c.case_id).where(deadlines.c.due_at <= now).order_by(deadlines.c.due_at).limit(limit)
    return list(dict.fromkeys(connection.execute(query).scalars()))


def lease_due(connection: Connection, now: datetime, limit: int, but: Collection[int] = ()) -> list[int]:
    """As due_cases, without those of `but`, and theirs alone for a few moments: several workers share what is due
    instead of queueing for the same cases."""
    due = select(deadlines.c.id).where(
        deadlines.c.due_at <= now, or_(deadlines.c.leased_until.is_(None), deadlines.c.leased_until <= now)
    )
    if but:
        due = due.where(deadlines.c.case_id.not_in(but))
    chosen = due.order_by(deadlines.c.due_at).limit(limit).with_for_update(skip_locked=True)
    rows = connection.execute(
        update(deadlines)
        .where(deadlines.c.id.in_(chosen))
        .values(leased_until=now + LEASE)
        .returning(deadlines.c.case_id, deadlines.c.due_at)
    ).all()
    return list(dict.fromkeys(row.case_id for row in sorted(rows, key=lambda row: row.due_at)))


def next_due(connection: Connection) -> datetime | None:
    """When the next timer strikes."""
    query = select(deadlines.c.due_at).where(deadlines.c.due_at.is_not(None)).order_by(deadlines.c.due_at).limit(1)
    return connection.execute(query).scalar()


def settle_clock(unit: Unit) -> None:
    """Pause or resume the case's clock, then mirror the engine's armed timers."""
    case = unit.case
    if case.promised_at is not None and case.promise_from is None:
        case.promise_from, case.promise_span = base_of(unit.time, unit.now, case.promised_at)
    stands = case.suspended_at is not None or _must_stand(unit)
    if case.decided_at is None and case.registered_at is not None:
        if stands and case.paused_at is None:
            _pause(unit)
        elif not stands and case.paused_at is not None:
            _resume(unit)
    elif case.decided_at is not None and case.paused_at is not None:
        _resume(unit)
    if case.suspended_at is not None:
        for timer in unit.run.timers():
            _stop(unit, timer)
    _mirror(unit)


def go_on(unit: Unit, since: datetime) -> None:
    """Give back what was left at `since`, the moment of suspension, to the timers that it stopped; those that stand
    because the applicant owes something stand on."""
    for timer in unit.run.timers():
        row = unit.armed[timer.token]
        if timer.due is None and (unit.case.paused_at is None or row.applicant):
            unit.run.set_due(timer.token, again(unit, row, since))


def again(unit: Unit, row: Any, since: datetime) -> datetime:
    """When a clock that stood since then strikes: after exactly the working time that was left. A date that no working
    time gives is moved by the time that it stood. row: of deadlines."""
    if row.base_minutes is None and row.base_at is not None:
        moment: datetime = row.base_at + (unit.now - since)
        return moment
    return unit.time.add(unit.now, row.left_minutes or 0)


def _must_stand(unit: Unit) -> bool:
    others = [row for row in unit.open_tasks.values() if row.group_key != APPLICANT]
    owing = len(others) < len(unit.open_tasks)
    return owing and all(_beside(unit, row) for row in others) and not unit.run.started()


def _beside(unit: Unit, row: Any) -> bool:
    """A step drawn with `jam: berhenti` is done while the applicant owes something, and moves nothing on."""
    return unit.version.element(row.process, row.element).properties.get("jam") == "berhenti"


def _pause(unit: Unit) -> None:
    case, time = unit.case, unit.time
    case.paused_at = unit.now
    if case.promised_at is not None:
        case.clock_left = time.between(unit.now, case.promised_at)
        case.promised_at = None
    for timer in unit.run.timers():
        if not _applicants(unit, timer):
            _stop(unit, timer)
    if case.suspended_at is None:  # a suspension says so itself
        unit.emit("clock_paused", {"sisa_menit": case.clock_left})


def _stop(unit: Unit, timer: Timer) -> None:
    if timer.due is not None:
        unit.run.set_due(timer.token, None)
        unit.left[timer.token] = unit.time.between(unit.now, timer.due)


def _resume(unit: Unit) -> None:
    case, time = unit.case, unit.time
    assert case.paused_at is not None
    since = case.paused_at
    case.paused_minutes += max(0, time.between(since, unit.now))
    case.paused_at = None
    if case.clock_left is not None:
        case.promised_at = time.add(unit.now, case.clock_left)
        case.promise_from, case.promise_span = unit.now, case.clock_left
        case.clock_left = None
    for timer in unit.run.timers():
        if timer.due is None and (row := unit.armed.get(timer.token)) is not None:
            unit.run.set_due(timer.token, again(unit, row, since))
    unit.emit("clock_resumed", {"janji": case.promised_at.isoformat() if case.promised_at else None})


def _applicants(unit: Unit, timer: Timer) -> bool:
    """A timer on a step of the applicant's lane is the applicant's own deadline."""
    if timer.host is None:
        return False
    lane = unit.version.element(timer.process, timer.host).lane
    return bool(lane) and unit.version.lanes[lane or ""].role == APPLICANT


def _mirror(unit: Unit) -> None:
    """Insert newly armed timers, delete those that fired or fell away, move those whose moment changed."""
    live = {timer.token: timer for timer in unit.run.timers()}
    unit.next_due = min((timer.due for timer in live.values() if timer.due is not None), default=None)
    gone = [row.id for token, row in unit.armed.items() if token not in live]
    for row_id in gone:
        unit.later(_DISARM, {"row_id": row_id})
    clock: dict[str, str | None] = {}
    for token, timer in live.items():
        row = unit.armed.get(token)
        left = unit.left.get(token)
        if row is None:
            element = unit.version.element(timer.process, timer.element)
            base, minutes = (unit.now, left) if timer.due is None else base_of(unit.time, unit.now, timer.due)
            clock[token] = _iso(timer.due)
            unit.later(
                _ARM,
                {
                    "case_id": unit.case.id,
                    "token": token,
                    "process": timer.process,
                    "element": timer.element,
                    "name": element.name,
                    "applicant": _applicants(unit, timer),
                    "due_at": timer.due,
                    "left_minutes": left,
                    "armed_at": unit.now,
                    "base_at": base,
                    "base_minutes": minutes,
                },
            )
        elif row.due_at != timer.due:
            base, minutes = row.base_at, row.base_minutes  # while the clock stands, it is kept
            if minutes is None:
                base = row.due_at  # a date: kept as it was
            if timer.due is not None:
                base, minutes = base_of(unit.time, unit.now, timer.due)
            clock[token] = _iso(timer.due)
            unit.later(_MOVE, {"row_id": row.id, "to": timer.due, "left": left, "base": base, "minutes": minutes})
    _tell(unit, clock)


def _tell(unit: Unit, clock: dict[str, str | None]) -> None:
    """Every clock that was set, moved or stopped stands in the history with its new moment (`jam`: by timer, or 'janji'
    for the promise; null while it stands), so that no moment can change without leaving a trace."""
    if unit.case.promised_at != unit.case.loaded("promised_at"):
        clock["janji"] = _iso(unit.case.promised_at)
    if clock:
        assert unit.events, "a clock may not change without a line of history"
        newest = unit.events[-1].data
        newest["jam"] = {**newest.get("jam", {}), **clock}


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
