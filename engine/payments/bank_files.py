"""A bank's file taken in: kept under its SHA-256, each line its own transaction, and never twice."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from engine.errors import Invalid
from engine.office import Office
from engine.office_deeds import must
from engine.payments import words
from engine.payments.commands import receive
from engine.payments.incoming import Incoming, checked
from engine.payments.statements import Statement, read_statement
from engine.people import Person
from engine.storage.payment_tables import payment_files, payment_receipts


@dataclass(frozen=True)
class Imported:
    """file_id: of the file's row. repeated: (when, by whose id) it came before, None for a new one; counts: how many of
    its lines stand in which state."""

    file_id: int
    format: str
    lines: int
    passed: int
    repeated: tuple[datetime, int] | None
    counts: dict[str, int]


def import_file(office: Office, name: str, content: bytes, bank: str, *, by: Person) -> Imported:
    """Take in a statement file. A file that was taken in before becomes one line for a person, and nothing is booked;
    one that broke off half-way goes on where it stopped.

    Raises: NotAllowed, Invalid: the file or the bank's name cannot be used; then nothing of it is booked.
    """
    must(by, "payment.import")
    bank = checked(Incoming(bank, "x", 1, "2016-01-01")).bank
    statement = read_statement(content, bank)
    digest = hashlib.sha256(content).hexdigest()
    try:
        with office.db.write() as connection:
            known = _known(connection, digest)
            if known is not None and known.finished_at is not None:
                again = _repeated(connection, office.now(), known, name, statement, by)
                when = (known.at, known.by_id)
                return Imported(again, statement.format, len(statement.lines), statement.passed, when, {})
            file_id = known.id if known is not None else _new(connection, office, name, bank, digest, statement, by)
    except IntegrityError:  # somebody sends the same file at this very moment
        return import_file(office, name, content, bank, by=by)
    _keep(office, digest, content)
    for number, line in statement.lines:
        receive(office, line, by=by, source=statement.format, file_id=file_id, line=number)
    with office.db.write() as connection:
        connection.execute(update(payment_files).where(payment_files.c.id == file_id).values(finished_at=office.now()))
        counts = _counts(connection, file_id)
    return Imported(file_id, statement.format, len(statement.lines), statement.passed, None, counts)


def statement_path(office: Office, sha256: str) -> Path:
    """Where a file lies; it may be gone."""
    return office.settings.var_dir / "mutasi-bank" / f"{sha256}.txt"


def _known(connection: Connection, digest: str) -> Any | None:
    query = select(payment_files).where(payment_files.c.sha256 == digest, payment_files.c.repeats_id.is_(None))
    return connection.execute(query).one_or_none()


def _row(office_now: datetime, name: str, bank: str, digest: str, statement: Statement, by: Person) -> dict[str, Any]:
    return {
        "sha256": digest,
        "name": name[:200],
        "format": statement.format,
        "bank": bank,
        "lines": len(statement.lines),
        "total": statement.total,
        "by_id": by.id,
        "at": office_now,
    }


def _new(
    connection: Connection, office: Office, name: str, bank: str, digest: str, statement: Statement, by: Person
) -> int:
    row = _row(office.now(), name, bank, digest, statement, by)
    return int(connection.execute(insert(payment_files).values(row).returning(payment_files.c.id)).scalar_one())


def _repeated(connection: Connection, now: datetime, known: Any, name: str, statement: Statement, by: Person) -> int:
    """The second sending: told, for a person to say what it was about."""
    row = _row(now, name, known.bank, known.sha256, statement, by) | {"repeats_id": known.id, "finished_at": now}
    again = int(connection.execute(insert(payment_files).values(row).returning(payment_files.c.id)).scalar_one())
    connection.execute(
        insert(payment_receipts).values(
            source=statement.format,
            bank=known.bank,
            reference=f"berkas {known.sha256[:12]} #{again}",
            file_id=again,
            amount=statement.total,
            paid_on=max(line.paid_on for _, line in statement.lines),
            payer="",
            note=f"Berkas {name[:200]} sama dengan {known.name}",
            state=words.FOR_PERSON,
            problem=words.REPEATED_FILE,
            by_id=by.id,
            at=now,
        )
    )
    return again


def _counts(connection: Connection, file_id: int) -> dict[str, int]:
    query = (
        select(payment_receipts.c.state, func.count())
        .where(payment_receipts.c.file_id == file_id)
        .group_by(payment_receipts.c.state)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def _keep(office: Office, digest: str, content: bytes) -> None:
    """The bank's own file, for whoever asks later."""
    target = statement_path(office, digest)
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(".baru")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(target)


def no_file() -> Invalid:
    """What a form without a file is told."""
    return Invalid({"file": ["Pilih berkas mutasi bank."]})
