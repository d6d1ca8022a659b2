"""Sessions of the pages: a random secret in the browser, its hash here; 30 minutes idle, 12 hours in all."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, update

from engine.storage.people_tables import persons, sessions

from .person import Person, grouped, with_memberships
from .secret import USE_STEP, note_use, secret_hash

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)


def start_session(conn: Connection, person_id: int, now: datetime, user_agent: str = "") -> str:
    """A new session; the secret token that the browser keeps."""
    token = secrets.token_urlsafe(32)
    conn.execute(
        insert(sessions).values(
            token_hash=secret_hash(token),
            person_id=person_id,
            created_at=now,
            seen_at=now,
            expires_at=now + ABSOLUTE,
            user_agent=user_agent[:200],
        )
    )
    return token


def session_person(conn: Connection, token: str, now: datetime) -> Person | None:
    """Whose session this is, or None once it idled for 30 minutes, is 12 hours old, or its person was closed.

    Notes the visit at most once a minute, so a session may end up to a minute early.
    """
    kept = secret_hash(token)
    live = sessions.c.token_hash == kept, sessions.c.expires_at > now, sessions.c.seen_at > now - IDLE
    query = with_memberships(sessions.c.seen_at).join(sessions, sessions.c.person_id == persons.c.id)
    rows = conn.execute(query.where(*live, persons.c.active)).all()
    if rows and rows[0].seen_at <= now - USE_STEP:
        note_use(conn, update(sessions).where(sessions.c.token_hash == kept).values(seen_at=now))
    return next(iter(grouped(rows)), None)


def end_session(conn: Connection, token: str) -> None:
    """Log out. Ending what has ended is fine."""
    conn.execute(delete(sessions).where(sessions.c.token_hash == secret_hash(token)))


def end_all_sessions(conn: Connection, person_id: int) -> int:
    """Log a person out everywhere; how many sessions ended."""
    return conn.execute(delete(sessions).where(sessions.c.person_id == person_id)).rowcount
