"""Who sees which task, in what order: what is late first, then by the time that is left; what is not due last.

Every list is read off an index group by group, a page at a time, so it costs the same with 200 open tasks and with
100,000.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, and_, func, or_, select, union_all

from engine.cases import acting_groups
from engine.office import Office
from engine.people import Person
from engine.settle import APPLICANT
from engine.storage.people_tables import persons
from engine.storage.schema import cases, tasks
from engine.storage.types import EPOCH, HELD, MICROSECOND

Which = Literal["mine", "group", "applicant", "suspended"]
PAGE = 25
COUNTED = 1000  # counting stops there: "1.000+"
FILTERS = ("code", "element", "kecamatan", "agency")


@dataclass(frozen=True)
class Entry:
    """One line. left_minutes: working minutes until it is due (negative: late), None when it is not due. late: past
    its moment."""

    id: int
    case_id: int
    name: str
    element: str
    lane: str
    group_key: str
    agency: str | None
    code: str
    variant: str
    kecamatan: str | None
    resi: str | None
    applicant_name: str
    holder_id: int | None
    holder_name: str | None
    created_at: datetime
    due_at: datetime | None
    left_minutes: int | None
    late: bool
    case_late: bool
    case_late_element: str | None
    promised_at: datetime | None
    paused: bool
    suspended: bool = False  # its case stands by an administrator's order: nothing can be done


@dataclass(frozen=True)
class Page:
    """entries in order; after: where the next page begins (pass it back), None at the end."""

    entries: tuple[Entry, ...]
    after: str | None


def page(
    office: Office,
    person: Person,
    which: Which = "group",
    filters: Mapping[str, str] | None = None,
    after: str | None = None,
    size: int = PAGE,
) -> Page:
    """One page of a list. filters: of FILTERS. mine: what the person holds; group: what their groups may take;
    applicant: what waits
    for applicants of the person's groups; suspended: what of the group's and the applicants' stands with its case, and
    is in none of the other lists."""
    wanted = [tasks.c[name] == value for name, value in (filters or {}).items() if name in FILTERS and value]
    start = _start(after)
    parts = []
    for condition in _conditions(person, which):
        part = select(tasks.c.id, tasks.c.order_at).where(condition, tasks.c.state == "open", *wanted)
        if start:
            part = part.where(
                or_(tasks.c.order_at > start[0], and_(tasks.c.order_at == start[0], tasks.c.id > start[1]))
            )
        parts.append(select(part.order_by(tasks.c.order_at, tasks.c.id).limit(size + 1).subquery()))
    if not parts:
        return Page((), None)
    found = union_all(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    query = _entries().join(found, found.c.id == tasks.c.id).order_by(tasks.c.order_at, tasks.c.id).limit(size + 1)
    now, time = office.now(), office.working_time
    with office.db.read() as connection:
        rows = connection.execute(query).all()
    entries = tuple(_entry(row, now, time) for row in rows[:size])
    more = rows[size - 1] if len(rows) > size else None
    return Page(entries, f"{(more.order_at - EPOCH) // MICROSECOND}.{more.id}" if more else None)


def next_task(office: Office, person: Person, filters: Mapping[str, str] | None = None) -> Entry | None:
    """The task to take next: the first of the person's groups that nobody holds."""
    wanted = [tasks.c[name] == value for name, value in (filters or {}).items() if name in FILTERS and value]
    parts = [
        select(
            select(tasks.c.id, tasks.c.order_at)
            .where(condition, tasks.c.state == "open", tasks.c.holder_id.is_(None), *wanted)
            .order_by(tasks.c.order_at, tasks.c.id)
            .limit(1)
            .subquery()
        )
        for condition in _conditions(person, "group")
    ]
    if not parts:
        return None
    found = union_all(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    query = _entries().join(found, found.c.id == tasks.c.id).order_by(tasks.c.order_at, tasks.c.id).limit(1)
    with office.db.read() as connection:
        row = connection.execute(query).first()
    return None if row is None else _entry(row, office.now(), office.working_time)


def counts(office: Office, person: Person) -> dict[str, int]:
    """Open tasks per list, and how many of the group's are late (`late`); counting stops at COUNTED."""
    now = office.now()
    found: dict[str, int] = {}
    with office.db.read() as connection:
        for which in ("mine", "group", "applicant"):
            found[which] = sum(_count(connection, condition) for condition in _conditions(person, which))
        found["suspended"] = sum(_count(connection, condition) for condition in _conditions(person, "suspended"))
        found["late"] = sum(
            _count(connection, and_(condition, tasks.c.order_at < now)) for condition in _conditions(person, "group")
        )
    return found


def choices(office: Office, person: Person) -> dict[str, list[tuple[str, str]]]:
    """What the lists can be filtered by: {filter: [(value, label)]}, from the tasks that are open in the person's
    groups."""
    groups = sorted(acting_groups(person))
    with office.db.read() as connection:
        rows = connection.execute(
            select(tasks.c.code, tasks.c.element, tasks.c.name, tasks.c.kecamatan, tasks.c.agency)
            .where(tasks.c.group_key.in_(groups), tasks.c.state == "open")
            .distinct()
            .limit(2000)
        ).all()
    return {
        "code": sorted({(row.code, row.code) for row in rows}),
        "element": sorted({(row.element, row.name) for row in rows}, key=lambda pair: pair[1]),
        "kecamatan": sorted({(row.kecamatan, row.kecamatan) for row in rows if row.kecamatan}),
        "agency": sorted({(row.agency, row.agency) for row in rows if row.agency}),
    }


def _count(connection: Any, condition: Any) -> int:
    inner = select(tasks.c.id).where(condition, tasks.c.state == "open").limit(COUNTED).subquery()
    return int(connection.execute(select(func.count()).select_from(inner)).scalar_one())


def _conditions(person: Person, which: str) -> list[Any]:
    """One condition per index range; tasks of suspended cases stand behind all others."""
    workable = tasks.c.order_at < HELD
    if which == "mine":
        return [and_(tasks.c.holder_id == holder, workable) for holder in sorted(person.hands)]
    groups = acting_groups(person)
    applicants = [APPLICANT] if person.may("case.search") else []
    if which == "applicant":
        return [and_(tasks.c.group_key == group, workable) for group in applicants]
    mine = sorted(groups - {APPLICANT})
    if which == "suspended":
        return [and_(tasks.c.group_key == group, tasks.c.order_at >= HELD) for group in mine + applicants]
    return [and_(tasks.c.group_key == group, workable) for group in mine]


def _entries() -> Select[Any]:
    return (
        select(
            tasks,
            cases.c.variant,
            cases.c.resi,
            cases.c.applicant_name,
            cases.c.late.label("case_late"),
            cases.c.late_element,
            cases.c.promised_at,
            cases.c.paused_at,
            persons.c.name.label("holder_name"),
        )
        .join_from(tasks, cases, cases.c.id == tasks.c.case_id)
        .outerjoin(persons, persons.c.id == tasks.c.holder_id)
    )


def _entry(row: Any, now: datetime, time: Any) -> Entry:
    return Entry(
        id=row.id,
        case_id=row.case_id,
        name=row.name,
        element=row.element,
        lane=row.lane,
        group_key=row.group_key,
        agency=row.agency,
        code=row.code,
        variant=row.variant,
        kecamatan=row.kecamatan,
        resi=row.resi,
        applicant_name=row.applicant_name,
        holder_id=row.holder_id,
        holder_name=row.holder_name,
        created_at=row.created_at,
        due_at=row.due_at,
        left_minutes=time.between(now, row.due_at) if row.due_at else None,
        late=row.due_at is not None and row.due_at < now,
        case_late=row.case_late,
        case_late_element=row.late_element,
        promised_at=row.promised_at,
        paused=row.paused_at is not None,
        suspended=row.order_at >= HELD,
    )


def _start(after: str | None) -> tuple[datetime, int] | None:
    """Where a page begins; a mangled mark begins at the top."""
    if not after:
        return None
    moment, _, ident = after.partition(".")
    if not (moment.isdecimal() and ident.isdecimal() and len(moment) < 18 and len(ident) < 19):
        return None
    return EPOCH + int(moment) * MICROSECOND, int(ident)
