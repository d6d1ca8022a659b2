"""Connections and transactions: one writer at a time on SQLite (BEGIN IMMEDIATE), row locks on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

from . import clock_tables, people_tables, service_tables  # noqa: F401  (their tables belong to the same metadata)
from .schema import metadata


class Database:
    """url: SQLAlchemy URL. synchronous: FULL (a power cut loses nothing answered) or NORMAL (replays), SQLite only."""

    def __init__(self, url: str, synchronous: str = "FULL") -> None:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.url = parsed
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if synchronous not in ("FULL", "NORMAL"):
            raise ValueError("synchronous is FULL or NORMAL")
        self.engine = (
            self._sqlite(synchronous) if self.is_sqlite else create_engine(parsed, pool_size=10, max_overflow=20)
        )
        self._writer = self.engine.execution_options(simyandu_write=True)
        self._reader = (
            self.engine
            if self.is_sqlite
            else self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        )

    def _sqlite(self, synchronous: str) -> Engine:
        if self.url.database and self.url.database != ":memory:":
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(self.url, connect_args={"timeout": 30, "check_same_thread": False})

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _record: Any) -> None:
            connection.isolation_level = None  # transactions are begun by us, below
            cursor = connection.cursor()
            for pragma in (
                "journal_mode=WAL",
                f"synchronous={synchronous}",
                "foreign_keys=ON",
                "busy_timeout=30000",
                "cache_size=-32000",
                "temp_store=MEMORY",
            ):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            raw: Any = connection.connection.driver_connection
            raw.execute("BEGIN IMMEDIATE" if connection.get_execution_options().get("simyandu_write") else "BEGIN")

        return engine

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may change things: committed when the block ends, rolled back when it raises."""
        with self._writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent look; nothing written inside is kept (PostgreSQL refuses to write)."""
        with self._reader.connect() as connection:
            transaction = connection.begin()
            yield connection
            if not self.is_sqlite:
                # A rollback would make psycopg forget the connection's prepared statements.
                transaction.commit()

    def create_all(self) -> None:
        """Create what is missing. engine.storage.migrations upgrades older databases."""
        metadata.create_all(self.engine)

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()
