"""Brings a database to the schema this program was written for: empty, older, or already there.

A schema change is one new module in `versions/` with explicit operations; `python -m engine.storage.migrations NUMBER
MESSAGE` drafts it from the difference to the tables, and a test holds that the revisions give what the tables say.
There is no way down: the way back is the backup made before.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from engine.errors import Refused
from engine.storage.database import Database
from engine.storage.schema import metadata
from engine.storage.types import Json, UtcDateTime

HERE = Path(__file__).resolve().parent
_LOCK = 5_640_201_6  # PostgreSQL's advisory lock: two servers that start together upgrade one after the other


class UnknownSchema(Refused):
    """The database holds tables that neither this program nor an older one of it made, or is of a newer program."""

    status = 500
    title = "Skema basis data tidak dikenal"


def upgrade(db: Database) -> dict[str, Any]:
    """Create or upgrade the schema in one transaction; safe to repeat. {"revision": head, "before": revision or None}.

    Raises: UnknownSchema.
    """
    with db.write() as connection:
        if not db.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        before = revision_of(connection)
        config = configuration(connection)
        if before is None and _has_tables(connection):
            if differences(connection):
                raise UnknownSchema("Basis data berisi tabel yang bukan dari SIMYANDU atau tidak dikenal versinya.")
            command.stamp(config, "head")
        elif before != head():
            if before is not None and not _known(before):
                raise UnknownSchema(f"Skema basis data (revisi {before}) lebih baru dari program ini.")
            command.upgrade(config, "head")
        return {"revision": head(), "before": before}


def head() -> str:
    """The newest revision."""
    found = ScriptDirectory.from_config(configuration()).get_current_head()
    assert found is not None
    return found


def revision_of(connection: Connection) -> str | None:
    """The revision a database stands at; None when it never saw a migration."""
    return MigrationContext.configure(connection).get_current_revision()


def differences(connection: Connection) -> list[Any]:
    """What alembic would still change so that the database equals the tables; nothing when they are alike."""
    return list(compare_metadata(MigrationContext.configure(connection, opts=OPTIONS), metadata))


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's settings without an .ini file; env.py works on `connection`."""
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _known(revision: str) -> bool:
    return revision in {script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()}


def _has_tables(connection: Connection) -> bool:
    return bool(set(inspect(connection).get_table_names()) & set(metadata.tables))


def _same_type(_context: Any, _inspected: Any, _column: Any, found: Any, wanted: Any) -> bool | None:
    """Types that only look different: our own are kept as their implementation, SQLite's integers have one size."""
    dialect = _context.dialect
    first, second = (str(kind.compile(dialect=dialect)) for kind in (found, wanted))
    if dialect.name == "sqlite" and {first, second} <= {"INTEGER", "BIGINT"}:
        return False
    return first != second and {first, second} != {"FLOAT", "DOUBLE PRECISION"}


def _plain(kind: str, item: Any, _autogen: Any) -> str | bool:
    """A revision names what the database keeps, not our types, which may move or change."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.BigInteger()"
    return "sa.Text()" if isinstance(item, Json) else False


OPTIONS = {"compare_type": _same_type, "render_item": _plain, "target_metadata": metadata}
