"""A migrated database is the one that the tables describe, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from sqlalchemy import Column, Integer, MetaData, Table, inspect, text

from engine.storage.database import Database
from engine.storage.migrations import UnknownSchema, configuration, differences, head, revision_of, upgrade
from engine.storage.schema import metadata


def shape(db: Database) -> dict[str, object]:
    """Columns, keys and indexes of every table, as the database itself tells them."""
    with db.read() as connection:
        inspected = inspect(connection)
        foreign_keys = {name: inspected.get_foreign_keys(name) for name in inspected.get_table_names()}
        return {
            name: (
                [(c["name"], str(c["type"]), c["nullable"]) for c in inspected.get_columns(name)],
                sorted(inspected.get_pk_constraint(name)["constrained_columns"]),
                sorted(
                    (str(i["name"]), tuple(i["column_names"]), bool(i["unique"])) for i in inspected.get_indexes(name)
                ),
                sorted((tuple(f["constrained_columns"]), f["referred_table"]) for f in foreign_keys[name]),
                sorted(tuple(u["column_names"]) for u in inspected.get_unique_constraints(name)),
            )
            for name in sorted(inspected.get_table_names())
            if name != "alembic_version"
        }


def test_a_migrated_database_equals_the_tables(database_url: str) -> None:
    db = Database(database_url)
    assert upgrade(db) == {"revision": head(), "before": None}
    migrated = shape(db)
    assert set(migrated) == set(metadata.tables)
    with db.read() as connection:
        assert differences(connection) == []
    with db.write() as connection:
        metadata.drop_all(connection)
    db.create_all()
    assert shape(db) == migrated
    db.close()


def test_partial_indexes_are_partial(database_url: str) -> None:
    db = Database(database_url)
    upgrade(db)
    query = (
        "SELECT sql FROM sqlite_master WHERE name='ix_task_inbox'"
        if db.is_sqlite
        else "SELECT indexdef FROM pg_indexes WHERE indexname='ix_task_inbox'"
    )
    with db.read() as connection:
        assert "WHERE" in connection.execute(text(query)).scalar_one()
    db.close()


def test_repeating_changes_nothing(database_url: str) -> None:
    db = Database(database_url)
    upgrade(db)
    before = shape(db)
    assert upgrade(db) == {"revision": head(), "before": head()}
    assert shape(db) == before
    db.close()


def test_an_older_database_is_brought_to_head_and_keeps_what_it_holds(database_url: str) -> None:
    db = Database(database_url)
    with db.write() as connection:
        command.upgrade(configuration(connection), "0002")
        assert revision_of(connection) == "0002"
        connection.execute(
            text(
                "INSERT INTO person (id, username, name, password_hash, active, locale, created_at) "
                "VALUES (1, 'sari', 'Sari', '', :yes, 'id', 0)"
            ),
            {"yes": True},
        )
    assert upgrade(db) == {"revision": head(), "before": "0002"}
    with db.read() as connection:
        assert differences(connection) == []
        assert connection.execute(text("SELECT name FROM person")).scalar_one() == "Sari"
    db.close()


def test_two_that_start_together(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(upgrade, databases))
    assert sorted(str(result["before"]) for result in results) == sorted(["None", head()])
    for db in databases:
        db.close()


def test_tables_made_without_a_migration_are_recognised(database_url: str) -> None:
    db = Database(database_url)
    db.create_all()
    upgrade(db)
    with db.read() as connection:
        assert revision_of(connection) == head()
    db.close()


def test_somebody_elses_tables_are_left_alone(database_url: str) -> None:
    db = Database(database_url)
    foreign = MetaData()
    Table("person", foreign, Column("id", Integer, primary_key=True))
    with db.write() as connection:
        foreign.create_all(connection)
    with pytest.raises(UnknownSchema):
        upgrade(db)
    with db.read() as connection:
        assert revision_of(connection) is None
        assert inspect(connection).get_table_names() == ["person"]
    db.close()


def test_a_newer_database_is_left_alone(database_url: str) -> None:
    db = Database(database_url)
    upgrade(db)
    with db.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UnknownSchema, match="lebih baru"):
        upgrade(db)
    with db.read() as connection:
        assert revision_of(connection) == "9999"
    db.close()
