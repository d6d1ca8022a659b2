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
    text,
)

from . import (  # noqa: F401  (same metadata)
    agenda_tables,
    archive_tables,
    letter_tables,
    message_tables,
    payment_tables,
    plot_tables,
    repair_tables,
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
    Column("state", String(10), nullable=False),  # diundang, selesai, dibatalkan
    Column("ends_at", UtcDateTime),
    Column("uid", String(80), unique=True),  # of the calendar entry; the same for all its changes
    Column("sequence", Integer, nullable=False, server_default="0"),  # one more with every change that was sent
    Column("cancel_reason", Text),
    Column("attendance", Text),
    Column("minutes", Text),
    Column("outcome", String(20)),  # lanjut, lapangan, lengkapi, tolak
    Column("created_at", UtcDateTime, nullable=False),
    Column("recorded_at", UtcDateTime),
    Index(None, "case_id"),
    Index(None, "held_at"),
    Index(None, "state", "ends_at"),
)

meeting_invitations = Table(
    "meeting_invitation",
    metadata,
    Column("meeting_id", Id, ForeignKey("meeting.id"), nullable=False),
    Column("agency", String(40), nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
    Column("reply", String(12)),  # hadir, diwakilkan, tidak; null: no answer yet
    Column("reply_note", Text),
    Column("replied_at", UtcDateTime),
    Column("replied_by", Id),  # null where the answer came through the link of the invitation
    Column("remind_at", UtcDateTime),  # when silence is looked at next; null: no more
    Column("reminders", Integer, nullable=False, server_default="0"),
    Column("escalated_at", UtcDateTime),
    Column("attended", Boolean),  # null: not known
    Column("attended_by", Text),  # names
    PrimaryKeyConstraint("meeting_id", "agency"),
    Index(None, "agency"),
    Index(
        "ix_meeting_invitation_remind_at",
        "remind_at",
        sqlite_where=text("remind_at IS NOT NULL"),
        postgresql_where=text("remind_at IS NOT NULL"),
    ),
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
    Column("checklist", Json),  # [{butir, hasil: ya | tidak | tidak_dapat, catatan}]
    Column("recorded_by", Id),
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
    Column("state", String(10), nullable=False),  # terbuka, direkap, gugur
    Column("objections", Integer),
    Column("content", Json),  # what is signed: summary, terms, conclusion, meeting, visit
    Column("content_hash", String(64)),  # SHA-256 (hex) of the content's canonical JSON
    Column("lapsed_at", UtcDateTime),  # a newer round took its place: its signatures count no more
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
    Column("person_id", Id),  # who signed for the agency
    Column("content_hash", String(64)),  # of the content that was signed
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
    Column("state", String(12), nullable=False),  # dihitung, bebas, terbit, lunas, diganti, gugur
    Column("lines", Json, nullable=False),  # [{uraian, rumus, hitungan, jumlah}]
    Column("total", BigInteger, nullable=False),
    Column("exempt_reason", Text),
    Column("virtual_account", String(30)),
    Column("calculated_at", UtcDateTime, nullable=False),
    Column("issued_at", UtcDateTime),
    Column("due_at", UtcDateTime),
    Column("paid_at", UtcDateTime),
    Column("lapses_at", UtcDateTime),  # unpaid until then, the application is over
    Index(None, "case_id"),
    Index(None, "state", "due_at"),
    Index(None, "virtual_account"),
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
    Column("bank", String(20)),  # which bank; null: nobody said
    Column("fine", BigInteger, nullable=False, server_default="0"),  # of the amount: 2 % a month after the due date
    Index(None, "case_id"),
    Index(None, "at"),
    Index(None, "paid_on"),
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
    Index(None, "number"),
    Index(None, "shelf", "box"),
    Index(None, "keep_until"),
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
    Column("seen_at", UtcDateTime),  # when the superior gave the reason of the delay
    Column("seen_by", Id),
    Index(  # reports that nobody has answered for
        "ix_escalation_waiting",
        "case_id",
        sqlite_where=text("seen_at IS NULL"),
        postgresql_where=text("seen_at IS NULL"),
    ),
    Index(None, "case_id"),
    Index(None, "at"),
)
