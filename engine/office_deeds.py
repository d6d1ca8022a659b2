"""What the commands on the office itself share (calendar, absences, delegations): permission, key, dates, decree.

They touch no case, so engine.unit is not theirs; their rows are their history: added, withdrawn, never changed.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from engine.errors import Invalid, NotAllowed
from engine.office import Office
from engine.people import Person, local_day

MAX_WORDS = 500


def must(by: Person, permission: str) -> None:
    """Raises NotAllowed."""
    if not by.may(permission):
        raise NotAllowed(f"Perintah ini memerlukan wewenang {permission}.")


def full_key(by: Person, key: str | None) -> str | None:
    """A command's key as it is stored: two persons may use the same."""
    return f"{by.id}:{key}"[:80] if key else None


def earlier(connection: Connection, table: Table, key: str | None) -> Any | None:
    """The row that the same command made before, if it comes a second time."""
    if key is None:
        return None
    return connection.execute(select(table).where(table.c.command_key == key)).one_or_none()


def span(first: str, last: str, errors: dict[str, list[str]]) -> tuple[str, str]:
    """Two ISO dates in order; what is wrong goes into `errors` at first and last."""
    for name, text in (("first", first), ("last", last)):
        try:
            date.fromisoformat(text)
        except ValueError:
            errors[name] = ["Isi tanggal, misalnya 2016-09-27."]
    if not errors.keys() & {"first", "last"} and last < first:
        errors["last"] = ["Tanggal terakhir tidak boleh sebelum tanggal pertama."]
    return first, last


def words(text: str, name: str, said: str, errors: dict[str, list[str]]) -> str:
    """A text that must be there; what is wrong goes into `errors`."""
    clean = " ".join(text.split())
    if not clean:
        errors[name] = [said]
    elif len(clean) > MAX_WORDS:
        errors[name] = [f"Paling banyak {MAX_WORDS} huruf."]
    return clean


def refuse(errors: dict[str, list[str]]) -> None:
    """Raises Invalid when something is wrong."""
    if errors:
        raise Invalid(errors)


def today(office: Office) -> str:
    """The office's date, ISO."""
    return local_day(office.now()).isoformat()


def day_of(moment: datetime) -> str:
    """The office's date of a moment, ISO."""
    return local_day(moment).isoformat()
