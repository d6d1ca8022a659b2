"""Which calendar `simyandu clock` counts with: the office's own where there is a database, else that of the file."""

from __future__ import annotations

import os
from pathlib import Path

from engine.working_time import DEFAULT_PATH, WorkingTime, office_calendar

ROOT = Path(__file__).resolve().parent.parent.parent


class NoDatabase(Exception):
    """A database was named and cannot be read. str: one line in Bahasa Indonesia."""


def calendar(database: str | None) -> WorkingTime:
    """The file's calendar with the administrator's lines of the database over it.

    database: a URL; None: SIMYANDU_DATABASE_URL, else the embedded one where `simyandu init` has made it, else none.
    Raises CalendarError, NoDatabase.
    """
    # The environment is read here rather than by Settings, which would make a secret and a directory for a mere sum.
    processes = os.environ.get("SIMYANDU_PROCESSES")
    file = office_calendar(Path(processes) / "shared" / "kalender.yaml" if processes else DEFAULT_PATH)
    url = database or os.environ.get("SIMYANDU_DATABASE_URL") or _embedded()
    return file if url is None else _with_lines(file, url)


def _embedded() -> str | None:
    path = Path(os.environ.get("SIMYANDU_VAR") or ROOT / "var") / "simyandu.sqlite3"
    return f"sqlite:///{path}" if path.exists() else None


def _with_lines(file: WorkingTime, url: str) -> WorkingTime:
    from sqlalchemy.engine import make_url  # imported here: the file alone needs no database
    from sqlalchemy.exc import SQLAlchemyError

    from engine import calendar_lines
    from engine.storage.database import Database

    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").exists():
            raise NoDatabase(f"basis data {parsed.database} belum ada (sudah menjalankan `simyandu init`?)")
        opened = Database(url)
        try:
            with opened.read() as connection:
                return calendar_lines.over(connection, file)
        finally:
            opened.close()
    except (SQLAlchemyError, ModuleNotFoundError) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise NoDatabase(f"basis data: {reason} (sudah menjalankan `simyandu init`?)") from error
