"""What sessions and API tokens have in common: only a hash is kept, and their use is noted now and then."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Connection, Update
from sqlalchemy.exc import OperationalError

USE_STEP = timedelta(minutes=1)  # how old the note of the last use may be before it is written again


def secret_hash(secret: str) -> str:
    """SHA-256 in hex. The secrets are 256 random bits, so that neither salt nor slowness adds anything."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def recent(last_use: datetime | None, now: datetime) -> bool:
    """Is the note of the last use young enough to be left alone?"""
    return last_use is not None and last_use > now - USE_STEP


def note_use(conn: Connection, statement: Update) -> None:
    """Write when a secret was last used, unless SQLite's one writer is busy: the next request notes it just as well."""
    try:
        conn.execute(statement)
    except OperationalError:
        if conn.dialect.name != "sqlite":
            raise
