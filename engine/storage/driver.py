"""The hot path's way to the database: statements written with SQLAlchemy, compiled once, run by the driver itself.

SQLAlchemy spends on every execution as much time as the database does. A command's own statements are always the same
few, so their text and their conversions of values are kept, and several of them travel together: PostgreSQL is sent a
whole batch before its first answer is awaited (psycopg's pipeline mode). Everything else uses SQLAlchemy's connection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy.engine import Dialect, result_tuple
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Executable
from sqlalchemy.types import TypeEngine

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Text:
    """A compiled statement. order: names of the positional parameters, or None where they go by name."""

    sql: str
    fixed: Mapping[str, Any]
    converts: Sequence[tuple[str, Convert]]
    order: tuple[str, ...] | None
    row: Callable[[Iterable[Any]], Row[Any]] | None
    results: Sequence[tuple[int, Convert]]

    def parameters(self, values: Mapping[str, Any]) -> Any:
        given = {**self.fixed, **values}
        for name, convert in self.converts:
            given[name] = convert(given[name])
        return given if self.order is None else [given[name] for name in self.order]

    def rows(self, cursor: Any) -> list[Row[Any]]:
        if self.row is None:
            return []
        found = []
        for values in cursor.fetchall():
            if self.results:
                values = list(values)
                for place, convert in self.results:
                    values[place] = convert(values[place])
            found.append(self.row(values))
        return found


class Hot:
    """A statement of the hot path. Its parameters are all bound by name; an UPDATE or INSERT without VALUES takes the
    columns that it is given (column defaults of Python are not applied)."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._texts: dict[tuple[str, tuple[str, ...]], _Text] = {}

    def text(self, dialect: Dialect, values: Mapping[str, Any]) -> _Text:
        """Compiled for this kind of database and these columns; kept."""
        key = (dialect.name, tuple(values))
        found = self._texts.get(key)
        if found is None:
            found = self._texts[key] = _compiled(self._statement, dialect, list(values))
        return found


Order = tuple[Hot, Mapping[str, Any]]


def run(connection: Connection, orders: Sequence[Order]) -> list[list[Row[Any]]]:
    """Run statements in order, inside the connection's transaction, which has begun; the rows of each (none of one that
    returns none). Neighbours that differ in their values alone and return nothing go as one. Raises as SQLAlchemy
    does; listeners of `before_cursor_execute` hear of each statement."""
    dialect = connection.dialect
    raw: Any = connection.connection.driver_connection
    text: _Text | None = None
    try:
        with nullcontext() if dialect.name == "sqlite" else raw.pipeline():
            answers: list[tuple[_Text, Any]] = []
            for text, rows in _together(orders, dialect):
                parameters: Any = [text.parameters(values) for values in rows]
                many = len(rows) > 1
                for heard in connection.engine.dispatch.before_cursor_execute:
                    heard(connection, None, text.sql, parameters if many else parameters[0], None, many)
                cursor = raw.cursor()
                if many:
                    cursor.executemany(text.sql, parameters)
                else:
                    cursor.execute(text.sql, parameters[0])
                answers += [(text, cursor)] * len(rows)
            return [text.rows(cursor) for text, cursor in answers]
    except dialect.loaded_dbapi.Error as error:
        lost = dialect.is_disconnect(error, raw, None)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            text.sql if text else None,
            {},
            error,
            dialect.loaded_dbapi.Error,
            connection_invalidated=lost,
            dialect=dialect,
        ) from error


def _together(orders: Sequence[Order], dialect: Dialect) -> list[tuple[_Text, list[Mapping[str, Any]]]]:
    found: list[tuple[_Text, list[Mapping[str, Any]]]] = []
    for order, values in orders:
        text = order.text(dialect, values)
        if found and found[-1][0] is text and text.row is None:
            found[-1][1].append(values)
        else:
            found.append((text, [values]))
    return found


def _compiled(statement: Any, dialect: Dialect, names: list[str]) -> _Text:
    compiled = statement.compile(dialect=dialect, column_keys=names)
    assert not getattr(compiled, "insert_prefetch", None), f"default of a column of {statement}"
    binds = {name: bind for bind, name in compiled.bind_names.items()}
    wanted = compiled.positiontup
    converts = [
        (name, convert)
        for name, bind in binds.items()
        if (convert := _way(bind.type, dialect).bind_processor(dialect)) is not None
    ]
    returned = _returned(statement)
    results = [
        (place, convert)
        for place, (_, kind) in enumerate(returned)
        if (convert := _way(kind, dialect).result_processor(dialect, None)) is not None
    ]
    fixed = {name: bind.effective_value for name, bind in binds.items() if not bind.required}
    return _Text(
        str(compiled),
        fixed,
        converts,
        tuple(wanted) if wanted is not None else None,
        result_tuple([name for name, _ in returned]) if returned else None,
        results,
    )


def _way(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)


def _returned(statement: Any) -> list[tuple[str, TypeEngine[Any]]]:
    columns = statement.column_descriptions if statement.is_select else statement.returning_column_descriptions
    return [(column["name"], column["type"]) for column in columns]
