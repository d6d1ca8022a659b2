"""Logging in with a password: Argon2id, the same work for names that nobody bears, and a pause after five failures."""

from __future__ import annotations

from datetime import datetime, timedelta

from argon2 import PasswordHasher
from sqlalchemy import Connection, delete, insert, select, update

from engine.errors import Refused
from engine.storage.people_tables import login_attempts, persons

from .accounts import USERNAME, find
from .passwords import HASHER, MAX, hashed, matches
from .person import Person, normal_username

FAILURES_ALLOWED = 5
WINDOW = timedelta(minutes=15)


class Throttled(Refused):
    """Too many wrong passwords for one name. extra: retry_at (aware UTC datetime)."""

    status = 429
    title = "Terlalu banyak percobaan masuk"


def authenticate(
    conn: Connection, username: str, password: str, now: datetime, *, hasher: PasswordHasher = HASHER
) -> Person | None:
    """The person whose password this is, or None. Takes as long for names that nobody bears.

    The attempt is written in the caller's transaction, which must be committed when None comes back too.
    Raises: Throttled (a Refused) after 5 failures within 15 minutes, known name or not.
    """
    username = normal_username(username)
    if not USERNAME.fullmatch(username) or len(password) > MAX:
        matches(hasher, "", password)
        return None
    attempts = login_attempts.c.username == username
    # A write first: on SQLite it makes rivals for an account queue up, as the row lock below does on PostgreSQL.
    conn.execute(delete(login_attempts).where(attempts, login_attempts.c.at <= now - WINDOW))
    row = conn.execute(
        select(persons.c.id, persons.c.password_hash, persons.c.active)
        .where(persons.c.username == username)
        .with_for_update()
    ).one_or_none()
    _refuse_if_throttled(conn, username, now)
    right = matches(hasher, row.password_hash if row else "", password)
    if row is None or not right or not row.active:
        conn.execute(insert(login_attempts).values(username=username, at=now, ok=False))
        return None
    conn.execute(delete(login_attempts).where(attempts))
    conn.execute(insert(login_attempts).values(username=username, at=now, ok=True))
    if hasher.check_needs_rehash(row.password_hash):
        stronger = hashed(hasher, password)
        conn.execute(update(persons).where(persons.c.id == row.id).values(password_hash=stronger))
    return find(conn, row.id)


def _refuse_if_throttled(conn: Connection, username: str, now: datetime) -> None:
    failed = login_attempts.c.username == username, login_attempts.c.ok.is_(False), login_attempts.c.at > now - WINDOW
    newest = select(login_attempts.c.at).where(*failed).order_by(login_attempts.c.at.desc()).limit(FAILURES_ALLOWED)
    failures = conn.scalars(newest).all()
    if len(failures) < FAILURES_ALLOWED:
        return
    retry_at = failures[-1] + WINDOW
    minutes = max(1, -int((now - retry_at) // timedelta(minutes=1)))
    raise Throttled(f"Terlalu banyak percobaan masuk. Coba lagi dalam {minutes} menit.", retry_at=retry_at)
