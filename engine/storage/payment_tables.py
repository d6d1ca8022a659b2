"""Money that came in, as the bank tells it: files, lines, what became of each, and the STRD of bills that are overdue.

A line is never changed in what the bank said; only what the office made of it. Money is whole rupiah in BIGINT.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, text

from .schema import metadata
from .types import Id, UtcDateTime

payment_files = Table(
    "payment_file",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("format", String(10), nullable=False),  # csv, mt940
    Column("bank", String(20), nullable=False),
    Column("lines", Integer, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("by_id", Id, ForeignKey("person.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),  # null: not every line was taken in yet; sending it again goes on
    Column("repeats_id", Id, ForeignKey("payment_file.id")),  # the same content was sent before
    Index(
        "uq_payment_file_sha256",
        "sha256",
        unique=True,
        sqlite_where=text("repeats_id IS NULL"),
        postgresql_where=text("repeats_id IS NULL"),
    ),
    Index(None, "at"),
)

payment_receipts = Table(
    "payment_receipt",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source", String(10), nullable=False),  # api, csv, mt940
    Column("bank", String(20), nullable=False),
    Column("reference", String(60), nullable=False),  # the bank's own, one a payment
    Column("file_id", Id, ForeignKey("payment_file.id")),
    Column("line", Integer),
    Column("account", String(30)),  # virtual account as the bank says it
    Column("number", String(60)),  # number of the bill as the payer wrote it
    Column("amount", BigInteger, nullable=False),
    Column("paid_on", String(10), nullable=False),  # ISO date of the bank
    Column("payer", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("state", String(10), nullable=False),  # cocok, menunggu, perlu, kembali, abai
    Column("problem", String(20)),  # of engine.payments.words.PROBLEMS; null: none
    Column("refund", BigInteger),  # rupiah that the payer gets back
    Column("bill_id", Id, ForeignKey("bill.id")),
    Column("case_id", Id, ForeignKey("case_file.id")),
    Column("repeats_id", Id, ForeignKey("payment_receipt.id")),  # a line that came before
    Column("by_id", Id, ForeignKey("person.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(
        "uq_payment_receipt_reference",
        "bank",
        "reference",
        unique=True,
        sqlite_where=text("repeats_id IS NULL"),
        postgresql_where=text("repeats_id IS NULL"),
    ),
    Index(None, "state", "id"),
    Index(None, "file_id", "line"),
    Index(None, "bill_id"),
    Index(None, "case_id"),
    Index(None, "at"),
)

payment_deeds = Table(  # what persons and the office did about a receipt; rows are only added
    "payment_deed",
    metadata,
    Column("id", Id, primary_key=True),
    Column("receipt_id", Id, ForeignKey("payment_receipt.id"), nullable=False),
    Column("deed", String(12), nullable=False),  # terima, cocokkan, kembalikan, abaikan
    Column("words", Text, nullable=False),
    Column("by_id", Id, ForeignKey("person.id")),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "receipt_id"),
)

assessments = Table(  # STRD: what is owed on top of a bill that was not paid in time
    "strd",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("case_file.id"), nullable=False),
    Column("bill_id", Id, ForeignKey("bill.id"), nullable=False),
    Column("number", String(60), nullable=False, unique=True),
    Column("months", Integer, nullable=False),  # begun since the due date, when it was issued
    Column("fine", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),  # bill and fine
    Column("state", String(10), nullable=False),  # terbit, lunas, batal
    Column("issued_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Index(None, "case_id"),
    Index(None, "bill_id"),
)
