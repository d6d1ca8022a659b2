"""Deletes what can no longer count for a login."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete

from engine.storage.people_tables import api_tokens, login_attempts, sessions

from .login import WINDOW
from .sessions import IDLE


def sweep(conn: Connection, now: datetime) -> int:
    """Delete dead sessions, dead tokens and old attempts; how many rows went. For the background worker, daily."""
    dead = (
        delete(sessions).where((sessions.c.expires_at <= now) | (sessions.c.seen_at <= now - IDLE)),
        delete(api_tokens).where(api_tokens.c.expires_at <= now),
        delete(login_attempts).where(login_attempts.c.at <= now - WINDOW),
    )
    return sum(conn.execute(statement).rowcount for statement in dead)
