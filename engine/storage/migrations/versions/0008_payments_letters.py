"""payments, letters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payment_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False),
        sa.Column("bank", sa.String(length=20), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("repeats_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_payment_file_by_id")),
        sa.ForeignKeyConstraint(["repeats_id"], ["payment_file.id"], name=op.f("fk_payment_file_repeats_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_file")),
    )
    op.create_index(op.f("ix_payment_file_at"), "payment_file", ["at"], unique=False)
    op.create_index(
        "uq_payment_file_sha256",
        "payment_file",
        ["sha256"],
        unique=True,
        sqlite_where=sa.text("repeats_id IS NULL"),
        postgresql_where=sa.text("repeats_id IS NULL"),
    )
    op.create_table(
        "letter",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("edition", sa.String(length=10), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("template", sa.String(length=80), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("draft_sha256", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("drawn_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=True),
        sa.Column("signer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("signer", sa.Text(), nullable=True),
        sa.Column("signer_as", sa.String(length=20), nullable=True),
        sa.Column("decree", sa.Text(), nullable=True),
        sa.Column("certificate", sa.Text(), nullable=True),
        sa.Column("valid_until", sa.String(length=10), nullable=True),
        sa.Column("replaced_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_letter_case_id")),
        sa.ForeignKeyConstraint(["replaced_by"], ["letter.id"], name=op.f("fk_letter_replaced_by")),
        sa.ForeignKeyConstraint(["signer_id"], ["person.id"], name=op.f("fk_letter_signer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("code", name=op.f("uq_letter_code")),
    )
    op.create_index(op.f("ix_letter_case_id"), "letter", ["case_id"], unique=False)
    op.create_index(op.f("ix_letter_number"), "letter", ["number"], unique=False)
    op.create_index(op.f("ix_letter_sha256"), "letter", ["sha256"], unique=False)
    op.create_table(
        "letter_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("letter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("edition", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("police_report", sa.Text(), nullable=True),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_why", sa.Text(), nullable=True),
        sa.Column("new_letter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_letter_request_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_letter_request_case_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_letter_request_decided_by")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_request_letter_id")),
        sa.ForeignKeyConstraint(["new_letter_id"], ["letter.id"], name=op.f("fk_letter_request_new_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_request")),
    )
    op.create_index(op.f("ix_letter_request_case_id"), "letter_request", ["case_id"], unique=False)
    op.create_index(op.f("ix_letter_request_state_id"), "letter_request", ["state", "id"], unique=False)
    op.create_table(
        "payment_receipt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("bank", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("account", sa.String(length=30), nullable=True),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.String(length=10), nullable=False),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("problem", sa.String(length=20), nullable=True),
        sa.Column("refund", sa.BigInteger(), nullable=True),
        sa.Column("bill_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("repeats_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_payment_receipt_bill_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_payment_receipt_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_payment_receipt_case_id")),
        sa.ForeignKeyConstraint(["file_id"], ["payment_file.id"], name=op.f("fk_payment_receipt_file_id")),
        sa.ForeignKeyConstraint(["repeats_id"], ["payment_receipt.id"], name=op.f("fk_payment_receipt_repeats_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_receipt")),
    )
    op.create_index(op.f("ix_payment_receipt_at"), "payment_receipt", ["at"], unique=False)
    op.create_index(op.f("ix_payment_receipt_bill_id"), "payment_receipt", ["bill_id"], unique=False)
    op.create_index(op.f("ix_payment_receipt_case_id"), "payment_receipt", ["case_id"], unique=False)
    op.create_index(op.f("ix_payment_receipt_file_id_line"), "payment_receipt", ["file_id", "line"], unique=False)
    op.create_index(op.f("ix_payment_receipt_state_id"), "payment_receipt", ["state", "id"], unique=False)
    op.create_index(
        "uq_payment_receipt_reference",
        "payment_receipt",
        ["bank", "reference"],
        unique=True,
        sqlite_where=sa.text("repeats_id IS NULL"),
        postgresql_where=sa.text("repeats_id IS NULL"),
    )
    op.create_table(
        "strd",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bill_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("fine", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_strd_bill_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_strd_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strd")),
        sa.UniqueConstraint("number", name=op.f("uq_strd_number")),
    )
    op.create_index(op.f("ix_strd_bill_id"), "strd", ["bill_id"], unique=False)
    op.create_index(op.f("ix_strd_case_id"), "strd", ["case_id"], unique=False)
    op.create_table(
        "payment_deed",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("receipt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deed", sa.String(length=12), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_payment_deed_by_id")),
        sa.ForeignKeyConstraint(["receipt_id"], ["payment_receipt.id"], name=op.f("fk_payment_deed_receipt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_deed")),
    )
    op.create_index(op.f("ix_payment_deed_receipt_id"), "payment_deed", ["receipt_id"], unique=False)
    op.add_column("bill", sa.Column("lapses_at", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_bill_virtual_account"), "bill", ["virtual_account"], unique=False)
    op.add_column("payment", sa.Column("bank", sa.String(length=20), nullable=True))
    op.add_column("payment", sa.Column("fine", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index(op.f("ix_payment_paid_on"), "payment", ["paid_on"], unique=False)
