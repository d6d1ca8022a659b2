"""What a letter's code opens to everybody, what a file sent along is compared with, and the letters of a case."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from engine.dossier import CaseView
from engine.errors import NotFound
from engine.forms.parts import Field
from engine.office import Office
from engine.office_deeds import today
from engine.reissue import OF_CASE, TEXTS, editions
from engine.services.letter_rows import BILLS
from engine.signing import Verdict, trust_roots, verify_pdf
from engine.storage.letter_tables import letter_requests, letters
from engine.storage.payment_tables import assessments
from engine.storage.people_tables import persons
from engine.storage.schema import cases
from engine.storage.service_tables import bills

EXPIRED = "habis"


@dataclass(frozen=True)
class LetterCheck:
    """What the letter says. state: naskah (drawn, no electronic signature), berlaku, habis, diganti, dicabut.
    replaced_by: code of the letter that took its place; bill: state of the bill or STRD that it is, if it is one."""

    code: str
    kind: str
    title: str
    number: str | None
    holder: str
    type_name: str
    edition: str
    note: str | None
    drawn_at: datetime
    signed_at: datetime | None
    signer: str | None
    decree: str | None
    test_key: bool
    state: str
    valid_until: str | None
    why: str | None
    replaced_by: str | None
    sha256: str | None
    draft_sha256: str
    bill: str | None


@dataclass(frozen=True)
class Comparison:
    """result: sama (the very file), naskah (the same letter before it was signed), lain (another letter of this
    office), ditandatangani (not on record, but signed by this office and intact), berubah (signed once, changed since),
    asing (nothing of this office in it). other: number of that other letter."""

    result: str
    sha256: str
    other: str | None
    verdicts: list[Verdict]


@dataclass(frozen=True)
class CaseLetters:
    """Letters of a case, oldest first, and what was asked for. editions: by letter's id, what may be asked for; field:
    what may be corrected, with what it says now."""

    rows: list[Row[Any]]
    editions: dict[int, tuple[str, ...]]
    requests: list[Row[Any]]
    fields: list[tuple[str, str, Any, Field | None]]


def check_letter(office: Office, code: str) -> LetterCheck:
    """What a code stands for. Raises: NotFound."""
    other = letters.alias("baru")
    query = (
        select(letters, cases.c.version_hash, other.c.code.label("new_code"))
        .join(cases, cases.c.id == letters.c.case_id)
        .outerjoin(other, other.c.id == letters.c.replaced_by)
        .where(letters.c.code == code.strip().upper())
    )
    with office.db.read() as connection:
        row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound("Tidak ada surat dengan kode itu.")
        version = office.definitions.version(connection, row.version_hash)
        bill = None
        if row.kind in BILLS:
            table = assessments if row.kind == "strd" else bills
            bill = connection.execute(select(table.c.state).where(table.c.number == row.number)).scalar()
    state = row.state
    if state == "berlaku" and row.valid_until is not None and row.valid_until < today(office):
        state = EXPIRED
    return LetterCheck(
        code=row.code,
        kind=row.kind,
        title=row.title,
        number=row.number,
        holder=row.holder,
        type_name=version.name,
        edition=row.edition,
        note=row.note,
        drawn_at=row.drawn_at,
        signed_at=row.signed_at,
        signer=row.signer,
        decree=row.decree,
        test_key="BUKAN UNTUK PRODUKSI" in (row.certificate or ""),
        state=state,
        valid_until=row.valid_until,
        why=row.revoked_why,
        replaced_by=row.new_code,
        sha256=row.sha256,
        draft_sha256=row.draft_sha256,
        bill=bill,
    )


def compare(office: Office, letter: LetterCheck, content: bytes) -> Comparison:
    """Whether a file is this letter."""
    digest = hashlib.sha256(content).hexdigest()
    if digest == letter.sha256:
        return Comparison("sama", digest, None, verify_pdf(content, trust_roots(office.settings), office.now()))
    if digest == letter.draft_sha256:
        return Comparison("naskah", digest, None, [])
    with office.db.read() as connection:
        other = connection.execute(
            select(letters.c.number).where(letters.c.sha256 == digest).order_by(letters.c.id).limit(1)
        ).scalar()
    verdicts = verify_pdf(content, trust_roots(office.settings), office.now())
    if other is not None:
        return Comparison("lain", digest, str(other), verdicts)
    if verdicts and all(verdict.good for verdict in verdicts):
        return Comparison("ditandatangani", digest, None, verdicts)
    return Comparison("berubah" if verdicts else "asing", digest, None, verdicts)


def case_letters(office: Office, view: CaseView) -> CaseLetters:
    """The letters of a case that the caller may see (the view is the proof)."""
    asked, decided = persons.alias("a"), persons.alias("d")
    wanted = (
        select(
            letter_requests,
            asked.c.name.label("asker"),
            decided.c.name.label("decider"),
            letters.c.number,
            letters.c.kind,
        )
        .join(letters, letters.c.id == letter_requests.c.letter_id)
        .join(asked, asked.c.id == letter_requests.c.by_id)
        .outerjoin(decided, decided.c.id == letter_requests.c.decided_by)
        .where(letter_requests.c.case_id == view.case.id)
        .order_by(letter_requests.c.id)
    )
    with office.db.read() as connection:
        rows = list(connection.execute(select(letters).where(letters.c.case_id == view.case.id).order_by(letters.c.id)))
        requests = list(connection.execute(wanted))
    asked_for = {row.id: editions(row.kind) if row.state == "berlaku" else () for row in rows}
    return CaseLetters(rows, asked_for, requests, _fields(view))


def _fields(view: CaseView) -> list[tuple[str, str, Any, Field | None]]:
    """(name, label, what it says now, the form's field)."""
    found: list[tuple[str, str, Any, Field | None]] = [
        (name, label, getattr(view.case, name), None) for name, label in OF_CASE.items()
    ]
    key = view.version.form_key("{KODE}/permohonan")
    given: dict[str, Any] = next((row.data for row in reversed(view.answers) if row.form == key), {})
    for field in view.version.form(key).fields:
        if field.type in TEXTS and field.key in given:
            found.append((field.key, field.label, given[field.key], field))
    return found
