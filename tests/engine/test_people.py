"""Accounts, logging in, sessions and API tokens, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY
from sqlalchemy import Connection, create_engine, func, select, text

from engine import people
from engine.errors import Invalid, NotFound, Refused
from engine.people import accounts, passwords
from engine.storage.clock_tables import absences
from engine.storage.database import Database
from engine.storage.people_tables import api_tokens, login_attempts, memberships, persons, sessions
from engine.storage.schema import metadata

NOW = datetime(2016, 3, 1, 2, tzinfo=UTC)
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SECRET = "sandi-yang-benar"
TABLES = [persons, memberships, sessions, api_tokens, login_attempts, absences]


def minutes(number: float) -> datetime:
    return NOW + timedelta(minutes=number)


@pytest.fixture
def conn(database_url: str) -> Iterator[Connection]:
    engine = create_engine(database_url)
    metadata.create_all(engine, tables=TABLES)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("PRAGMA foreign_keys = ON"))
        yield connection
    engine.dispose()


@pytest.fixture
def ani(conn: Connection) -> people.Person:
    held = [("bidang", "jasa_usaha"), ("loket", None)]
    return people.add_person(conn, "Ani", "Ani Suryani", held, NOW, SECRET, hasher=CHEAP)


def login(conn: Connection, username: str, password: str, at: datetime) -> people.Person | None:
    return people.authenticate(conn, username, password, at, hasher=CHEAP)


def test_a_person_has_roles_and_groups(conn: Connection, ani: people.Person) -> None:
    assert ani.username == "ani"
    assert ani.roles == {"bidang", "loket"}
    assert ani.groups == {"bidang:jasa_usaha", "loket"}
    assert ani.may("case.open")
    assert not ani.may("admin.users")
    assert people.find(conn, ani.id) == people.by_username(conn, " ANI ") == ani


def test_nobody_is_not_found(conn: Connection) -> None:
    for name in ("siapa", "", "nul\x00", "\ud800"):
        with pytest.raises(NotFound):
            people.by_username(conn, name)
    with pytest.raises(NotFound):
        people.find(conn, 4711)
    with pytest.raises(NotFound):
        people.set_password(conn, 4711, SECRET, hasher=CHEAP)


@pytest.mark.parametrize(
    ("username", "name", "held", "password", "field"),
    [
        ("A B", "Budi", [], SECRET, "username"),
        ("ani", "Ani kedua", [], SECRET, "username"),
        ("budi", "  ", [], SECRET, "name"),
        ("budi", "Budi", [("raja", None)], SECRET, "memberships"),
        ("budi", "Budi", [("bidang", None)], SECRET, "memberships"),
        ("budi", "Budi", [("loket", "jasa_usaha")], SECRET, "memberships"),
        ("budi", "Budi", [("bidang", "a:b")], SECRET, "memberships"),
        ("budi", "Budi", [], "pendek", "password"),
        ("budi", "Budi", [], "x" * 1025, "password"),
    ],
)
def test_a_wrong_person_is_refused_by_field(
    conn: Connection,
    ani: people.Person,
    username: str,
    name: str,
    held: list[tuple[str, str | None]],
    password: str,
    field: str,
) -> None:
    with pytest.raises(Invalid) as refused:
        people.add_person(conn, username, name, held, NOW, password, hasher=CHEAP)
    assert list(refused.value.fields) == [field]
    assert people.list_persons(conn) == [ani]


def test_lists_by_name_and_group(conn: Connection, ani: people.Person) -> None:
    zul = people.add_person(conn, "zul", "zulkifli", [("bidang", "tertentu")], NOW)
    budi = people.add_person(conn, "budi", "Budi", [("bidang", "jasa_usaha")], NOW)
    assert people.list_persons(conn) == [ani, budi, zul]
    assert people.list_persons(conn, group="bidang:jasa_usaha") == [ani, budi]
    assert people.list_persons(conn, group="loket") == [ani]
    assert people.list_persons(conn, group="bidang") == []
    people.set_active(conn, budi.id, False)
    assert people.list_persons(conn) == [ani, zul]
    assert people.list_persons(conn, inactive=True) == [ani, budi, zul]


def test_the_right_password_and_no_other(conn: Connection, ani: people.Person) -> None:
    assert login(conn, "ani", SECRET, NOW) == ani
    assert login(conn, " Ani", SECRET, NOW) == ani
    for wrong in ("", SECRET + " ", SECRET.upper(), "x" * 5000, "\x00"):
        assert login(conn, "ani", wrong, NOW) is None
    assert login(conn, "budi", SECRET, NOW) is None
    assert login(conn, "bukan nama!", SECRET, NOW) is None


def test_one_password_on_two_keyboards(conn: Connection, ani: people.Person) -> None:
    people.set_password(conn, ani.id, "caf\u00e9-bekasi", hasher=CHEAP)
    assert login(conn, "ani", "cafe\u0301-bekasi", NOW) == ani


def test_no_password_no_login(conn: Connection) -> None:
    people.add_person(conn, "budi", "Budi", [], NOW)
    for guess in ("", "nobody's password"):
        assert login(conn, "budi", guess, NOW) is None
    assert login(conn, "siapa", "nobody's password", NOW) is None


def test_a_closed_account_neither_logs_in_nor_goes_on(conn: Connection, ani: people.Person) -> None:
    session = people.start_session(conn, ani.id, NOW)
    token = people.create_token(conn, ani.id, "skrip", NOW)
    people.set_active(conn, ani.id, False)
    assert login(conn, "ani", SECRET, NOW) is None
    assert people.session_person(conn, session, NOW) is None
    assert people.token_person(conn, token, NOW) is None


@pytest.mark.parametrize("username", ["ani", "tidak-ada"])
def test_five_failures_then_a_pause(conn: Connection, ani: people.Person, username: str) -> None:
    for number in range(5):
        assert login(conn, username, "salah-sandi", minutes(number)) is None
    with pytest.raises(Refused) as refused:
        login(conn, username, SECRET, minutes(5))
    assert refused.value.status == 429
    assert refused.value.extra["retry_at"] == minutes(15)
    assert "10 menit" in refused.value.detail
    with pytest.raises(people.Throttled):
        login(conn, username.upper(), SECRET, minutes(14.99))
    assert login(conn, username, SECRET, minutes(15)) == (ani if username == "ani" else None)


def test_a_success_forgives_earlier_failures(conn: Connection, ani: people.Person) -> None:
    for start in (0, 5):
        for number in range(4):
            assert login(conn, "ani", "salah-sandi", minutes(start + number)) is None
        assert login(conn, "ani", SECRET, minutes(start + 4)) == ani


def test_one_name_does_not_lock_another(conn: Connection, ani: people.Person) -> None:
    for _ in range(5):
        login(conn, "budi", "salah-sandi", NOW)
    assert login(conn, "ani", SECRET, NOW) == ani


def test_unknown_names_cost_the_same_work(conn: Connection, ani: people.Person) -> None:
    verified: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
            verified.append(str(hash))
            return super().verify(hash, password)

    counting = Counting(time_cost=1, memory_cost=8, parallelism=1)
    for name in ("ani", "tidak-ada", "bukan nama!"):
        assert people.authenticate(conn, name, "salah-sandi", NOW, hasher=counting) is None
    assert len(verified) == 3
    assert all(extract_parameters(one) == extract_parameters(verified[0]) for one in verified)


def test_the_office_uses_argon2id_as_rfc_9106_says() -> None:
    kept = passwords.hashed(passwords.HASHER, SECRET)
    assert kept.startswith("$argon2id$")
    assert extract_parameters(kept) == RFC_9106_LOW_MEMORY
    assert passwords.matches(passwords.HASHER, kept, SECRET)


def test_a_weaker_hash_is_renewed_at_login(conn: Connection, ani: people.Person) -> None:
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    assert people.authenticate(conn, "ani", SECRET, NOW, hasher=stronger) == ani
    assert not stronger.check_needs_rehash(conn.scalar(select(persons.c.password_hash)) or "")
    assert people.authenticate(conn, "ani", SECRET, NOW, hasher=stronger) == ani


def test_a_new_password_ends_sessions(conn: Connection, ani: people.Person) -> None:
    session = people.start_session(conn, ani.id, NOW)
    people.set_password(conn, ani.id, "sandi-yang-baru", hasher=CHEAP)
    assert people.session_person(conn, session, NOW) is None
    assert login(conn, "ani", SECRET, NOW) is None
    assert login(conn, "ani", "sandi-yang-baru", NOW) == ani


def test_a_session_lives_while_it_is_used(conn: Connection, ani: people.Person) -> None:
    token = people.start_session(conn, ani.id, NOW, "Firefox " * 100)
    assert people.session_person(conn, token, minutes(29)) == ani
    assert people.session_person(conn, token, minutes(58)) == ani
    assert people.session_person(conn, token, minutes(88)) is None
    assert people.session_person(conn, token + "x", NOW) is None
    assert people.session_person(conn, "", NOW) is None


def test_a_session_ends_after_twelve_hours_of_use(conn: Connection, ani: people.Person) -> None:
    token = people.start_session(conn, ani.id, NOW)
    for number in range(20, 12 * 60, 20):
        assert people.session_person(conn, token, minutes(number)) == ani
    assert people.session_person(conn, token, minutes(12 * 60)) is None


def test_visits_are_noted_once_a_minute(conn: Connection, ani: people.Person) -> None:
    token = people.start_session(conn, ani.id, NOW)
    seen = []
    for second in (10, 59, 60, 61, 119, 121):
        assert people.session_person(conn, token, NOW + timedelta(seconds=second)) == ani
        moment = conn.scalar(select(sessions.c.seen_at))
        assert moment is not None
        seen.append((moment - NOW).seconds)
    assert seen == [0, 0, 60, 60, 60, 121]


def test_visits_of_pages_and_requests_are_kept(database_url: str) -> None:
    database = Database(database_url)
    metadata.create_all(database.engine, tables=TABLES)
    with database.write() as conn:
        ani = people.add_person(conn, "ani", "Ani", [("loket", None)], NOW)
        session = people.start_session(conn, ani.id, NOW)
        token = people.create_token(conn, ani.id, "skrip", NOW)
    for number in (25, 50, 75):
        assert people.session_visitor(database, session, minutes(number)) == ani
    assert people.session_visitor(database, session, minutes(105)) is None
    assert people.token_visitor(database, token, minutes(7)) == ani
    assert people.token_visitor(database, token, minutes(7.5)) == ani
    assert people.token_visitor(database, session, NOW) is None
    with database.read() as conn:
        assert [one.last_used_at for one in people.tokens_of(conn, ani.id)] == [minutes(7)]
    database.close()


def test_a_busy_writer_does_not_turn_visitors_away(tmp_path: Path) -> None:
    """On SQLite a reader cannot write once another has: the visit goes unnoted, and the page is shown."""
    database = Database(f"sqlite:///{tmp_path / 'uji.sqlite3'}")
    metadata.create_all(database.engine, tables=TABLES)
    with database.write() as conn:
        ani = people.add_person(conn, "ani", "Ani", [], NOW)
        session = people.start_session(conn, ani.id, NOW)
    with database.read() as reader:
        assert people.find(reader, ani.id) == ani
        with database.write() as writer:
            people.add_person(writer, "budi", "Budi", [], NOW)
        assert people.session_person(reader, session, minutes(5)) == ani
    database.close()


def test_logging_out_here_and_everywhere(conn: Connection, ani: people.Person) -> None:
    here, there, elsewhere = (people.start_session(conn, ani.id, NOW) for _ in range(3))
    people.end_session(conn, here)
    people.end_session(conn, here)
    assert people.session_person(conn, here, NOW) is None
    assert people.session_person(conn, there, NOW) == ani
    assert people.end_all_sessions(conn, ani.id) == 2
    assert people.session_person(conn, elsewhere, NOW) is None


def test_secrets_are_not_kept(conn: Connection, ani: people.Person) -> None:
    session = people.start_session(conn, ani.id, NOW)
    token = people.create_token(conn, ani.id, "skrip", NOW)
    assert session != people.start_session(conn, ani.id, NOW)
    stored = " ".join(str(tuple(row)) for table in TABLES for row in conn.execute(select(table)))
    for secret in (session, token, SECRET):
        assert secret not in stored


def test_api_tokens(conn: Connection, ani: people.Person) -> None:
    budi = people.add_person(conn, "budi", "Budi", [], NOW)
    token = people.create_token(conn, ani.id, " skrip ", NOW, timedelta(days=1))
    assert people.token_person(conn, token, minutes(1)) == ani
    assert people.token_person(conn, token, minutes(24 * 60)) is None
    assert people.token_person(conn, "simyandu_palsu", NOW) is None
    (shown,) = people.tokens_of(conn, ani.id)
    assert (shown.name, shown.expires_at, shown.last_used_at) == ("skrip", NOW + timedelta(days=1), minutes(1))
    with pytest.raises(NotFound):
        people.revoke_token(conn, budi.id, shown.token_hash)
    people.revoke_token(conn, ani.id, shown.token_hash)
    assert people.token_person(conn, token, NOW) is None
    for name, life in (("", timedelta(days=1)), ("skrip", timedelta(days=400)), ("skrip", timedelta())):
        with pytest.raises(Invalid):
            people.create_token(conn, ani.id, name, NOW, life)


def test_a_session_is_no_api_token(conn: Connection, ani: people.Person) -> None:
    assert people.token_person(conn, people.start_session(conn, ani.id, NOW), NOW) is None
    assert people.session_person(conn, people.create_token(conn, ani.id, "skrip", NOW), NOW) is None


def test_sweeping_takes_only_the_dead(conn: Connection, ani: people.Person) -> None:
    old, young = people.start_session(conn, ani.id, NOW), people.start_session(conn, ani.id, minutes(20))
    people.create_token(conn, ani.id, "mati", NOW, timedelta(minutes=1))
    token = people.create_token(conn, ani.id, "hidup", NOW)
    for at in (0, 30):
        login(conn, "budi", "salah-sandi", minutes(at))
    login(conn, "cici", "salah-sandi", NOW)
    assert people.sweep(conn, minutes(31)) == 3  # the old session, the dead token, cici's attempt
    assert people.session_person(conn, old, NOW) is None
    assert people.session_person(conn, young, minutes(31)) == ani
    assert people.token_person(conn, token, minutes(31)) == ani
    assert conn.scalar(select(func.count()).select_from(login_attempts)) == 1


def test_rivals_for_one_account_get_five_guesses_together(conn: Connection, database_url: str) -> None:
    """Two transactions at once: the second counts what the first one wrote."""
    people.add_person(conn, "ani", "Ani", [], NOW, SECRET, hasher=CHEAP)
    for _ in range(4):
        login(conn, "ani", "salah-sandi", NOW)
    conn.commit()
    engine = create_engine(database_url)
    with engine.connect() as rival:
        login(rival, "ani", "salah-sandi", NOW)
        rival.execute(text(WAIT_BRIEFLY[engine.dialect.name]))
        conn.execute(text(WAIT_BRIEFLY[engine.dialect.name]))
        with pytest.raises(Exception, match="lock"):
            login(conn, "ani", SECRET, NOW)
        conn.rollback()
        rival.commit()
    with pytest.raises(people.Throttled):
        login(conn, "ani", SECRET, NOW)
    engine.dispose()


# Waiting for the rival is what happens; the test does not want to wait long for it.
WAIT_BRIEFLY = {"sqlite": "PRAGMA busy_timeout = 1", "postgresql": "SET lock_timeout = '1ms'"}


def test_names_are_what_the_pattern_says() -> None:
    assert accounts.USERNAME.fullmatch("ani.s-2_b")
    assert not accounts.USERNAME.fullmatch("a")
    assert not accounts.USERNAME.fullmatch("a" * 41)


def test_where_messages_reach_a_person(conn: Connection, ani: people.Person) -> None:
    assert people.contact_of(conn, ani.id) == (None, None)
    people.set_contact(conn, ani.id, " ani@bppt.example ", "0812-3456-789")
    assert people.contact_of(conn, ani.id) == ("ani@bppt.example", "+628123456789")
    with pytest.raises(Invalid) as refused:
        people.set_contact(conn, ani.id, "ani@bppt.example\r\nBcc: x@y.id", "rumah")
    assert set(refused.value.fields) == {"email", "phone"}
    people.set_contact(conn, ani.id, "", None)
    assert people.contact_of(conn, ani.id) == (None, None)
    with pytest.raises(NotFound):
        people.set_contact(conn, 999, None, None)
    with pytest.raises(NotFound):
        people.contact_of(conn, 999)
