"""Lists of cases behind the figures: one filter a figure, read page by page off an index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, literal, or_, select
from sqlalchemy.sql.elements import ColumnElement

from engine.errors import NotAllowed
from engine.office import Office
from engine.people import Person
from engine.storage.schema import cases, tasks
from engine.storage.types import EPOCH, MICROSECOND, UtcDateTime
from engine.working_time import JAKARTA

PAGE = 25
COUNTED = 1000  # counting stops there: "1.000+"
RISK = 0.2  # share of the promise
OPEN = ("pendaftaran", "berjalan", "terbit")
EQUAL = ("code", "bidang", "kecamatan", "variant")


@dataclass(frozen=True)
class Filter:
    """What a list holds; None asks for nothing.

    state: a case's state, or 'open'. received, decided: the local date of the resi or of the decision. standing: one of
    'late' (undecided and past its promise), 'risk' (less than RISK of the promise left), 'paused', 'incident'.
    outcome: terbit, ditolak, ditarik. decided_late: those decided past their promise. late_on: past the promise
    and undecided at the end of that local date.
    step: (process, element) at which an open task waits.
    """

    code: str | None = None
    bidang: str | None = None
    kecamatan: str | None = None
    variant: str | None = None
    state: str | None = None
    received: date | None = None
    decided: date | None = None
    decided_late: bool = False
    late_on: date | None = None
    outcome: str | None = None
    standing: str | None = None
    step: tuple[str, str] | None = None


@dataclass(frozen=True)
class Line:
    """One case. left_minutes: working minutes to the promise (negative: late), None while no clock runs. at: names of
    the steps where it waits."""

    id: int
    resi: str | None
    code: str
    variant: str
    bidang: str
    applicant_name: str
    kecamatan: str | None
    state: str
    outcome: str | None
    registered_at: datetime | None
    promised_at: datetime | None
    decided_at: datetime | None
    paused_at: datetime | None
    suspended_at: datetime | None
    late: bool
    late_element: str | None
    incidents_open: int
    left_minutes: int | None
    at: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """lines in order; total: counted up to COUNTED; after: mark of the next page, None at the end."""

    lines: tuple[Line, ...]
    total: int
    after: str | None


def list_cases(office: Office, person: Person, wanted: Filter, after: str | None = None, size: int = PAGE) -> Page:
    """One page. Lists of what is late or at risk begin with the earliest promise, all others with the newest case.

    Raises: NotAllowed without case.search.
    """
    if not person.may("case.search"):
        raise NotAllowed("Daftar permohonan memerlukan wewenang case.search.")
    with office.db.read() as connection:
        condition = _condition(office, connection, wanted)
        by_promise = wanted.standing in ("late", "risk")
        order: list[Any] = [_BY_PROMISE, cases.c.id] if by_promise else [cases.c.id.desc()]
        query = select(*_COLUMNS).where(condition).order_by(*order).limit(size + 1)
        start = _start(after, by_promise)
        if start is not None:
            query = query.where(start)
        rows = connection.execute(query).all()
        counted = select(cases.c.id).where(condition).limit(COUNTED).subquery()
        total = connection.execute(select(func.count()).select_from(counted)).scalar_one()
        shown = rows[:size]
        waiting = _waiting(connection, [row.id for row in shown])
    lines = tuple(_line(office, row, waiting.get(row.id, ())) for row in shown)
    return Page(lines, total, _mark(rows[size - 1], by_promise) if len(rows) > size else None)


def day_of(office: Office, day: date) -> tuple[datetime, datetime]:
    """The first moment of a local date and of the next, UTC."""
    start = datetime(day.year, day.month, day.day, tzinfo=JAKARTA)
    return start, start + timedelta(days=1)


def late_now(office: Office) -> ColumnElement[bool]:
    """Undecided and past the promise; also while the clock stands after it ran out."""
    return and_(
        cases.c.state == "berjalan",
        cases.c.decided_at.is_(None),
        or_(cases.c.promised_at < office.now(), and_(cases.c.paused_at.is_not(None), cases.c.clock_left < 0)),
    )


def late_then(office: Office, day: date) -> ColumnElement[bool]:
    """Undecided and past the promise at the end of a local date, as far as the promise in force now tells."""
    end = day_of(office, day)[1]
    return and_(
        cases.c.registered_at < end,
        cases.c.promised_at < end,
        or_(cases.c.decided_at.is_(None), cases.c.decided_at >= end),
    )


def at_risk(office: Office, connection: Connection) -> ColumnElement[bool]:
    """Undecided, the clock running, in time, and less than RISK of the promise left (working time)."""
    now, time = office.now(), office.working_time
    running = and_(cases.c.state == "berjalan", cases.c.decided_at.is_(None), cases.c.promised_at >= now)
    promises = connection.execute(select(cases.c.promise_minutes).where(running).distinct()).scalars().all()
    near = [
        and_(cases.c.promise_minutes == minutes, cases.c.promised_at < time.add(now, round(minutes * RISK)))
        for minutes in promises
    ]
    return and_(running, or_(*near)) if near else cases.c.id.is_(None)


_NAMES = (
    *("id", "resi", "code", "variant", "bidang", "applicant_name", "kecamatan", "state", "outcome", "registered_at"),
    *("promised_at", "decided_at", "paused_at", "suspended_at", "clock_left", "late", "late_element"),
    "incidents_open",
)
_COLUMNS = tuple(cases.c[name] for name in _NAMES)
# A clock that stands after its promise ran out has no promise any more: such cases come first.
_BY_PROMISE = func.coalesce(cases.c.promised_at, literal(EPOCH, UtcDateTime))


def _condition(office: Office, connection: Connection, wanted: Filter) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [cases.c.id.is_not(None)]
    parts += [cases.c[name] == value for name in EQUAL if (value := getattr(wanted, name))]
    if wanted.state == "open":
        parts.append(cases.c.state.in_(OPEN))
    elif wanted.state:
        parts.append(cases.c.state == wanted.state)
    for column, day in ((cases.c.registered_at, wanted.received), (cases.c.decided_at, wanted.decided)):
        if day:
            start, end = day_of(office, day)
            parts.append(and_(column >= start, column < end))
    if wanted.late_on:
        parts.append(late_then(office, wanted.late_on))
    if wanted.outcome:
        parts.append(and_(cases.c.decided_at.is_not(None), cases.c.outcome == wanted.outcome))
    if wanted.decided_late:
        parts.append(and_(cases.c.decided_at.is_not(None), cases.c.late.is_(True)))
    if wanted.step:
        process, element = wanted.step
        there = select(tasks.c.case_id).where(
            tasks.c.process == process, tasks.c.element == element, tasks.c.state == "open"
        )
        parts.append(cases.c.id.in_(there.where(tasks.c.code == wanted.code) if wanted.code else there))
    if wanted.standing == "late":
        parts.append(late_now(office))
    elif wanted.standing == "risk":
        parts.append(at_risk(office, connection))
    elif wanted.standing == "paused":
        parts.append(and_(cases.c.state == "berjalan", cases.c.paused_at.is_not(None)))
    elif wanted.standing == "incident":
        parts.append(and_(cases.c.state.in_(OPEN), cases.c.incidents_open > 0))
    return and_(*parts)


def _waiting(connection: Connection, ids: list[int]) -> Mapping[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {}
    query = select(tasks.c.case_id, tasks.c.name).where(tasks.c.case_id.in_(ids), tasks.c.state == "open")
    for row in connection.execute(query.order_by(tasks.c.id)) if ids else ():
        found.setdefault(row.case_id, []).append(row.name)
    return {case_id: tuple(dict.fromkeys(names)) for case_id, names in found.items()}


def _line(office: Office, row: Any, at: tuple[str, ...]) -> Line:
    left = row.clock_left
    if row.decided_at is not None:
        left = None
    elif row.promised_at is not None:
        left = office.working_time.between(office.now(), row.promised_at)
    given = {name: getattr(row, name) for name in _NAMES if name not in ("clock_left", "late")}
    past = row.decided_at is None and left is not None and left < 0
    return Line(**given, late=row.late or past, left_minutes=left, at=at)


def _mark(row: Any, by_promise: bool) -> str:
    return f"{(row.promised_at - EPOCH) // MICROSECOND if by_promise and row.promised_at else 0}.{row.id}"


def _start(after: str | None, by_promise: bool) -> ColumnElement[bool] | None:
    """Where a page begins; a mangled mark begins at the top."""
    moment, _, ident = (after or "").partition(".")
    if not (moment.isdigit() and ident.isdigit() and len(moment) < 18 and len(ident) < 18):
        return None
    if not by_promise:
        return cases.c.id < int(ident)
    at = EPOCH + int(moment) * MICROSECOND
    promise = _BY_PROMISE
    return or_(promise > at, and_(promise == at, cases.c.id > int(ident)))
