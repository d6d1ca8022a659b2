"""Burial plots that were given out: one row a burial, the newest of a plot in force."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, text

from .schema import metadata
from .types import Id, UtcDateTime

plot_claims = Table(
    "plot_claim",
    metadata,
    Column("id", Id, primary_key=True),
    Column("plot", String(80), nullable=False),  # TPU/BLOCK/NUMBER, as engine.services.petak.plot_key writes them
    Column("label", Text, nullable=False),  # as people wrote it
    Column("case_id", Id, ForeignKey("case_file.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),  # a later burial or renewal took its place
    Index(None, "case_id"),
    Index(None, "plot", "id"),
    Index(  # whatever happens at the same moment, a plot is given out once
        "ix_plot_claim_in_force",
        "plot",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)
