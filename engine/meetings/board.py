"""What the pages of meetings show. Reads only.

Officers of an agency see the meetings that the agency is invited to; the office sees all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, or_, select

from engine.cases import acting_groups
from engine.errors import NotAllowed, NotFound
from engine.meetings.tables import CALL_FORM, RECORD_FORM, cases_of
from engine.office import Office
from engine.people import Person
from engine.services.rapat import CANCELLED, DROPPED, INVITED, PLANNED
from engine.storage.agenda_tables import busy_times, meeting_cases
from engine.storage.people_tables import persons
from engine.storage.schema import cases, tasks
from engine.storage.service_tables import meeting_invitations, meetings
from engine.working_time import JAKARTA

MOST_WAITING = 500
MOST_SHOWN = 200


@dataclass(frozen=True)
class Meeting:
    """A meeting with its invitations (rows, in the agencies' order) and its cases (see tables.cases_of)."""

    row: Any
    invitations: list[Any] = field(default_factory=list)
    cases: list[Any] = field(default_factory=list)

    @property
    def silent(self) -> list[str]:
        """Agencies that have not answered."""
        return [row.agency for row in self.invitations if row.reply is None and row.attended is None]

    @property
    def unfinished(self) -> list[Any]:
        """Cases whose step "Undang Tim Teknis" could not be done yet."""
        return [row for row in self.cases if row.state == PLANNED]


@dataclass(frozen=True)
class Group:
    """Cases that wait for a meeting with the same agencies, the earliest promise first. Rows: id, resi, code,
    applicant_name, promised_at, called (whether a meeting was called before and fell through)."""

    agencies: tuple[str, ...]
    cases: tuple[Any, ...]


@dataclass(frozen=True)
class Silence:
    """An agency that a meeting waits for. what: belum menjawab, tidak hadir."""

    meeting_id: int
    number: str
    held_at: datetime | None
    agency: str
    what: str
    since: datetime
    reminders: int
    escalated_at: datetime | None


def meetings_between(office: Office, person: Person, first: date, days: int) -> list[Meeting]:
    """Meetings that begin on these days (Jakarta), in order; cancelled ones too."""
    start = datetime.combine(first, time(), JAKARTA)
    query = (
        select(meetings)
        .where(meetings.c.held_at >= start, meetings.c.held_at < start + timedelta(days=days))
        .order_by(meetings.c.held_at, meetings.c.id)
        .limit(MOST_SHOWN)
    )
    with office.db.read() as connection:
        return _whole(connection, connection.execute(_visible(query, person)).all())


def not_recorded(office: Office, person: Person) -> list[Meeting]:
    """Meetings that should be over and have cases without an outcome, the oldest first."""
    query = (
        select(meetings)
        .where(meetings.c.state == INVITED, meetings.c.ends_at <= office.now())
        .order_by(meetings.c.ends_at)
        .limit(MOST_SHOWN)
    )
    with office.db.read() as connection:
        return _whole(connection, connection.execute(_visible(query, person)).all())


def one_meeting(office: Office, person: Person, meeting_id: int) -> Meeting:
    """Raises NotFound, NotAllowed."""
    with office.db.read() as connection:
        rows = connection.execute(select(meetings).where(meetings.c.id == meeting_id)).all()
        if not rows:
            raise NotFound("Rapat itu tidak ada.")
        [found] = _whole(connection, rows)
    mine = _agencies(person)
    if mine is not None and not mine & {row.agency for row in found.invitations}:
        raise NotAllowed("Rapat ini di luar wewenang Anda.")
    return found


def meeting_of_case(office: Office, case_id: int) -> Any | None:
    """The meeting that a case waits for, else the last that it had or that fell through: its row, with `standing` (of
    the case in it). The caller has seen to it that the case may be seen."""
    standing = meeting_cases.c.state
    query = (
        select(meetings, standing.label("standing"))
        .join(meeting_cases, meeting_cases.c.meeting_id == meetings.c.id)
        .where(meeting_cases.c.case_id == case_id)
        .order_by(standing == DROPPED, meetings.c.id.desc())
        .limit(1)
    )
    with office.db.read() as connection:
        return connection.execute(query).one_or_none()


def waiting_groups(office: Office, person: Person) -> list[Group]:
    """Open cases of the person's bidang that wait for a meeting, by their agencies; the most urgent group first."""
    groups = sorted(group for group in acting_groups(person) if group.startswith("bidang:"))
    if not groups:
        return []
    live = exists().where(
        meeting_cases.c.case_id == cases.c.id,
        meeting_cases.c.meeting_id == meetings.c.id,
        meeting_cases.c.state.in_((PLANNED, INVITED)),
        meetings.c.state == INVITED,
    )
    dropped = exists().where(meeting_cases.c.case_id == cases.c.id, meeting_cases.c.state == DROPPED)
    about = ("id", "resi", "code", "applicant_name", "promised_at", "facts")
    waits = or_(
        and_(tasks.c.form == CALL_FORM, tasks.c.group_key.in_(groups)),
        and_(tasks.c.form == RECORD_FORM, cases.c.bidang.in_([group.partition(":")[2] for group in groups])),
    )
    query = (
        select(*(cases.c[name] for name in about), dropped.label("called"))
        .join(cases, cases.c.id == tasks.c.case_id)
        .where(tasks.c.form.in_((CALL_FORM, RECORD_FORM)), tasks.c.state == "open", waits, ~live)
        .order_by(tasks.c.order_at)
        .limit(MOST_WAITING)
    )
    with office.db.read() as connection:
        rows = connection.execute(query).all()
    by_agencies: dict[tuple[str, ...], list[Any]] = {}
    for row in rows:
        by_agencies.setdefault(tuple(sorted(row.facts.get("instansi") or [])), []).append(row)
    far = datetime.max.replace(tzinfo=JAKARTA)
    ordered = [
        Group(agencies, tuple(sorted(found, key=lambda row: (row.promised_at or far, row.id))))
        for agencies, found in by_agencies.items()
        if agencies
    ]
    return sorted(ordered, key=lambda group: (group.cases[0].promised_at or far, group.agencies))


def waiting_for_agencies(office: Office, person: Person) -> list[Silence]:
    """Agencies that have not answered an invitation, or stayed away from a meeting whose cases are still open."""
    query = (
        select(meetings, meeting_invitations)
        .add_columns(meetings.c.id.label("meeting"))
        .join(meeting_invitations, meeting_invitations.c.meeting_id == meetings.c.id)
        .where(
            meetings.c.state == INVITED,
            or_(
                and_(meeting_invitations.c.reply.is_(None), meeting_invitations.c.attended.is_(None)),
                meeting_invitations.c.attended.is_(False),
            ),
        )
        .order_by(meetings.c.held_at)
        .limit(MOST_SHOWN)
    )
    with office.db.read() as connection:
        rows = connection.execute(_visible(query, person)).all()
    return [
        Silence(
            row.meeting,
            row.number,
            row.held_at,
            row.agency,
            "tidak hadir" if row.attended is False else "belum menjawab",
            row.sent_at,
            row.reminders,
            row.escalated_at,
        )
        for row in rows
    ]


def own_times(office: Office, person: Person) -> list[Any]:
    """What the person and the person's agencies wrote into their calendars, from today on: busy_time rows with `person`
    (name)."""
    mine = busy_times.c.person_id == person.id
    agencies = _own_agencies(person)
    who = or_(mine, busy_times.c.agency.in_(sorted(agencies))) if agencies else mine
    query = (
        select(busy_times, persons.c.name.label("person"))
        .outerjoin(persons, persons.c.id == busy_times.c.by_id)
        .where(who, busy_times.c.ends_at > office.now())
        .order_by(busy_times.c.starts_at)
        .limit(MOST_SHOWN)
    )
    with office.db.read() as connection:
        return list(connection.execute(query))


def _whole(connection: Connection, rows: Sequence[Any]) -> list[Meeting]:
    found = {row.id: Meeting(row) for row in rows}
    if not found:
        return []
    invited = (
        select(meeting_invitations)
        .where(meeting_invitations.c.meeting_id.in_(found))
        .order_by(meeting_invitations.c.meeting_id, meeting_invitations.c.agency)
    )
    for row in connection.execute(invited):
        found[row.meeting_id].invitations.append(row)
    for row in _cases(connection, found):
        found[row.meeting_id].cases.append(row)
    return list(found.values())


def _cases(connection: Connection, meeting_ids: Iterable[int]) -> Iterable[Any]:
    idents = list(meeting_ids)
    if len(idents) == 1:
        return cases_of(connection, idents[0])
    about = ("resi", "code", "applicant_name", "promised_at", "closed_at", "bidang")
    query = (
        select(meeting_cases, *(cases.c[name] for name in about))
        .join(cases, cases.c.id == meeting_cases.c.case_id)
        .where(meeting_cases.c.meeting_id.in_(idents))
        .order_by(meeting_cases.c.meeting_id, cases.c.promised_at, cases.c.id)
    )
    return connection.execute(query)


def _visible(query: Select[Any], person: Person) -> Select[Any]:
    mine = _agencies(person)
    if mine is None:
        return query
    invited = select(meeting_invitations.c.meeting_id).where(meeting_invitations.c.agency.in_(sorted(mine)))
    return query.where(meetings.c.id.in_(invited))


def _agencies(person: Person) -> set[str] | None:
    """The agencies whose meetings alone the person sees; None for the office's own people."""
    return None if person.roles - {"tim_teknis", "camat"} else _own_agencies(person)


def _own_agencies(person: Person) -> set[str]:
    return {scope for role, scope in person.memberships if role == "tim_teknis" and scope}


__all__ = [
    "CANCELLED",
    "Group",
    "Meeting",
    "Silence",
    "meetings_between",
    "not_recorded",
    "one_meeting",
    "own_times",
    "waiting_for_agencies",
    "waiting_groups",
]
