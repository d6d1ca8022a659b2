"""When everybody can: from calendars, office hours and the SOP time that is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from engine.case_row import CaseRow
from engine.meetings.calendars import Calendars
from engine.office import Office
from engine.storage.agenda_tables import meeting_cases
from engine.storage.schema import cases
from engine.working_time import JAKARTA, WorkingTime

# All assumed.
NOTICE = 240  # working minutes between invitation and meeting
STEP = timedelta(minutes=30)
LUNCH = (time(12), time(13))
HORIZON = 20  # working days looked ahead
LENGTH = 60  # minutes
MOST_CASES = 8  # cases that one meeting can talk through
PLACE = "Ruang rapat BPPT"


@dataclass(frozen=True)
class Slot:
    """A time at which every agency can come. left_minutes: working minutes from its end to the earliest promise of the
    cases, negative when it is past; None where no clock runs."""

    start: datetime
    end: datetime
    left_minutes: int | None

    @property
    def in_time(self) -> bool:
        """Whether the promise can still be kept after it."""
        return self.left_minutes is None or self.left_minutes >= 0


def propose_slots(
    office: Office, agencies: Sequence[str], case_ids: Sequence[int], count: int = 5, minutes: int = LENGTH
) -> list[Slot]:
    """The next `count` slots in which no agency is taken, the earliest first, one a morning and one an afternoon."""
    with office.db.read() as connection:
        return _propose(office, connection, agencies, case_ids, count, minutes, office.now())


def suggestion(office: Office, connection: Connection, case: CaseRow) -> dict[str, Any]:
    """What umum/undang_rapat may start with for one case: a meeting of the same agencies that has room, else the next
    free slot. Empty where the case has no agencies or nothing is free."""
    agencies = case.agencies
    if not agencies:
        return {}
    now = office.now()
    first, last = _window(office.working_time, now)
    joined = _with_room(connection, agencies, first, last)
    if joined is not None:
        start = joined
    else:
        slots = _propose(office, connection, agencies, (), 1, LENGTH, now)
        if not slots:
            return {}
        start = slots[0].start
    local = start.astimezone(JAKARTA)
    return {
        "tanggal": local.date().isoformat(),
        "jam": f"{local:%H:%M}",
        "tempat": PLACE,
        "agenda": f"Pembahasan teknis permohonan {case.resi or case.code}",
    }


def _with_room(connection: Connection, agencies: Sequence[str], first: datetime, last: datetime) -> datetime | None:
    """When the earliest meeting of exactly these agencies begins that can take one more case."""
    rows = [row for row in Calendars.meetings(connection, agencies, first, last) if row.invited == len(agencies)]
    whole = {ident for ident, n in Counter(row.meeting_id for row in rows).items() if n == len(agencies)}
    starts = {row.meeting_id: row.starts_at for row in rows if row.meeting_id in whole and row.starts_at >= first}
    if not starts:
        return None
    full = select(meeting_cases.c.meeting_id).where(meeting_cases.c.meeting_id.in_(starts))
    full = full.group_by(meeting_cases.c.meeting_id).having(func.count() >= MOST_CASES)
    for ident in connection.execute(full).scalars():
        starts.pop(ident, None)
    return min(starts.values(), default=None)


def _window(time_: WorkingTime, now: datetime) -> tuple[datetime, datetime]:
    first = time_.add(now, NOTICE)
    return first, time_.add_days(first, HORIZON)


def _propose(
    office: Office,
    connection: Connection,
    agencies: Sequence[str],
    case_ids: Sequence[int],
    count: int,
    minutes: int,
    now: datetime,
) -> list[Slot]:
    working = office.working_time
    first, last = _window(working, now)
    promise = None
    if case_ids:
        query = select(func.min(cases.c.promised_at)).where(cases.c.id.in_(list(case_ids)))
        promise = connection.execute(query).scalar()
    calendars = Calendars.load(connection, agencies, first, last + timedelta(days=1))
    found: list[Slot] = []
    halves: set[tuple[date, bool]] = set()
    for start in _grid(working, first, last, timedelta(minutes=minutes)):
        local = start.astimezone(JAKARTA)
        half = (local.date(), local.time() < LUNCH[0])
        end = start + timedelta(minutes=minutes)
        if half in halves or calendars.clashes(start, end):
            continue
        halves.add(half)
        found.append(Slot(start, end, working.between(end, promise) if promise is not None else None))
        if len(found) >= count:
            break
    return found


def _grid(working: WorkingTime, first: datetime, last: datetime, length: timedelta) -> Iterator[datetime]:
    """Every half hour within opening hours at which a meeting of that length can begin, lunch left out."""
    day, end_day = first.astimezone(JAKARTA).date(), last.astimezone(JAKARTA).date()
    for each in working.calendar.working_days(day, end_day):
        hours = working.calendar.hours(each)
        assert hours is not None
        midnight = datetime.combine(each, time(), JAKARTA)
        start, closing = midnight + timedelta(minutes=hours.open), midnight + timedelta(minutes=hours.close)
        lunch = datetime.combine(each, LUNCH[0], JAKARTA), datetime.combine(each, LUNCH[1], JAKARTA)
        while start + length <= closing:
            at_lunch = start < lunch[1] and start + length > lunch[0]
            if start >= first and not at_lunch:
                yield start.astimezone(first.tzinfo)
            start += STEP
