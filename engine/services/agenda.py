"""Whose time is taken: meetings that agencies are invited to, and what they wrote into their calendars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, String, bindparam, cast, func, literal, null, select, union_all
from sqlalchemy.orm import aliased

from engine.letters.words import WIB
from engine.storage.agenda_tables import busy_times, meeting_cases
from engine.storage.service_tables import meeting_invitations, meetings

LIVE = "diundang"
DECLINED = "tidak"
PLANNED_HERE = -1
MEETING_LENGTH = timedelta(hours=1)  # assumed: a meeting called on the form, which asks for no end


@dataclass(frozen=True)
class Taken:
    """A stretch of time in which an agency cannot come. meeting_id: None for an entry of its calendar.
    invited: how many agencies that meeting has."""

    agency: str
    starts_at: datetime
    ends_at: datetime
    what: str
    meeting_id: int | None = None
    invited: int = 0

    @property
    def planned(self) -> bool:
        """The meeting that the case itself was scheduled into, not something in its way."""
        return self.invited == PLANNED_HERE

    def words(self, name: str | None = None) -> str:
        """`BPLH: rapat 005/0001/UND/BPPT/I/2016, 12-1-2016 09.30-10.30 WIB`."""
        first, last = self.starts_at.astimezone(WIB), self.ends_at.astimezone(WIB)
        what = f"rapat {self.what}" if self.meeting_id else self.what
        same_day = first.date() == last.date()
        until = f"{last:%H.%M}" if same_day else f"{last.day}-{last.month}-{last.year} {last:%H.%M}"
        return f"{name or self.agency}: {what}, {first.day}-{first.month}-{first.year} {first:%H.%M}-{until} WIB"


def _statement() -> Any:
    everyone = aliased(meeting_invitations)
    invited = select(func.count()).select_from(everyone).where(everyone.c.meeting_id == meetings.c.id).scalar_subquery()
    agencies: Any = bindparam("agencies", expanding=True)
    called = (
        select(
            meeting_invitations.c.agency,
            meetings.c.held_at.label("starts_at"),
            meetings.c.ends_at.label("ends_at"),
            meetings.c.number.label("what"),
            meetings.c.id.label("meeting_id"),
            invited.label("invited"),
            meeting_invitations.c.reply.label("reply"),
        )
        .join(meetings, meetings.c.id == meeting_invitations.c.meeting_id)
        .where(
            meetings.c.state == LIVE,
            meetings.c.ends_at > bindparam("from_at"),
            meetings.c.held_at < bindparam("until"),
            meeting_invitations.c.agency.in_(agencies),
        )
    )
    written = select(
        busy_times.c.agency,
        busy_times.c.starts_at,
        busy_times.c.ends_at,
        busy_times.c.note,
        cast(null(), meetings.c.id.type),
        literal(0),
        cast(null(), String(12)),
    ).where(
        busy_times.c.agency.in_(agencies),
        busy_times.c.person_id.is_(None),
        busy_times.c.ends_at > bindparam("from_at"),
        busy_times.c.starts_at < bindparam("until"),
    )
    planned = (
        select(
            literal(""),
            meetings.c.held_at,
            meetings.c.ends_at,
            meetings.c.number,
            meetings.c.id,
            literal(PLANNED_HERE),
            cast(null(), String(12)),
        )
        .join(meeting_cases, meeting_cases.c.meeting_id == meetings.c.id)
        .where(
            meeting_cases.c.case_id == bindparam("case"),
            meeting_cases.c.state == "menunggu",
            meetings.c.state == LIVE,
        )
    )
    return union_all(called, written, planned)


_TAKEN = _statement()  # built once: see engine.unit


def taken(
    connection: Connection,
    agencies: Sequence[str],
    start: datetime,
    end: datetime,
    *,
    besides: int | None = None,
    case_id: int | None = None,
) -> list[Taken]:
    """Every stretch between `start` and `end` in which one of the agencies is taken, the earliest first. besides: a
    meeting that does not count (it is being moved). An agency that has declined a meeting is free. One statement.

    case_id: add the meeting that this case was scheduled into already, whenever it is (`planned` of the row is true).
    """
    values = {"agencies": list(agencies), "from_at": start, "until": end, "case": case_id}
    found = connection.execute(_TAKEN, values)
    rows = [
        Taken(row.agency, row.starts_at, row.ends_at, row.what, row.meeting_id, row.invited)
        for row in found
        if row.reply != DECLINED and (besides is None or row.meeting_id != besides)
    ]
    return sorted(rows, key=lambda row: (row.starts_at, row.agency))


def joinable(rows: Iterable[Taken], agencies: Sequence[str], start: datetime) -> int | None:
    """The meeting among `rows` that begins at `start` with exactly these agencies: a further case is taken into it."""
    rows = list(rows)
    for row in rows:
        if row.meeting_id is not None and row.starts_at == start and row.invited == len(agencies):
            mine = {other.agency for other in rows if other.meeting_id == row.meeting_id}
            others = [other for other in rows if other.meeting_id != row.meeting_id]
            if mine == set(agencies) and not others:
                return row.meeting_id
    return None
