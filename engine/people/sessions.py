"""Sessions of the pages: a random secret in the browser, its hash here; 30 minutes idle, 12 hours in all."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, Update, bindparam, delete, insert, update

from engine.storage import driver
from engine.storage.database import Database
from engine.storage.driver import Hot
from engine.storage.people_tables import persons, sessions

from .person import Person, grouped, with_memberships
from .secret import note_use, recent, secret_hash
from .substitutes import active_substitutions, standing_in

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
_VISITOR = Hot(  # asked by every request
    with_memberships(sessions.c.seen_at)
    .join(sessions, sessions.c.person_id == persons.c.id)
    .where(
        sessions.c.token_hash == bindparam("token"),
        sessions.c.expires_at > bindparam("now"),
        sessions.c.seen_at > bindparam("idle"),
        persons.c.active,
    )
)


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

    Notes the visit at most once a minute, so a session may end up to a minute early. The note lasts only if the caller
    commits; pages call `session_visitor`, which sees to that.
    """
    person, due = _look(conn, token, now)
    if due:
        note_use(conn, _visit(token, now))
    return person


def session_visitor(database: Database, token: str, now: datetime) -> Person | None:
    """`session_person` for a page: reads, and writes in a transaction of its own only when a visit is to be noted."""
    with database.read() as conn:
        person, due = _look(conn, token, now)
    if due:
        with database.write() as conn:
            note_use(conn, _visit(token, now))
    return person


def _look(conn: Connection, token: str, now: datetime) -> tuple[Person | None, bool]:
    """The person, and whether the visit is due to be noted."""
    asked = {"token": secret_hash(token), "now": now, "idle": now - IDLE}
    rows, substitutions = driver.run(conn, [(_VISITOR, asked), active_substitutions(now)])
    found = [standing_in(person, substitutions) for person in grouped(rows)]
    return next(iter(found), None), bool(rows) and not recent(rows[0].seen_at, now)


def _visit(token: str, now: datetime) -> Update:
    return update(sessions).where(sessions.c.token_hash == secret_hash(token)).values(seen_at=now)


def end_session(conn: Connection, token: str) -> None:
    """Log out. Ending what has ended is fine."""
    conn.execute(delete(sessions).where(sessions.c.token_hash == secret_hash(token)))


def end_all_sessions(conn: Connection, person_id: int) -> int:
    """Log a person out everywhere; how many sessions ended."""
    return conn.execute(delete(sessions).where(sessions.c.person_id == person_id)).rowcount
