"""The office's calendar, kept by an administrator: lines with their decree over the file, and moving what they move.

A change commits first; then every open case is brought to it, a batch a transaction. What is left to do is written on
the cases themselves (their `calendar` is behind), so a killed mover is simply begun again, several may run side by
side, and a command that meets a case before the mover does moves it at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast, get_args

from sqlalchemy import Connection, func, insert, select, update

from engine import calendar_lines as lines
from engine.errors import Gone, Invalid, NotFound
from engine.office import Office
from engine.office_deeds import earlier, full_key, must, refuse, span, words
from engine.people import Person
from engine.storage.clock_tables import calendar_changes, calendar_files, calendar_lines
from engine.storage.people_tables import persons
from engine.storage.schema import cases
from engine.working_time import WEEKDAYS, CalendarError, Kind, Line, WorkingTime, office_calendar, read_hours

KINDS = {
    "libur": "Kantor tutup",
    "kerja": "Kantor buka",
    "jam": "Jam lain pada hari buka",
    "pekan": "Jam buka sepekan",
}
SOURCES = {"law": "Peraturan", "seed": "Catatan kantor", "assumed": "Perkiraan"}


@dataclass(frozen=True)
class Draft:
    """A line as it is typed. first, last: ISO dates. hours: weekday name -> "08:00-15:00"; for kerja they may be
    left out."""

    first: str
    last: str
    kind: str
    note: str
    decree: str
    hours: Mapping[str, str]
    source: str = "law"


@dataclass(frozen=True)
class Kept:
    """A line as it is kept: see engine.storage.clock_tables."""

    id: int
    first: str
    last: str
    kind: str
    hours: Mapping[str, str]
    note: str
    decree: str
    source: str
    by: str
    at: datetime
    withdrawn_at: datetime | None
    withdrawn_decree: str | None


@dataclass(frozen=True)
class Change:
    """One change and how far it has come. cases: open when it was made; left: still behind; moved: moments that got
    another value, in moved_cases cases."""

    id: int
    deed: str
    decree: str
    by: str | None
    at: datetime
    cases: int
    left: int
    moved_cases: int
    moved: int
    finished_at: datetime | None

    @property
    def percent(self) -> int:
        """How far, 0 to 100."""
        if self.finished_at is not None or not self.cases:
            return 100
        return max(0, min(99, 100 * (self.cases - self.left) // self.cases))


def checked(office: Office, draft: Draft) -> Line:
    """The draft as a line of the calendar. Raises Invalid: a message per field, the clashing line named."""
    errors: dict[str, list[str]] = {}
    first, last = span(draft.first, draft.last or draft.first, errors)
    note = words(draft.note, "note", "Sebutkan apa yang terjadi.", errors)
    decree = words(draft.decree, "decree", "Sebutkan keputusan yang menjadi dasarnya.", errors)
    hours = {day: text.strip() for day, text in draft.hours.items() if text.strip()}
    if draft.kind not in get_args(Kind):
        errors["kind"] = ["Pilih jenisnya."]
    if draft.source not in SOURCES:
        errors["source"] = ["Pilih sumbernya."]
    if draft.kind == "libur" and hours:
        errors["hours"] = ["Hari libur tidak punya jam."]
    if draft.kind in ("jam", "pekan") and not hours:
        errors["hours"] = ["Isi jam buka sekurang-kurangnya satu hari, misalnya 08:00-15:00."]
    try:
        read = read_hours(hours, "Jam") if hours else {}
    except CalendarError as error:
        errors["hours"] = [str(error)]
    refuse(errors)
    return Line(
        date.fromisoformat(first), date.fromisoformat(last), cast(Kind, draft.kind), note, decree, draft.source, read
    )


def changed(office: Office, connection: Connection, add: Line | None, without: int | None = None) -> WorkingTime:
    """The calendar as it would be with one more line, or without one. Raises Invalid when lines clash."""
    rows = connection.execute(
        select(calendar_lines).where(calendar_lines.c.withdrawn_at.is_(None)).order_by(calendar_lines.c.id)
    ).all()
    kept = [lines.line_of(row) for row in rows if row.id != without]
    file = office_calendar(office.calendar_file)
    try:
        return WorkingTime(file.calendar.with_lines([*kept, *([add] if add else [])]))
    except CalendarError as error:
        raise Invalid({"first": [f"Bertumpuk dengan baris lain: {error}. Cabut dahulu baris yang lama."]}) from None


def add_line(office: Office, draft: Draft, *, by: Person, key: str | None = None) -> int:
    """Put a line into force. Returns the version it makes; the same key again gives the same.

    Raises: NotAllowed, Invalid (a message per field).
    """
    must(by, "calendar.edit")
    line = checked(office, draft)
    with office.db.write() as connection:
        if (done := earlier(connection, calendar_changes, full_key(by, key))) is not None:
            return int(done.id)
        changed(office, connection, line)
        hours = {WEEKDAYS[day]: _span(line, day) for day in line.hours}
        row = insert(calendar_lines).values(
            first=line.first.isoformat(),
            last=line.last.isoformat(),
            kind=line.kind,
            hours=hours,
            note=line.note,
            decree=line.basis,
            source=line.source,
            by_id=by.id,
            at=office.now(),
        )
        line_id = connection.execute(row.returning(calendar_lines.c.id)).scalar_one()
        version = _note(office, connection, "tambah", line.basis, line_id, by, key)
    _look(office)
    return version


def withdraw_line(office: Office, line_id: int, decree: str, *, by: Person, key: str | None = None) -> int:
    """Take a line out of force; it stays to be read. Returns the version that makes.

    Raises: NotAllowed, NotFound, Gone (withdrawn before), Invalid (no decree).
    """
    must(by, "calendar.edit")
    errors: dict[str, list[str]] = {}
    decree = words(decree, "decree", "Sebutkan keputusan yang mencabutnya.", errors)
    refuse(errors)
    with office.db.write() as connection:
        if (done := earlier(connection, calendar_changes, full_key(by, key))) is not None:
            return int(done.id)
        row = connection.execute(
            select(calendar_lines.c.withdrawn_at).where(calendar_lines.c.id == line_id).with_for_update()
        ).one_or_none()
        if row is None:
            raise NotFound("Baris kalender itu tidak ada.")
        if row.withdrawn_at is not None:
            raise Gone("Baris kalender ini sudah dicabut.")
        connection.execute(
            update(calendar_lines)
            .where(calendar_lines.c.id == line_id)
            .values(withdrawn_at=office.now(), withdrawn_by=by.id, withdrawn_decree=decree)
        )
        version = _note(office, connection, "cabut", decree, line_id, by, key)
    _look(office)
    return version


def note_file(office: Office) -> int | None:
    """When the calendar file is another one than the one worked by so far, that is a change too: its version, else
    None."""
    mark = hashlib.sha256(office.calendar_file.read_bytes()).hexdigest()
    newest = select(calendar_files.c.mark).order_by(calendar_files.c.id.desc()).limit(1)
    with office.db.read() as connection:
        if connection.execute(newest).scalar() == mark:
            return None
    version = None
    with office.db.write() as connection:
        known = connection.execute(newest).scalar()
        if known != mark:
            connection.execute(insert(calendar_files).values(mark=mark, at=office.now()))
            if known is not None:
                version = _note(office, connection, "berkas", "Berkas kalender.yaml yang baru", None, None, None)
    if version is not None:
        _look(office)
    return version


def all_lines(office: Office) -> list[Kept]:
    """Every line there ever was, by date, withdrawn ones included."""
    query = (
        select(calendar_lines, persons.c.name.label("by"))
        .join(persons, persons.c.id == calendar_lines.c.by_id)
        .order_by(calendar_lines.c.first, calendar_lines.c.id)
    )
    with office.db.read() as connection:
        return [
            Kept(
                id=row.id,
                first=row.first,
                last=row.last,
                kind=row.kind,
                hours=row.hours,
                note=row.note,
                decree=row.decree,
                source=row.source,
                by=row.by,
                at=row.at,
                withdrawn_at=row.withdrawn_at,
                withdrawn_decree=row.withdrawn_decree,
            )
            for row in connection.execute(query)
        ]


def changes(office: Office, limit: int = 10) -> list[Change]:
    """The newest changes, the newest first, with how far each has come."""
    query = (
        select(calendar_changes, persons.c.name.label("by"))
        .outerjoin(persons, persons.c.id == calendar_changes.c.by_id)
        .order_by(calendar_changes.c.id.desc())
        .limit(limit)
    )
    with office.db.read() as connection:
        rows = connection.execute(query).all()
        left = {row.id: behind(connection, row.id) for row in rows if row.finished_at is None}
    return [
        Change(
            id=row.id,
            deed=row.deed,
            decree=row.decree,
            by=row.by,
            at=row.at,
            cases=row.cases,
            left=left.get(row.id, 0),
            moved_cases=row.moved_cases,
            moved=row.moved,
            finished_at=row.finished_at,
        )
        for row in rows
    ]


def behind(connection: Connection, version: int) -> int:
    """Open cases whose clocks do not yet follow the calendar's version."""
    query = select(func.count()).where(cases.c.closed_at.is_(None), cases.c.calendar < version)
    return int(connection.execute(query).scalar_one())


def _note(
    office: Office,
    connection: Connection,
    deed: str,
    decree: str,
    line_id: int | None,
    by: Person | None,
    key: str | None,
) -> int:
    still_open = connection.execute(select(func.count()).where(cases.c.closed_at.is_(None))).scalar_one()
    row = insert(calendar_changes).values(
        line_id=line_id,
        deed=deed,
        decree=decree,
        by_id=by.id if by else None,
        at=office.now(),
        cases=still_open,
        moved_cases=0,
        moved=0,
        finished_at=None,
        command_key=full_key(by, key) if by else None,
    )
    return int(connection.execute(row.returning(calendar_changes.c.id)).scalar_one())


def _look(office: Office) -> None:
    with office.db.read() as connection:
        office.look_at_calendar(connection)


def _span(line: Line, day: int) -> str:
    hours = line.hours[day]
    return f"{hours.open // 60:02d}:{hours.open % 60:02d}-{hours.close // 60:02d}:{hours.close % 60:02d}"


def hours_text(hours: Any) -> str:
    """Opening hours as people read them: 08.00-16.00."""
    return f"{hours.open // 60:02d}.{hours.open % 60:02d}-{hours.close // 60:02d}.{hours.close % 60:02d}"
