"""Before a play begins: the types in force, the people, the letters' store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from engine import services  # noqa: F401  (its import registers what diagrams call)
from engine.bundle import read_bundle
from engine.check import check
from engine.definitions import Version
from engine.errors import Invalid, NotFound
from engine.office import Office
from engine.replay.counts import year_counts
from engine.services.registry import known_operators
from engine.working_time import JAKARTA

DECREE = "SK contoh (data demo)"


def year_start(year: int) -> datetime:
    """Midnight of New Year's Day in Bekasi."""
    return datetime(year, 1, 1, tzinfo=JAKARTA)


def working_days(office: Office, first: date, last: date) -> list[date]:
    """The office's hari kerja from `first` to `last`."""
    return office.working_time.calendar.working_days(first, last)


def shipped_codes(office: Office) -> list[str]:
    """Codes of the types that lie in the processes folder, sorted."""
    folder = office.settings.processes_dir
    return sorted(path.parent.name for path in folder.glob("*/permit.yaml") if (path.parent / "sop.bpmn").is_file())


def activate_shipped(
    office: Office, codes: Sequence[str], from_at: datetime, by_name: str = "Sistem", decree: str = DECREE
) -> dict[str, str]:
    """Put shipped types in force from a moment on, where they are not yet. Code -> what is wrong with it, for those
    that the check refuses."""
    refused: dict[str, str] = {}
    for code in codes:
        with office.db.read() as connection:
            if _in_force(office, connection, code, from_at):
                continue
        bundle = read_bundle(code, office.settings.processes_dir, office.settings.forms_dir)
        wrong = [finding for finding in check(bundle, known_operators()) if finding.severity == "error"]
        if wrong:
            refused[code] = f"{wrong[0].element or wrong[0].file}: {wrong[0].message}"
            continue
        with office.db.write() as connection:
            office.definitions.activate(
                connection, bundle, from_at=from_at, by_name=by_name, decree=decree, now=office.now()
            )
    return refused


def versions_in_force(office: Office, codes: Sequence[str] | None, at: datetime) -> dict[str, Version]:
    """Code -> version that cases opened at `at` get; all types in force when no codes are named. Raises: Invalid."""
    with office.db.read() as connection:
        if codes is None:
            return {version.code: version for version in office.definitions.active_all(connection, at)}
        found, missing = {}, []
        for code in codes:
            try:
                found[code] = office.definitions.active(connection, code, at)
            except NotFound:
                missing.append(code)
    if missing:
        raise Invalid({"codes": [f"Belum diberlakukan pada {at.date()}: {', '.join(missing)}."]})
    return found


def counted_types(office: Office, year: int) -> dict[str, tuple[int, dict[str, int]]]:
    """The counts of a year, from the project's copy of the office's table."""
    return year_counts(office.settings.processes_dir / "shared", year)


def _in_force(office: Office, connection: Connection, code: str, at: datetime) -> bool:
    try:
        office.definitions.active(connection, code, at)
    except NotFound:
        return False
    return True
