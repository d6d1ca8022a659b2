"""What is in the archive: files by resi, number, name or place; one file with its moves and loans; what may go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from engine.errors import NotAllowed, NotFound
from engine.letters.words import WIB, office_date
from engine.office import Office
from engine.people import Person
from engine.retention import Rule, schedule, years_before
from engine.storage.archive_tables import archive_loans, archive_moves
from engine.storage.people_tables import persons
from engine.storage.schema import cases, documents
from engine.storage.service_tables import archive_records
from engine.storage.types import like_literal

PAGE = 50
LISTED = 200  # files due, at most on one page
_FAR = 9  # digits of the running number that people leave out of a resi


@dataclass(frozen=True)
class File:
    """One archived file. taker, due_on: who has it and until when, None while it is in its place; late: overdue."""

    id: int
    case_id: int
    number: str
    resi: str | None
    code: str
    permit_number: str | None
    applicant_name: str
    shelf: str
    box: str
    note: str | None
    stored_at: datetime
    keep_until: str | None
    taker: str | None
    due_on: str | None
    taken_at: datetime | None
    late: bool


@dataclass(frozen=True)
class Found:
    """files: the newest first. after: pass it back for the next page, None at the end.
    out, overdue: how many files are out, and too long, in the whole archive."""

    files: tuple[File, ...]
    after: int | None
    out: int
    overdue: int


@dataclass(frozen=True)
class FileView:
    """moves, loans: rows of their tables, the newest first, with the names of who did it (`person`; of a loan `given`
    and `received`)."""

    file: File
    moves: Sequence[Any]
    loans: Sequence[Any]


@dataclass(frozen=True)
class Due:
    """What a rule lets go: so many documents of cases closed before `before`."""

    kind: str
    rule: Rule
    before: date
    count: int


def search_archive(
    office: Office,
    person: Person,
    text: str = "",
    *,
    shelf: str = "",
    box: str = "",
    standing: str | None = None,
    after: int | None = None,
    size: int = PAGE,
) -> Found:
    """Files by a text (resi, archive or permit number, name) and place. standing: 'keluar' (out) or 'lewat' (overdue).

    Raises NotAllowed without archive.view.
    """
    _may_view(person)
    today = office_date(office.now()).isoformat()
    query = _files()
    if wanted := _matching(text):
        query = query.where(or_(*wanted))
    for column, value in ((archive_records.c.shelf, shelf), (archive_records.c.box, box)):
        if value.strip():
            query = query.where(column == value.strip())
    if standing in ("keluar", "lewat"):
        query = query.where(archive_loans.c.id.is_not(None))
    if standing == "lewat":
        query = query.where(archive_loans.c.due_on < today)
    if after is not None:
        query = query.where(archive_records.c.id < after)
    with office.db.read() as connection:
        rows = connection.execute(query.order_by(archive_records.c.id.desc()).limit(size + 1)).all()
        is_out = archive_loans.c.returned_at.is_(None)
        out = connection.execute(select(func.count()).select_from(archive_loans).where(is_out)).scalar_one()
        overdue = connection.execute(
            select(func.count()).select_from(archive_loans).where(is_out, archive_loans.c.due_on < today)
        ).scalar_one()
    files = tuple(_file(row, today) for row in rows[:size])
    return Found(files, files[-1].id if len(rows) > size else None, int(out), int(overdue))


def archived_file(office: Office, person: Person, record_id: int) -> FileView:
    """One file with its history. Raises NotFound, NotAllowed."""
    _may_view(person)
    given, received = aliased(persons), aliased(persons)
    with office.db.read() as connection:
        row = connection.execute(_files().where(archive_records.c.id == record_id)).one_or_none()
        if row is None:
            raise NotFound("Berkas arsip itu tidak ada.")
        moves = connection.execute(
            select(archive_moves, persons.c.name.label("person"))
            .join(persons, persons.c.id == archive_moves.c.by_id)
            .where(archive_moves.c.record_id == record_id)
            .order_by(archive_moves.c.id.desc())
        ).all()
        loans = connection.execute(
            select(archive_loans, given.c.name.label("given"), received.c.name.label("received"))
            .join(given, given.c.id == archive_loans.c.given_by)
            .outerjoin(received, received.c.id == archive_loans.c.received_by)
            .where(archive_loans.c.record_id == record_id)
            .order_by(archive_loans.c.id.desc())
        ).all()
    return FileView(_file(row, office_date(office.now()).isoformat()), moves, loans)


def files_due(office: Office, person: Person) -> tuple[File, ...]:
    """Files on the shelves whose time is over, the longest first. Raises NotAllowed."""
    _may_view(person)
    today = office_date(office.now()).isoformat()
    query = _files().where(archive_records.c.keep_until <= today)
    with office.db.read() as connection:
        rows = connection.execute(query.order_by(archive_records.c.keep_until).limit(LISTED)).all()
    return tuple(_file(row, today) for row in rows)


def documents_due(office: Office, person: Person) -> tuple[Due, ...]:
    """How many stored documents of each kind have outlived their rule, by kind. Raises NotAllowed."""
    _may_view(person)
    today = office_date(office.now())
    rules = schedule(office.settings.processes_dir, today)
    by_years: dict[int, list[str]] = defaultdict(list)
    for kind, rule in rules.kinds.items():
        by_years[rule.years].append(kind)
    conditions = [
        and_(documents.c.kind.in_(kinds), cases.c.closed_at < _midnight(years_before(today, years)))
        for years, kinds in by_years.items()
    ]
    rest = documents.c.kind.not_in(list(rules.kinds))
    conditions.append(and_(rest, cases.c.closed_at < _midnight(years_before(today, rules.other.years))))
    shortest = min([*by_years, rules.other.years])
    query = (
        select(documents.c.kind, func.count())
        .join(cases, cases.c.id == documents.c.case_id)
        .where(cases.c.closed_at < _midnight(years_before(today, shortest)), or_(*conditions))
        .group_by(documents.c.kind)
        .order_by(documents.c.kind)
    )
    with office.db.read() as connection:
        rows = connection.execute(query).all()
    return tuple(
        Due(kind, rules.of(kind), years_before(today, rules.of(kind).years), int(count)) for kind, count in rows
    )


def _may_view(person: Person) -> None:
    if not person.may("archive.view"):
        raise NotAllowed("Arsip memerlukan wewenang archive.view.")


def _matching(text: str) -> list[Any]:
    wanted = " ".join(text.split())[:100]
    if not wanted:
        return []
    pattern = like_literal(wanted.lower())
    matches = [
        cases.c.resi == wanted.upper(),
        archive_records.c.number == wanted.upper(),
        cases.c.permit_number == wanted,
        cases.c.applicant_key.like(f"%{pattern}%", escape="\\"),
    ]
    digits = "".join(ch for ch in wanted if ch.isdigit())
    if 4 <= len(digits) <= _FAR and digits == wanted:
        matches += [cases.c.resi.like(f"%{digits}"), archive_records.c.number.like(f"%{digits}")]
    return matches


def _files() -> Select[Any]:
    return (
        select(
            archive_records,
            cases.c.resi,
            cases.c.code,
            cases.c.permit_number,
            cases.c.applicant_name,
            archive_loans.c.taker,
            archive_loans.c.due_on,
            archive_loans.c.taken_at,
        )
        .join_from(archive_records, cases, cases.c.id == archive_records.c.case_id)
        .outerjoin(
            archive_loans,
            (archive_loans.c.record_id == archive_records.c.id) & archive_loans.c.returned_at.is_(None),
        )
    )


def _file(row: Any, today: str) -> File:
    late = row.due_on is not None and row.due_on < today
    return File(**{name: getattr(row, name) for name in File.__dataclass_fields__ if name != "late"}, late=late)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), WIB).astimezone(UTC)
