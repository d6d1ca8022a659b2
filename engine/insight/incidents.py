"""Automatic work that failed and waits for a person: what, where, why, and when it is tried again by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from engine.errors import NotAllowed, NotFound
from engine.office import Office
from engine.people import Person
from engine.storage.people_tables import persons
from engine.storage.schema import cases, incidents, work_items

PAGE = 50
RECENT = timedelta(days=7)  # how long a settled incident stays in sight
RECENT_MOST = 30


@dataclass(frozen=True)
class Incident:
    """One failure. next_try: when the worker tries by itself, None where only a person can. resolved_by: a name, None
    when it settled by itself."""

    id: int
    case_id: int
    name: str
    operator: str
    cause: str
    attempts: int
    created_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None
    next_try: datetime | None
    code: str
    resi: str | None
    applicant_name: str


@dataclass(frozen=True)
class Incidents:
    """entries: the oldest first. after: pass it back for the next page, None at the end. total: all that are open (with
    the filter). operators: (operator, how many open), without the filter. recent: settled lately, newest first."""

    entries: tuple[Incident, ...]
    after: int | None
    total: int
    operators: tuple[tuple[str, int], ...]
    recent: tuple[Incident, ...]


def incident_page(
    office: Office, person: Person, operator: str | None = None, after: int | None = None, size: int = PAGE
) -> Incidents:
    """Open incidents, a page at a time. Raises NotAllowed without incident.view."""
    _may_view(person)
    wanted = [incidents.c.state == "open", *([incidents.c.operator == operator] if operator else [])]
    query = _rows().where(*wanted, incidents.c.id > (after or 0)).order_by(incidents.c.id).limit(size + 1)
    settled = (
        _rows()
        .where(incidents.c.state == "resolved", incidents.c.resolved_at > office.now() - RECENT)
        .order_by(incidents.c.resolved_at.desc(), incidents.c.id.desc())
        .limit(RECENT_MOST)
    )
    with office.db.read() as connection:
        rows = connection.execute(query).all()
        counted = connection.execute(
            select(incidents.c.operator, func.count())
            .where(incidents.c.state == "open")
            .group_by(incidents.c.operator)
            .order_by(incidents.c.operator)
        ).all()
        recent = () if operator or after else connection.execute(settled).all()
    operators = tuple((str(name), int(count)) for name, count in counted)
    total = sum(count for name, count in operators if operator in (None, "", name))
    entries = tuple(_incident(row) for row in rows[:size])
    return Incidents(
        entries, entries[-1].id if len(rows) > size else None, total, operators, tuple(_incident(r) for r in recent)
    )


def incident(office: Office, person: Person, incident_id: int) -> Incident:
    """One incident, open or settled. Raises NotFound, NotAllowed."""
    _may_view(person)
    with office.db.read() as connection:
        row = connection.execute(_rows().where(incidents.c.id == incident_id)).one_or_none()
    if row is None:
        raise NotFound("Masalah itu tidak ada.")
    return _incident(row)


def open_incidents(office: Office, person: Person, operator: str | None = None, limit: int = 200) -> list[int]:
    """Ids of open incidents, the oldest first: what "retry all" goes through. Raises NotAllowed."""
    _may_view(person)
    query = select(incidents.c.id).where(incidents.c.state == "open").order_by(incidents.c.id).limit(limit)
    if operator:
        query = query.where(incidents.c.operator == operator)
    with office.db.read() as connection:
        return list(connection.execute(query).scalars())


def _may_view(person: Person) -> None:
    if not person.may("incident.view"):
        raise NotAllowed("Melihat masalah memerlukan wewenang incident.view.")


def _rows() -> Select[Any]:
    """Incidents with their case, who settled them, and the work item that is tried again by itself."""
    return (
        select(
            incidents,
            cases.c.code,
            cases.c.resi,
            cases.c.applicant_name,
            persons.c.name.label("person"),
            work_items.c.run_at,
            work_items.c.state.label("work_state"),
        )
        .join_from(incidents, cases, cases.c.id == incidents.c.case_id)
        .outerjoin(persons, persons.c.id == incidents.c.resolved_by)
        .outerjoin(
            work_items,
            (work_items.c.case_id == incidents.c.case_id) & (work_items.c.token == incidents.c.token),
        )
    )


def _incident(row: Any) -> Incident:
    waits = row.state == "open" and row.work_state in ("ready", "running")
    return Incident(
        id=row.id,
        case_id=row.case_id,
        name=row.name,
        operator=row.operator,
        cause=row.cause,
        attempts=row.attempts,
        created_at=row.created_at,
        resolved_at=row.resolved_at,
        resolved_by=row.person,
        next_try=row.run_at if waits else None,
        code=row.code,
        resi=row.resi,
        applicant_name=row.applicant_name,
    )
