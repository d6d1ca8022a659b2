"""The hot path's way to the database gives what SQLAlchemy gives, in fewer trips."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Integer, MetaData, Table, Text, bindparam, event, func, insert, select, update
from sqlalchemy.exc import IntegrityError, ProgrammingError, SQLAlchemyError
from sqlalchemy.exc import OperationalError as Operational

from engine.storage.database import Database
from engine.storage.driver import Hot, run
from engine.storage.types import Blob, Json, UtcDateTime

metadata = MetaData()
things = Table(
    "thing",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, unique=True),
    Column("data", Json),
    Column("raw", Blob),
    Column("at", UtcDateTime),
    Column("good", Boolean),
)
ADD = Hot(insert(things))
ADD_AND_TELL = Hot(insert(things).returning(things.c.id))
ONE = Hot(select(things).where(things.c.name == bindparam("name"), things.c.good == True))  # noqa: E712
CHANGE = Hot(update(things).where(things.c.name == bindparam("which")))
AT = datetime(2016, 7, 18, 2, 0, 0, 5, tzinfo=UTC)


def thing(name: str) -> dict[str, Any]:
    return {"name": name, "data": {"b": [1], "a": None}, "raw": b"\0\xff", "at": AT, "good": True}


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = Database(database_url)
    metadata.drop_all(found.engine)
    metadata.create_all(found.engine)
    yield found
    found.close()


def test_values_go_and_come_as_with_sqlalchemy(database: Database) -> None:
    with database.write() as connection:
        _, told, read = run(
            connection, [(ADD, thing("a")), (ADD_AND_TELL, {**thing("b"), "at": None}), (ONE, {"name": "a"})]
        )
        assert read == [connection.execute(select(things).where(things.c.name == "a")).one()]
        assert read[0].data == {"a": None, "b": [1]}
        assert (read[0].raw, read[0].at, read[0].good) == (b"\0\xff", AT, True)
        assert told[0].id == connection.execute(select(things.c.id).where(things.c.name == "b")).scalar_one()
        run(connection, [(CHANGE, {"which": "b", "at": AT})])
        run(connection, [(CHANGE, {"which": "b", "data": 7})])  # other columns: another text
        assert run(connection, [(ONE, {"name": "b"})])[0][0].at == AT
        assert run(connection, [(ONE, {"name": "nobody"})]) == [[]]
        assert run(connection, []) == []


def test_neighbours_that_differ_in_values_alone_are_one_statement(database: Database) -> None:
    heard: list[tuple[str, bool]] = []

    def listen(_connection: Any, _cursor: Any, statement: str, _values: Any, _context: Any, many: bool) -> None:
        heard.append((statement.split()[0], many))

    with database.write() as connection:
        event.listen(database.engine, "before_cursor_execute", listen)
        run(connection, [(ADD, thing("a")), (ADD, thing("b")), (ONE, {"name": "a"}), (ADD, thing("c"))])
        event.remove(database.engine, "before_cursor_execute", listen)
        assert heard == [("INSERT", True), ("SELECT", False), ("INSERT", False)]
        assert connection.execute(select(func.count()).select_from(things)).scalar() == 3


def test_what_the_database_refuses_is_raised_as_sqlalchemy_does(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as connection:
        run(connection, [(ADD, thing("a")), (ONE, {"name": "a"}), (ADD, {**thing("a"), "at": None})])
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(things)).scalar() == 0
    missing = Hot(select(Table("nowhere", MetaData(), Column("id", Integer)).c.id))
    with pytest.raises((ProgrammingError, Operational)), database.write() as connection:
        run(connection, [(missing, {})])
    with database.write() as connection:
        run(connection, [(ADD, thing("a"))])


def test_a_reading_connection_keeps_nothing(database: Database) -> None:
    try:
        with database.read() as connection:
            run(connection, [(ADD, thing("a"))])
    except SQLAlchemyError:
        assert not database.is_sqlite
    with database.read() as connection:
        assert run(connection, [(ONE, {"name": "a"})]) == [[]]
