"""What the commands share: the office they work on, and how they print."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click
import orjson
from sqlalchemy.exc import SQLAlchemyError

from engine.message_settings import WrongSetting
from engine.office import Office
from engine.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


def database_option(command: F) -> F:
    """--database URL."""
    return click.option(
        "--database", metavar="URL", help="Basis data; bawaan: SIMYANDU_DATABASE_URL atau SQLite di var/."
    )(command)


def json_option(command: F) -> F:
    """--json: one JSON document on stdout."""
    return click.option("--json", "as_json", is_flag=True, help="Satu dokumen JSON di stdout.")(command)


@contextmanager
def running_office(database: str | None, **changes: Any) -> Iterator[Office]:
    """An office on that database. A database that cannot be opened or is not set up is one clear line."""
    from dataclasses import replace

    try:
        settings = Settings.from_env(database)
        office = Office(replace(settings, **changes) if changes else settings)
    except WrongSetting as error:
        raise click.UsageError(str(error)) from error
    try:
        yield office
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise click.ClickException(f"Basis data: {reason} (sudah menjalankan `simyandu init`?)") from error
    finally:
        office.close()


def print_json(value: Any) -> None:
    """One document, indented, on stdout."""
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS, default=str).decode())
