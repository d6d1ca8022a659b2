"""Permits that are about to end: their holders are told once at each moment that the type names.

permit.yaml: `pengingat_habis: {hari_sebelum: 90}`, or several: [90, 30]. What ends is the letter in force, on the day
that it says itself (`valid_until`). Which reminders went out is read off the history, so that the work may be killed
and repeated; after a long standstill only the last reminder that is due is sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, exists, select, tuple_

from engine.command import command
from engine.errors import Refused
from engine.letters.words import office_date
from engine.office import Office
from engine.services.common import applicant, told
from engine.services.revoke import IN_FORCE
from engine.storage.letter_tables import letters
from engine.storage.plot_tables import plot_claims
from engine.storage.schema import cases, events
from engine.unit import Unit

FARTHEST = 366  # days before the end that a type may name
TEMPLATE = "masa_habis"
BATCH = 500
log = structlog.get_logger()

# A plot that was renewed, or where somebody else lies now, has another permit.
TAKEN_OVER = exists().where(plot_claims.c.case_id == letters.c.case_id, plot_claims.c.ended_at.is_not(None))


def stages_of(permit: Mapping[str, Any]) -> list[int]:
    """How many days before the end its holder is told, the earliest moment first. ValueError for what is no number of
    days."""
    said = (permit.get("pengingat_habis") or {}).get("hari_sebelum")
    days = said if isinstance(said, list) else [] if said is None else [said]
    if not all(type(each) is int and 0 < each <= FARTHEST for each in days):
        raise ValueError(f"`pengingat_habis.hari_sebelum` haruslah bilangan hari 1 sampai {FARTHEST}, bukan `{said}`")
    return sorted(set(days), reverse=True)


def remind_ending(office: Office, limit: int = 200) -> int:
    """Tell the holders whose permits end soon enough. Returns how many were told, `limit` at most."""
    with office.db.read() as connection:
        due = []
        for each in _due(office, connection):
            due.append(each)
            if len(due) >= limit:
                break
    done = 0
    for case_id, letter_id, stage in due:
        try:
            done += not _remind(office, case_id, letter_id, key=_key(letter_id, stage)).repeated
        except Refused as refused:
            log.warning("holder not reminded", letter=letter_id, why=str(refused))
    return done


@command("permit_ending", may=None, first="case")
def _remind(unit: Unit, case_id: int, letter_id: int) -> None:
    """One message to the holder. Nothing when the letter is not in force any more."""
    case = unit.lock(case_id)
    row = unit.connection.execute(select(letters).where(letters.c.id == letter_id, ~TAKEN_OVER)).one_or_none()
    if row is None or row.state != IN_FORCE or row.valid_until is None:
        return
    left = (date.fromisoformat(row.valid_until) - office_date(unit.now)).days
    facts = told(case, unit.bundle, nomor=row.number, sampai=row.valid_until, hari=left)
    for channel, address in applicant(case):
        unit.send(channel, address, TEMPLATE, facts)
    unit.emit("permit_ending", {"nomor": row.number, "sampai": row.valid_until, "hari": left})


def _due(office: Office, connection: Connection) -> Iterator[tuple[int, int, int]]:
    """(case, letter, days) of the reminders to be sent, the permit that ends first first."""
    today = office_date(office.now())
    last = (today + timedelta(days=FARTHEST)).isoformat()
    after: tuple[str, int] = (today.isoformat(), 0)
    while True:
        query = (
            select(letters.c.id, letters.c.case_id, letters.c.valid_until, letters.c.signed_at, cases.c.version_hash)
            .join(cases, cases.c.id == letters.c.case_id)
            .where(
                letters.c.state == IN_FORCE,
                letters.c.valid_until.is_not(None),
                letters.c.valid_until <= last,
                tuple_(letters.c.valid_until, letters.c.id) > tuple_(*after),
                ~TAKEN_OVER,
            )
            .order_by(letters.c.valid_until, letters.c.id)
            .limit(BATCH)
        )
        rows = connection.execute(query).all()
        found = [(row, stage) for row in rows if (stage := _stage(office, connection, row, today)) is not None]
        keys = [f"0:{_key(row.id, stage)}" for row, stage in found]
        sent = set(connection.execute(select(events.c.command_key).where(events.c.command_key.in_(keys))).scalars())
        yield from ((row.case_id, row.id, stage) for row, stage in found if f"0:{_key(row.id, stage)}" not in sent)
        if len(rows) < BATCH:
            return
        after = rows[-1].valid_until, rows[-1].id


def _stage(office: Office, connection: Connection, row: Any, today: date) -> int | None:
    """The last reminder of a letter that is due; None when none is, or the letter is younger than that moment."""
    try:
        stages = stages_of(office.definitions.version(connection, row.version_hash).permit)
    except ValueError as error:
        log.warning("no reminder", letter=row.id, why=str(error))
        return None
    until = date.fromisoformat(row.valid_until)
    due = [days for days in stages if until - timedelta(days=days) <= today]
    if not due or (row.signed_at and office_date(row.signed_at) > until - timedelta(days=due[-1])):
        return None
    return due[-1]


def _key(letter_id: int, stage: int) -> str:
    return f"habis-{letter_id}-{stage}"
