"""The tables of persons: who they are, what they may do, and how they prove it. Secrets are kept only as hashes."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, PrimaryKeyConstraint, String, Table, Text

from .schema import metadata
from .types import Id, UtcDateTime

persons = Table(
    "person",
    metadata,
    Column("id", Id, primary_key=True),
    Column("username", String(40), nullable=False, unique=True),  # lower case
    Column("name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),  # Argon2id in PHC form; empty: cannot log in with a password
    Column("active", Boolean, nullable=False),
    Column("locale", String(10), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("email", Text),  # where messages of the office reach them
    Column("phone", String(30)),
)

memberships = Table(
    "membership",
    metadata,
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("role", String(20), nullable=False),
    Column("scope", String(40), nullable=False),  # bidang, agency or kecamatan; empty: the whole office
    PrimaryKeyConstraint("person_id", "role", "scope"),
    Index(None, "role", "scope"),
)

sessions = Table(
    "session_",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("user_agent", Text, nullable=False),
    Index(None, "person_id"),
    Index(None, "expires_at"),
)

api_tokens = Table(
    "api_token",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("last_used_at", UtcDateTime),
    Index(None, "person_id"),
)

login_attempts = Table(
    "login_attempt",
    metadata,
    Column("id", Id, primary_key=True),
    Column("username", String(40), nullable=False),  # as typed; known or not
    Column("at", UtcDateTime, nullable=False),
    Column("ok", Boolean, nullable=False),
    Index(None, "username", "at"),
)
