"""Tables of archive."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "archive_loan",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("taker", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column("given_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=False),
        sa.Column("returned_at", sa.BigInteger(), nullable=True),
        sa.Column("received_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["given_by"], ["person.id"], name=op.f("fk_archive_loan_given_by")),
        sa.ForeignKeyConstraint(["received_by"], ["person.id"], name=op.f("fk_archive_loan_received_by")),
        sa.ForeignKeyConstraint(["record_id"], ["archive_record.id"], name=op.f("fk_archive_loan_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_loan")),
    )
    op.create_index(
        "ix_archive_loan_due_on",
        "archive_loan",
        ["due_on"],
        unique=False,
        sqlite_where=sa.text("returned_at IS NULL"),
        postgresql_where=sa.text("returned_at IS NULL"),
    )
    op.create_index(op.f("ix_archive_loan_record_id"), "archive_loan", ["record_id"], unique=False)
    op.create_index(
        "uq_archive_loan_out",
        "archive_loan",
        ["record_id"],
        unique=True,
        sqlite_where=sa.text("returned_at IS NULL"),
        postgresql_where=sa.text("returned_at IS NULL"),
    )
    op.create_table(
        "archive_move",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_shelf", sa.Text(), nullable=False),
        sa.Column("from_box", sa.Text(), nullable=False),
        sa.Column("to_shelf", sa.Text(), nullable=False),
        sa.Column("to_box", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_archive_move_by_id")),
        sa.ForeignKeyConstraint(["record_id"], ["archive_record.id"], name=op.f("fk_archive_move_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_move")),
    )
    op.create_index(op.f("ix_archive_move_record_id"), "archive_move", ["record_id"], unique=False)
