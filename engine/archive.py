"""The archive's shelves: moving a file, handing it out, taking it back. Each leaves a row and a line of history."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from engine.command import command
from engine.errors import Gone, Invalid, NotFound
from engine.letters.words import office_date
from engine.storage.archive_tables import archive_loans, archive_moves
from engine.storage.people_tables import persons
from engine.storage.service_tables import archive_records
from engine.unit import Unit

LONGEST_LOAN = timedelta(days=365)
PLACE_LENGTH, TEXT_LENGTH = 20, 500


@command("archive_moved", may="archive.move")
def move_file(unit: Unit, record_id: int, shelf: str, box: str, reason: str) -> None:
    """Put a file on another shelf or into another box. Raises NotFound, Invalid (fields rak, boks, alasan)."""
    record = _record(unit, record_id)
    shelf, box, reason = shelf.strip(), box.strip(), reason.strip()
    wrong: dict[str, list[str]] = {}
    for field, value in (("rak", shelf), ("boks", box)):
        if not value or len(value) > PLACE_LENGTH:
            wrong[field] = [f"Isi {field}, paling panjang {PLACE_LENGTH} huruf."]
    _said("alasan", reason, "Sebutkan mengapa berkas ini dipindahkan.", wrong)
    if not wrong and (shelf, box) == (record.shelf, record.box):
        wrong["rak"] = ["Berkas ini sudah ada di rak dan boks itu."]
    if wrong:
        raise Invalid(wrong)
    assert unit.by is not None
    unit.connection.execute(
        insert(archive_moves).values(
            record_id=record_id,
            from_shelf=record.shelf,
            from_box=record.box,
            to_shelf=shelf,
            to_box=box,
            reason=reason,
            by_id=unit.by.id,
            at=unit.now,
        )
    )
    unit.connection.execute(
        update(archive_records).where(archive_records.c.id == record_id).values(shelf=shelf, box=box)
    )
    unit.emit(
        "archive_moved",
        {"nomor": record.number, "dari": [record.shelf, record.box], "ke": [shelf, box], "alasan": reason},
    )


@command("archive_lent", may="archive.lend")
def lend_file(unit: Unit, record_id: int, taker: str, reason: str, due_on: date | None) -> None:
    """Hand a file out. taker: name and where they work; due_on: when it is to be back (Jakarta).

    Raises NotFound, Gone (it is out already; says with whom), Invalid (fields peminjam, alasan, kembali_pada).
    """
    record = _record(unit, record_id)
    out = unit.connection.execute(_out(record_id)).one_or_none()
    if out is not None:
        raise Gone(f"Berkas ini sedang keluar, pada {out.taker} sejak {_day(out.taken_at)}.")
    taker, reason, today = taker.strip(), reason.strip(), office_date(unit.now)
    wrong: dict[str, list[str]] = {}
    _said("peminjam", taker, "Sebutkan siapa yang membawa berkas ini, dan dari mana.", wrong)
    _said("alasan", reason, "Sebutkan untuk apa berkas ini diambil.", wrong)
    if due_on is None or not today <= due_on <= today + LONGEST_LOAN:
        wrong["kembali_pada"] = ["Isi tanggal kembali, hari ini atau sesudahnya, paling lama setahun."]
    if wrong:
        raise Invalid(wrong)
    assert unit.by is not None and due_on is not None
    unit.connection.execute(
        insert(archive_loans).values(
            record_id=record_id,
            taker=taker,
            reason=reason,
            taken_at=unit.now,
            given_by=unit.by.id,
            due_on=due_on.isoformat(),
        )
    )
    unit.emit(
        "archive_lent",
        {"nomor": record.number, "peminjam": taker, "alasan": reason, "kembali_pada": due_on.isoformat()},
    )


@command("archive_returned", may="archive.lend")
def return_file(unit: Unit, record_id: int, note: str = "") -> None:
    """Take a file back. note: what was found when it was looked through. Raises NotFound, Gone (it is not out)."""
    record = _record(unit, record_id)
    out = unit.connection.execute(_out(record_id)).one_or_none()
    if out is None:
        by = unit.connection.execute(_last_return(record_id)).one_or_none()
        said = f" Terakhir diterima {by.name} pada {_day(by.returned_at)}." if by else ""
        raise Gone(f"Berkas ini ada di tempatnya.{said}")
    if len(note) > TEXT_LENGTH:
        raise Invalid({"catatan": [f"Paling panjang {TEXT_LENGTH} huruf."]})
    assert unit.by is not None
    unit.connection.execute(
        update(archive_loans)
        .where(archive_loans.c.id == out.id)
        .values(returned_at=unit.now, received_by=unit.by.id, note=note.strip() or None)
    )
    late = office_date(unit.now).isoformat() > out.due_on
    unit.emit(
        "archive_returned",
        {"nomor": record.number, "peminjam": out.taker, "catatan": note.strip(), "terlambat": late},
    )


def _record(unit: Unit, record_id: int) -> Any:
    """The record, with its case locked: two who are at the same file come one after the other."""
    query = select(archive_records).where(archive_records.c.id == record_id)
    row = unit.connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("Berkas arsip itu tidak ada.")
    unit.lock(row.case_id)
    return unit.connection.execute(query).one()


def _out(record_id: int) -> Any:
    return select(archive_loans).where(archive_loans.c.record_id == record_id, archive_loans.c.returned_at.is_(None))


def _last_return(record_id: int) -> Any:
    return (
        select(persons.c.name, archive_loans.c.returned_at)
        .join(persons, persons.c.id == archive_loans.c.received_by)
        .where(archive_loans.c.record_id == record_id, archive_loans.c.returned_at.is_not(None))
        .order_by(archive_loans.c.id.desc())
        .limit(1)
    )


def _said(field: str, value: str, message: str, wrong: dict[str, list[str]]) -> None:
    if not value:
        wrong[field] = [message]
    elif len(value) > TEXT_LENGTH:
        wrong[field] = [f"Paling panjang {TEXT_LENGTH} huruf."]


def _day(moment: Any) -> str:
    on = office_date(moment)
    return f"{on.day}-{on.month}-{on.year}"
