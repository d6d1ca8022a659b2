"""The calendar's lines that an administrator keeps in the database, over those of the file.

The version of the calendar is the id of the newest change: it counts up, and every process can ask for it cheaply.
"""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from sqlalchemy import Connection, func, select

from engine.storage.clock_tables import calendar_changes, calendar_lines
from engine.working_time import Kind, Line, WorkingTime, read_hours

_VERSION = select(func.max(calendar_changes.c.id))  # built once: see engine.unit
_IN_FORCE = select(calendar_lines).where(calendar_lines.c.withdrawn_at.is_(None)).order_by(calendar_lines.c.id)


def version(connection: Connection) -> int:
    """0 while only the file speaks."""
    return connection.execute(_VERSION).scalar() or 0


def in_force(connection: Connection) -> list[Line]:
    """The lines that hold, oldest first."""
    return [line_of(row) for row in connection.execute(_IN_FORCE)]


def over(connection: Connection, file: WorkingTime, known: WorkingTime | None = None) -> WorkingTime:
    """The calendar of the file with the lines that hold over it. known: one made of this file earlier, given back when
    nothing has changed since. CalendarError for a line that cannot be read."""
    newest = version(connection)
    if known is not None and known.version == newest:
        return known
    return WorkingTime(file.calendar.with_lines(in_force(connection)), newest) if newest else file


def line_of(row: Any) -> Line:
    """A row as the calendar reads it. CalendarError for hours that cannot be read."""
    return Line(
        first=date.fromisoformat(row.first),
        last=date.fromisoformat(row.last),
        kind=cast(Kind, row.kind),
        note=row.note,
        basis=row.decree,
        source=row.source,
        hours=read_hours(row.hours, row.first) if row.hours else {},
    )


def decrees_since(connection: Connection, seen: int) -> str:
    """The decrees of the changes after version `seen`, as the history names them."""
    query = select(calendar_changes.c.decree).where(calendar_changes.c.id > seen).order_by(calendar_changes.c.id)
    return "; ".join(dict.fromkeys(connection.execute(query).scalars()))
