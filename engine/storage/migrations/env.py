"""Alembic asks this file how to reach the database: it is handed the connection of a running transaction."""

from __future__ import annotations

from alembic import context

from engine.storage.migrations import OPTIONS

context.configure(connection=context.config.attributes["connection"], **OPTIONS)  # type: ignore[arg-type]
with context.begin_transaction():
    context.run_migrations()
