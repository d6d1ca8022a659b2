"""The tables of cases.

Rows that only mirror the engine's state (tasks open, deadlines armed, work to do) are derived by engine.settle in the
transaction that changes the state; events are only ever added.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    text,
)

from .types import Blob, Id, Json, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

process_versions = Table(
    "process_version",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("code", String(20), nullable=False),
    Column("number", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("family", String(40), nullable=False),
    Column("bidang", String(40), nullable=False),
    Column("promise_days", Integer, nullable=False),
    Column("content", Blob, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index(None, "code", "number", unique=True),
)

activations = Table(
    "activation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String(20), nullable=False),
    Column("hash", String(64), ForeignKey("process_version.hash"), nullable=False),
    Column("from_at", UtcDateTime, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("decree", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "code", "from_at"),
)

cases = Table(
    "case_file",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String(20), nullable=False),
    Column("variant", String(40), nullable=False),
    Column("bidang", String(40), nullable=False),
    Column("version_hash", String(64), ForeignKey("process_version.hash"), nullable=False),
    Column("resi", String(40), unique=True),
    Column("public_code", String(16), unique=True),
    Column("permit_number", String(60)),
    Column("state", String(12), nullable=False),  # pendaftaran, berjalan, selesai, ditolak, ditarik
    Column("outcome", Text),
    Column("applicant_name", Text, nullable=False),
    Column("applicant_key", Text, nullable=False),  # the name in lower case, for searching
    Column("applicant_id", String(20)),
    Column("npwp", String(20)),
    Column("phone", String(30)),
    Column("email", Text),
    Column("address", Text),
    Column("kecamatan", String(40)),
    Column("kelurahan", String(40)),
    Column("proxy_name", Text),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("registered_at", UtcDateTime),
    Column("promise_minutes", Integer, nullable=False),  # working minutes, 480 a working day
    Column("promised_at", UtcDateTime),  # null while the clock stands
    Column("clock_left", Integer),  # working minutes left while the clock stands
    Column("paused_at", UtcDateTime),
    Column("paused_minutes", Integer, nullable=False),
    Column("decided_at", UtcDateTime),  # the SOP itself came to its end: issued, rejected or withdrawn
    Column("closed_at", UtcDateTime),
    Column("late", Boolean, nullable=False),
    Column("late_element", Text),
    Column("incidents_open", Integer, nullable=False),
    Column("facts", Json, nullable=False),
    Column("version", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("head", Blob, nullable=False),
    Column("run", Blob),  # the engine's state, compressed; empty once the case is closed
    Column("promise_from", UtcDateTime),  # promised_at is promise_span working minutes after this moment
    Column("promise_span", Integer),
    Column("calendar", Integer, nullable=False, default=0),  # the calendar's version that the case's clocks follow
    Column("suspended_at", UtcDateTime),  # everything stands, by an administrator's order (engine.repair)
    Column("language", String(2)),  # of messages to the applicant: id or en; null: nobody asked
    Index(None, "state", "promised_at"),
    Index(None, "code", "state"),
    Index(None, "registered_at"),
    Index(None, "closed_at"),
    Index(None, "decided_at"),
    Index(None, "code", "decided_at"),
    Index(None, "applicant_key"),
    Index(None, "applicant_id"),
    Index(None, "npwp"),
    Index(  # whose clocks are behind the calendar
        "ix_case_file_calendar",
        "calendar",
        "id",
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
)
tasks = Table(
    "task",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("case_file.id"), nullable=False),
    Column("token", String(32), nullable=False),  # the engine's id of the waiting step
    Column("process", String(40), nullable=False),
    Column("element", String(80), nullable=False),
    Column("name", Text, nullable=False),
    Column("form", String(120), nullable=False),
    Column("lane", String(80), nullable=False),
    Column("group_key", String(80), nullable=False),
    Column("agency", String(40)),
    Column("code", String(20), nullable=False),
    Column("kecamatan", String(40)),
    Column("state", String(10), nullable=False),  # open, done, cancelled, skipped
    Column("holder_id", Id),
    Column("claimed_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),
    Column(
        "order_at", UtcDateTime, nullable=False
    ),  # due_at; what is not due comes after everything that is, oldest first
    Column("closed_at", UtcDateTime),
    Column("closed_by", Id),
    Column("worked_minutes", Integer),  # working time from creation to completion
    Column("base_at", UtcDateTime),  # due_at is base_minutes working minutes after this moment
    Column("base_minutes", Integer),
    Index(None, "case_id"),
    Index(
        "ix_task_inbox",
        "group_key",
        "order_at",
        "id",
        sqlite_where=text("state='open'"),
        postgresql_where=text("state='open'"),
    ),
    Index(
        "ix_task_holder",
        "holder_id",
        "order_at",
        "id",
        sqlite_where=text("state='open'"),
        postgresql_where=text("state='open'"),
    ),
    Index("ix_task_step", "code", "process", "element", "state"),
    Index(  # who waits for the same sort of work: meetings to be called, visits to be made
        "ix_task_form",
        "form",
        "order_at",
        sqlite_where=text("state='open'"),
        postgresql_where=text("state='open'"),
    ),
    Index(  # how long steps take: figures are read off the index alone
        "ix_task_worked",
        "code",
        "closed_at",
        "process",
        "element",
        "worked_minutes",
        sqlite_where=text("worked_minutes IS NOT NULL"),
        postgresql_where=text("worked_minutes IS NOT NULL"),
    ),
)

deadlines = Table(  # only what is armed; what fired or fell away is in the history
    "deadline",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("case_file.id"), nullable=False),
    Column("token", String(32), nullable=False),
    Column("process", String(40), nullable=False),
    Column("element", String(80), nullable=False),
    Column("name", Text, nullable=False),
    Column("applicant", Boolean, nullable=False),  # the applicant's own deadline goes on while the SOP's clock stands
    Column("due_at", UtcDateTime),  # null while the clock stands
    Column("left_minutes", Integer),
    Column("armed_at", UtcDateTime, nullable=False),
    Column("base_at", UtcDateTime),  # due_at is base_minutes working minutes after this moment
    Column("base_minutes", Integer),  # null: a date that no calendar moves
    Column("leased_until", UtcDateTime),  # a worker is about to let it strike; after that, another may
    Index(None, "case_id"),
    Index(None, "due_at"),
)

work_items = Table(
    "work_item",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("case_file.id"), nullable=False),
    Column("token", String(32), nullable=False),
    Column("process", String(40), nullable=False),
    Column("element", String(80), nullable=False),
    Column("operator", String(80), nullable=False),
    Column("params", Json, nullable=False),
    Column("state", String(10), nullable=False),  # ready, running, failed, held (its case is suspended)
    Column("run_at", UtcDateTime, nullable=False),
    Column("leased_until", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("error", Text),
    Index(None, "case_id"),
    Index(None, "state", "run_at"),
)

incidents = Table(
    "incident",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("case_file.id"), nullable=False),
    Column("token", String(32), nullable=False),
    Column("process", String(40), nullable=False),
    Column("element", String(80), nullable=False),
    Column("name", Text, nullable=False),
    Column("operator", String(80), nullable=False),
    Column("cause", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("state", String(10), nullable=False),  # open, resolved
    Column("created_at", UtcDateTime, nullable=False),
    Column("resolved_at", UtcDateTime),
    Column("resolved_by", Id),
    Index(None, "case_id"),
    Index(None, "state", "created_at"),
)

events = Table(
    "event",
    metadata,
    Column("case_id", Id, ForeignKey("case_file.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("actor_id", Id),
    Column("task_id", Id),
    Column("data", Json, nullable=False),
    Column("command_key", String(80), unique=True),
    Column("hash", Blob, nullable=False),
    PrimaryKeyConstraint("case_id", "seq"),
)

answers = Table(
    "answer",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("case_file.id"), nullable=False),
    Column("task_id", Id),
    Column("form", String(120), nullable=False),
    Column("data", Json, nullable=False),
    Column("by_id", Id),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "case_id"),
)

drafts = Table(
    "draft",
    metadata,
    Column("task_id", Id, ForeignKey("task.id"), nullable=False),
    Column("person_id", Id, nullable=False),
    Column("data", Json, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("task_id", "person_id"),
)

documents = Table(
    "document",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("case_file.id"), nullable=False),
    Column("kind", String(60), nullable=False),  # requirement code, or the letter's kind
    Column("title", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("mime", String(80), nullable=False),
    Column("size", Integer, nullable=False),
    Column("by_id", Id),
    Column("at", UtcDateTime, nullable=False),
    Column("scan", String(10), nullable=False, server_default="tidak"),  # tidak: nobody looked; bersih, menunggu, virus
    Column("scanned_at", UtcDateTime),
    Column("scan_note", Text),  # the virus by name, or why the scan is still to come
    Index(None, "case_id"),
    Index(None, "sha256"),
    Index(None, "kind", "at"),
)


def _when_written(context: Any) -> Any:
    return context.get_current_parameters()["created_at"]


outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("case_file.id"), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("recipient", Text, nullable=False),
    Column("template", String(60), nullable=False),
    Column("data", Json, nullable=False),
    # queued; sent; failed (to one address at least); replaced (a newer one took its place); lapsed (too old to send)
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("run_at", UtcDateTime, nullable=False, default=_when_written),  # not sent before; of a leased row: its end
    Column("lease", String(32)),  # the worker that is at it
    Column("sent_at", UtcDateTime),
    Column("error", Text),
    Index(None, "case_id"),
    Index(None, "state", "id"),
    Index(
        "ix_outbox_queued",
        "channel",
        "run_at",
        sqlite_where=text("state='queued'"),
        postgresql_where=text("state='queued'"),
    ),
)
