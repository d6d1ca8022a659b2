"""Calendars, the cases of a meeting, what was brought back from a visit, and where cases lie.

A meeting (service_tables.meetings) may take several cases; each stands in `meeting_case` with its own outcome.
Every time is an aware UTC datetime; latitudes and longitudes are degrees (WGS 84).
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from .schema import metadata
from .types import Id, Json, UtcDateTime

meeting_cases = Table(
    "meeting_case",
    metadata,
    Column("meeting_id", Id, ForeignKey("meeting.id"), nullable=False),
    Column("case_id", Id, ForeignKey("case_file.id"), nullable=False),
    # menunggu: its step "Undang Tim Teknis" is still to be done; diundang; selesai: recorded; batal
    Column("state", String(10), nullable=False),
    Column("problem", Text),  # why its step could not be done yet, in words
    Column("outcome", String(20)),  # lanjut, lapangan, lengkapi, tolak
    Column("minutes", Text),
    Column("recorded_at", UtcDateTime),
    PrimaryKeyConstraint("meeting_id", "case_id"),
    Index(None, "case_id"),
)

busy_times = Table(  # a person's calendar; without a person it is the agency's as a whole
    "busy_time",
    metadata,
    Column("id", Id, primary_key=True),
    Column("agency", String(40)),
    Column("person_id", Id, ForeignKey("person.id")),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("kind", String(10), nullable=False),  # sendiri: written on /rapat; rapat: a meeting that was accepted
    Column("note", Text, nullable=False),
    Column("meeting_id", Id, ForeignKey("meeting.id")),
    Column("by_id", Id),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "agency", "ends_at"),
    Index(None, "person_id", "ends_at"),
    Index(None, "meeting_id"),
)

visit_photos = Table(
    "visit_photo",
    metadata,
    Column("id", Id, primary_key=True),
    Column("visit_id", Id, ForeignKey("visit.id"), nullable=False),
    Column("case_id", Id, ForeignKey("case_file.id"), nullable=False),
    Column("sha256", String(64), nullable=False),  # of the file as kept; it is a document of the case too
    Column("caption", Text, nullable=False),
    Column("taken_at", UtcDateTime),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("position_from", String(10)),  # exif: the camera wrote it; perangkat: the phone told; null: no position
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("by_id", Id),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "visit_id"),
    Index(None, "case_id"),
)

case_places = Table(  # the shared technical database: one point a case, the visit's once there was one
    "case_place",
    metadata,
    Column("case_id", Id, ForeignKey("case_file.id"), primary_key=True),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
    Column("visited", Boolean, nullable=False),  # seen on site, not only stated by the applicant
    Column("form", String(120), nullable=False),  # whose answer it is
    Column("code", String(20), nullable=False),
    Column("kecamatan", String(40)),
    Column("agencies", Text, nullable=False),  # |bplh|dishub|: whose officers may see it
    Column("data", Json, nullable=False),  # technical data of the application: {field: value}
    Column("at", UtcDateTime, nullable=False),
    Index(None, "latitude", "longitude"),
    Index(None, "kecamatan", "code"),
)
