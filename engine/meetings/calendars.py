"""The calendars of agencies and their members over a stretch of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, and_, cast, literal, null, select, union_all

from engine.services.agenda import Taken, taken
from engine.storage.agenda_tables import busy_times
from engine.storage.clock_tables import absences
from engine.storage.people_tables import memberships, persons
from engine.working_time import JAKARTA

MEMBER = "tim_teknis"
ALL_AWAY = "semua anggotanya berhalangan"


@dataclass
class Calendars:
    """What is known of when agencies cannot come. rows: meetings and the agencies' own entries; away: by agency and
    member (person id), when that person is taken."""

    rows: list[Taken]
    away: dict[str, dict[int, list[tuple[datetime, datetime]]]] = field(default_factory=dict)

    @classmethod
    def load(
        cls,
        connection: Connection,
        agencies: Sequence[str],
        first: datetime,
        last: datetime,
        besides: int | None = None,
    ) -> Calendars:
        """The calendars between two moments; besides: a meeting that does not count. Two statements."""
        rows = taken(connection, agencies, first, last, besides=besides)
        busy = and_(busy_times.c.person_id == persons.c.id, busy_times.c.ends_at > first, busy_times.c.starts_at < last)
        members = (
            select(memberships.c.scope, persons.c.id)
            .add_columns(busy_times.c.starts_at, busy_times.c.ends_at, busy_times.c.meeting_id)
            .add_columns(literal("").label("first"), literal("").label("last"))
            .join(persons, persons.c.id == memberships.c.person_id)
            .outerjoin(busy_times, busy)
            .where(memberships.c.role == MEMBER, memberships.c.scope.in_(list(agencies)), persons.c.active.is_(True))
        )
        none = (cast(null(), busy_times.c.starts_at.type), cast(null(), busy_times.c.ends_at.type))
        leave = select(literal(""), absences.c.person_id, *none, cast(null(), busy_times.c.meeting_id.type))
        leave = leave.add_columns(absences.c.first, absences.c.last).where(
            absences.c.last >= first.astimezone(JAKARTA).date().isoformat(),
            absences.c.first <= last.astimezone(JAKARTA).date().isoformat(),
            absences.c.withdrawn_at.is_(None),
        )
        away: dict[str, dict[int, list[tuple[datetime, datetime]]]] = {}
        absent: list[Any] = []
        for row in connection.execute(union_all(members, leave)):
            if row.first:
                absent.append(row)
                continue
            mine = away.setdefault(row.scope, {}).setdefault(row.id, [])
            if row.starts_at is not None and (besides is None or row.meeting_id != besides):
                mine.append((row.starts_at, row.ends_at))
        for row in absent:  # leave of persons, whole days
            for times in away.values():
                if row.id in times:
                    times[row.id].append((_midnight(row.first), _midnight(row.last, 1)))
        return cls(rows, away)

    @staticmethod
    def meetings(connection: Connection, agencies: Sequence[str], first: datetime, last: datetime) -> list[Taken]:
        """Only the meetings."""
        return [row for row in taken(connection, agencies, first, last) if row.meeting_id is not None]

    def clashes(self, start: datetime, end: datetime) -> list[Taken]:
        """What is in the way of a meeting from `start` to `end`. An agency can come as long as one member can."""
        found = [row for row in self.rows if row.ends_at > start and row.starts_at < end]
        known = {row.agency for row in found}
        for agency, members in self.away.items():
            if agency not in known and members and all(_hit(times, start, end) for times in members.values()):
                found.append(Taken(agency, start, end, ALL_AWAY))
        return found


def _hit(times: Sequence[tuple[datetime, datetime]], start: datetime, end: datetime) -> bool:
    return any(last > start and first < end for first, last in times)


def _midnight(day: str, later: int = 0) -> datetime:
    return datetime.combine(date.fromisoformat(day) + timedelta(days=later), time(), JAKARTA)
