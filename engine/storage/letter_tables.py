"""Letters that were numbered and signed: what each says, by whom and by what right, and what took its place.

A row is written when the letter is drawn and completed when it is signed; later only its state changes (replaced,
revoked), with what did it.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from .schema import metadata
from .types import Id, Json, UtcDateTime

letters = Table(
    "letter",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("case_file.id"), nullable=False),
    Column("kind", String(20), nullable=False),  # of engine.services.letter_facts.KINDS
    Column("number", String(60)),
    Column("code", String(16), nullable=False, unique=True),  # of the public page that checks it
    Column("edition", String(10), nullable=False),  # asli, perbaikan, duplikat
    Column("round", Integer, nullable=False),  # how many of this number were drawn before it
    Column("state", String(10), nullable=False),  # naskah, berlaku, diganti, dicabut
    Column("title", Text, nullable=False),
    Column("holder", Text, nullable=False),  # whom it speaks of, as it was then
    Column("template", String(80)),  # file of the bundle that it was drawn from
    Column("note", Text),  # what is printed on a correction or a duplicate
    Column("draft_sha256", String(64), nullable=False),  # the drawn file, before it was signed
    Column("sha256", String(64)),  # the signed file
    Column("drawn_at", UtcDateTime, nullable=False),
    Column("signed_at", UtcDateTime),
    Column("signer_id", Id, ForeignKey("person.id")),
    Column("signer", Text),  # name and office as the letter shows them
    Column("signer_as", String(20)),  # kepala_badan, plh, camat
    Column("decree", Text),
    Column("certificate", Text),  # subject and serial number; null: signed without one (replays)
    Column("valid_until", String(10)),  # ISO date, included; null: as long as what it permits goes on
    Column("replaced_by", Id, ForeignKey("letter.id")),
    Column("revoked_at", UtcDateTime),
    Column("revoked_why", Text),
    Index(None, "case_id"),
    Index(None, "number"),
    Index(None, "sha256"),
    Index(  # permits that are about to end
        "ix_letter_valid_until",
        "valid_until",
        "id",
        sqlite_where=text("state='berlaku' AND valid_until IS NOT NULL"),
        postgresql_where=text("state='berlaku' AND valid_until IS NOT NULL"),
    ),
)

letter_requests = Table(
    "letter_request",
    metadata,
    Column("id", Id, primary_key=True),
    Column("letter_id", Id, ForeignKey("letter.id"), nullable=False),
    Column("case_id", Id, ForeignKey("case_file.id"), nullable=False),
    Column("edition", String(10), nullable=False),  # perbaikan, duplikat
    Column("reason", Text, nullable=False),
    Column("police_report", Text),  # number of the surat kehilangan; duplicates only
    Column("changes", Json, nullable=False),  # {field: [before, after]}; corrections only
    Column("state", String(10), nullable=False),  # diminta, disetujui, terbit, ditolak
    Column("by_id", Id, ForeignKey("person.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("decided_by", Id, ForeignKey("person.id")),
    Column("decided_at", UtcDateTime),
    Column("decided_why", Text),
    Column("new_letter_id", Id, ForeignKey("letter.id")),
    Index(None, "case_id"),
    Index(None, "state", "id"),
)
