"""Repairs that wait for a second person. A row is written when a repair is proposed; later only what became of it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from .schema import metadata
from .types import Id, Json, UtcDateTime

repair_proposals = Table(
    "repair_proposal",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("case_file.id"), nullable=False),
    Column("deed", String(20), nullable=False),  # of engine.repair.deeds.DEEDS
    Column("args", Json, nullable=False),  # what the deed needs to be carried out
    Column("reason", Text, nullable=False),
    Column("foreseen", Json, nullable=False),  # what the proposer was shown: see engine.repair.preview.Preview
    Column("state", String(12), nullable=False),  # menunggu, dijalankan, ditolak, ditarik
    Column("by_id", Id, ForeignKey("person.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("decided_by", Id, ForeignKey("person.id")),
    Column("decided_at", UtcDateTime),
    Column("decided_why", Text),
    Index(None, "case_id"),
    Index(None, "state", "id"),
)
