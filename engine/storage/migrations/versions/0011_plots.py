"""burial plots; permits by their last day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_IN_FORCE = sa.text("ended_at IS NULL")
_ENDS = sa.text("state='berlaku' AND valid_until IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "plot_claim",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plot", sa.String(length=80), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_plot_claim_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plot_claim")),
    )
    op.create_index(op.f("ix_plot_claim_case_id"), "plot_claim", ["case_id"], unique=False)
    op.create_index(op.f("ix_plot_claim_plot_id"), "plot_claim", ["plot", "id"], unique=False)
    op.create_index(
        "ix_plot_claim_in_force",
        "plot_claim",
        ["plot"],
        unique=True,
        sqlite_where=_IN_FORCE,
        postgresql_where=_IN_FORCE,
    )
    op.create_index(
        "ix_letter_valid_until",
        "letter",
        ["valid_until", "id"],
        unique=False,
        sqlite_where=_ENDS,
        postgresql_where=_ENDS,
    )
