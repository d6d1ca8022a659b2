"""Where archived files stood and who took them out. Rows are added; only a return is written onto its loan."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, text

from .schema import metadata
from .types import Id, UtcDateTime

archive_moves = Table(
    "archive_move",
    metadata,
    Column("id", Id, primary_key=True),
    Column("record_id", Id, ForeignKey("archive_record.id"), nullable=False),
    Column("from_shelf", Text, nullable=False),
    Column("from_box", Text, nullable=False),
    Column("to_shelf", Text, nullable=False),
    Column("to_box", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by_id", Id, ForeignKey("person.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "record_id"),
)

archive_loans = Table(
    "archive_loan",
    metadata,
    Column("id", Id, primary_key=True),
    Column("record_id", Id, ForeignKey("archive_record.id"), nullable=False),
    Column("taker", Text, nullable=False),  # who has the file: name and where they work
    Column("reason", Text, nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
    Column("given_by", Id, ForeignKey("person.id"), nullable=False),
    Column("due_on", String(10), nullable=False),  # ISO date, Jakarta
    Column("returned_at", UtcDateTime),
    Column("received_by", Id, ForeignKey("person.id")),
    Column("note", Text),  # what was found when it came back
    Index(None, "record_id"),
    Index(  # a file that is out cannot be taken out
        "uq_archive_loan_out",
        "record_id",
        unique=True,
        sqlite_where=text("returned_at IS NULL"),
        postgresql_where=text("returned_at IS NULL"),
    ),
    Index(
        "ix_archive_loan_due_on",
        "due_on",
        sqlite_where=text("returned_at IS NULL"),
        postgresql_where=text("returned_at IS NULL"),
    ),
)
