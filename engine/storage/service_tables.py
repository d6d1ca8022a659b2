"""What service tasks write down: meetings, visits, minutes, money, numbers, archive. One case may have several of
each: a step that is done again adds a row, it never writes over what was.

Money is whole rupiah in BIGINT. Every time is an aware UTC datetime.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
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


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True)


def _case() -> Column[int]:
    return Column("case_id", Id, ForeignKey("case_file.id"), nullable=False)


meetings = Table(
    "meeting",
    metadata,
    _id(),
    _case(),
    Column("number", String(60), nullable=False),  # of the letter of invitation
    Column("held_at", UtcDateTime),  # null: the day is agreed on later
    Column("place", Text, nullable=False),
    Column("agenda", Text, nullable=False),
    Column("state", String(10), nullable=False),  # diundang, selesai
    Column("attendance", Text),
    Column("minutes", Text),
    Column("outcome", String(20)),  # lanjut, lapangan, lengkapi, tolak
    Column("created_at", UtcDateTime, nullable=False),
    Column("recorded_at", UtcDateTime),
    Index(None, "case_id"),
    Index(None, "held_at"),
)

meeting_invitations = Table(
    "meeting_invitation",
    metadata,
    Column("meeting_id", Id, ForeignKey("meeting.id"), nullable=False),
    Column("agency", String(40), nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
    Column("attended", Boolean),  # null: not known
    PrimaryKeyConstraint("meeting_id", "agency"),
    Index(None, "agency"),
)

visits = Table(
    "visit",
    metadata,
    _id(),
    _case(),
    Column("number", String(60), nullable=False),  # of the surat tugas
    Column("scheduled_at", UtcDateTime),
    Column("officers", Text, nullable=False),
    Column("state", String(10), nullable=False),  # dijadwal, selesai
    Column("latitude", Float),
    Column("longitude", Float),
    Column("findings", Text),
    Column("conformity", String(20)),  # sesuai, tidak
    Column("created_at", UtcDateTime, nullable=False),
    Column("recorded_at", UtcDateTime),
    Index(None, "case_id"),
    Index(None, "scheduled_at"),
)

berita_acara = Table(
    "berita_acara",
    metadata,
    _id(),
    _case(),
    Column("number", String(60), nullable=False),
    Column("round", Integer, nullable=False),  # 1 the first time, one more each time it is repaired and signed again
    Column("summary", Text, nullable=False),
    Column("conclusion", String(20)),  # setuju, tolak
    Column("state", String(10), nullable=False),  # terbuka, direkap
    Column("objections", Integer),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Index(None, "case_id"),
)

berita_acara_signatures = Table(
    "berita_acara_signature",
    metadata,
    Column("berita_acara_id", Id, ForeignKey("berita_acara.id"), nullable=False),
    Column("agency", String(40), nullable=False),
    Column("response", String(20)),  # null until signed; setuju, keberatan
    Column("reason", Text),
    Column("signed_at", UtcDateTime),
    PrimaryKeyConstraint("berita_acara_id", "agency"),
)

bills = Table(
    "bill",
    metadata,
    _id(),
    _case(),
    Column("kind", String(10), nullable=False),  # retribusi, pajak
    Column("form", String(10)),  # SKRD, SKPD; null while only calculated
    Column("number", String(60), unique=True),
    Column("state", String(12), nullable=False),  # dihitung, bebas, terbit, lunas, diganti
    Column("lines", Json, nullable=False),  # [{uraian, rumus, hitungan, jumlah}]
    Column("total", BigInteger, nullable=False),
    Column("exempt_reason", Text),
    Column("virtual_account", String(30)),
    Column("calculated_at", UtcDateTime, nullable=False),
    Column("issued_at", UtcDateTime),
    Column("due_at", UtcDateTime),
    Column("paid_at", UtcDateTime),
    Index(None, "case_id"),
    Index(None, "state", "due_at"),
)

payments = Table(
    "payment",
    metadata,
    _id(),
    _case(),
    Column("bill_id", Id, ForeignKey("bill.id"), nullable=False, unique=True),
    Column("amount", BigInteger, nullable=False),
    Column("paid_on", String(10), nullable=False),  # the date on the receipt, ISO
    Column("receipt", Text, nullable=False),
    Column("channel", String(20), nullable=False),  # bank, loket
    Column("at", UtcDateTime, nullable=False),
    Index(None, "case_id"),
    Index(None, "at"),
)

register_numbers = (
    Table(  # one row a register and year: the last number given; its row is locked until the command commits
        "register_number",
        metadata,
        Column("register", String(30), nullable=False),
        Column("year", Integer, nullable=False),
        Column("last", Integer, nullable=False),
        PrimaryKeyConstraint("register", "year"),
    )
)

register_entries = Table(
    "register_entry",
    metadata,
    _id(),
    _case(),
    Column("register", String(30), nullable=False),
    Column("year", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("number", String(60), nullable=False, unique=True),
    Column("subject", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "register", "year", "sequence", unique=True),
    Index(None, "case_id"),
)

archive_records = Table(
    "archive_record",
    metadata,
    _id(),
    _case(),
    Column("number", String(60), nullable=False),
    Column("shelf", Text, nullable=False),
    Column("box", Text, nullable=False),
    Column("note", Text),
    Column("stored_at", UtcDateTime, nullable=False),
    Column("keep_until", String(10)),  # ISO date; null: kept for good
    Index(None, "case_id"),
)

escalations = Table(
    "escalation",
    metadata,
    _id(),
    _case(),
    Column("group_key", String(80), nullable=False),  # who was told
    Column("late", Boolean, nullable=False),  # the promise was past
    Column("element", Text),  # where the case stood
    Column("element_name", Text),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "case_id"),
    Index(None, "at"),
)
