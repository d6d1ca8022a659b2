"""Where each message of the outbox really went: one row an address. An outbox row may name a group; its members are
looked up when it is sent.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, PrimaryKeyConstraint, String, Table, Text

from .schema import metadata
from .types import Id, UtcDateTime

message_deliveries = Table(
    "message_delivery",
    metadata,
    Column("outbox_id", Id, ForeignKey("outbox.id"), nullable=False),
    Column("address", Text, nullable=False),  # e-mail address or telephone number (+62...); as stored where unusable
    Column("channel", String(20), nullable=False),  # what carried it: email, sms, whatsapp, surat
    Column("person_id", Id, ForeignKey("person.id")),  # null: somebody outside the office
    Column("language", String(2), nullable=False),  # id, en
    Column("state", String(10), nullable=False),  # queued, sent, failed
    Column("attempts", Integer, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("answer", Text),  # what the server or gateway said when it took the message
    Column("error", Text),
    PrimaryKeyConstraint("outbox_id", "address"),
)
