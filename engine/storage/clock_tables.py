"""The tables of the clock that nobody can argue with: what an administrator changed in the calendar, who is absent and
who stands in, what is delegated to a Camat, and why a promise was broken.

Rows are added and withdrawn, never changed or deleted, each with its decree. Dates are local (Jakarta), ISO text.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from .schema import metadata
from .types import Id, Json, UtcDateTime

calendar_lines = Table(
    "calendar_line",
    metadata,
    Column("id", Id, primary_key=True),
    Column("first", String(10), nullable=False),
    Column("last", String(10), nullable=False),  # included
    Column("kind", String(10), nullable=False),  # libur, kerja, jam, pekan: see engine.working_time.calendar
    Column("hours", Json, nullable=False),  # {"senin": "08:00-15:00", ...}; empty: none of its own
    Column("note", Text, nullable=False),
    Column("decree", Text, nullable=False),
    Column("source", String(10), nullable=False),  # seed, law, assumed
    Column("by_id", Id, ForeignKey("person.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("withdrawn_at", UtcDateTime),
    Column("withdrawn_by", Id, ForeignKey("person.id")),
    Column("withdrawn_decree", Text),
    Index(
        "ix_calendar_line_in_force",
        "first",
        sqlite_where=text("withdrawn_at IS NULL"),
        postgresql_where=text("withdrawn_at IS NULL"),
    ),
)

calendar_changes = Table(  # the newest id is the calendar's version; a case carries the version its clocks follow
    "calendar_change",
    metadata,
    Column("id", Id, primary_key=True),
    Column("line_id", Id, ForeignKey("calendar_line.id")),
    Column("deed", String(10), nullable=False),  # tambah, cabut; berkas: the calendar file itself is another one
    Column("decree", Text, nullable=False),
    Column("by_id", Id, ForeignKey("person.id")),
    Column("at", UtcDateTime, nullable=False),
    Column("cases", Integer, nullable=False),  # open when the change was made
    Column("moved_cases", Integer, nullable=False),
    Column("moved", Integer, nullable=False),  # deadlines, steps and promises that got another moment
    Column("finished_at", UtcDateTime),
    Column("command_key", String(80), unique=True),
)

calendar_files = Table(  # which calendar file the office worked by, since when
    "calendar_file",
    metadata,
    Column("id", Id, primary_key=True),
    Column("mark", String(64), nullable=False),  # its SHA-256
    Column("at", UtcDateTime, nullable=False),
)

absences = Table(
    "absence",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("first", String(10), nullable=False),
    Column("last", String(10), nullable=False),  # included
    Column("kind", String(10), nullable=False),  # cuti, dinas, sakit, plh
    Column("substitute_id", Id, ForeignKey("person.id")),  # null: nobody stands in
    Column("decree", Text, nullable=False),
    Column("by_id", Id, ForeignKey("person.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("withdrawn_at", UtcDateTime),
    Column("withdrawn_by", Id, ForeignKey("person.id")),
    Column("command_key", String(80), unique=True),
    Index(None, "person_id", "last"),
    Index(None, "last"),
)

delegations = Table(  # what a Camat signs instead of the Kepala Badan
    "delegation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String(20), nullable=False),
    Column("variant", String(40)),  # null: every variant of the type
    Column("first", String(10), nullable=False),
    Column("last", String(10)),  # included; null: until withdrawn
    Column("decree", Text, nullable=False),
    Column("by_id", Id, ForeignKey("person.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("withdrawn_at", UtcDateTime),
    Column("withdrawn_by", Id, ForeignKey("person.id")),
    Column("command_key", String(80), unique=True),
    Index(None, "code"),
)

breach_reasons = Table(
    "breach_reason",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("case_file.id"), nullable=False),
    Column("cause", String(30), nullable=False),  # of engine.escalations.CAUSES
    Column("words", Text, nullable=False),
    Column("element_name", Text),  # the step that made the case late, as it was known then
    Column("by_id", Id, ForeignKey("person.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("replaced", Boolean, nullable=False),  # a later reason stands instead
    Index(None, "case_id"),
    Index(None, "at"),
)
