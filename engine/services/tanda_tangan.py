"""The signature on a letter that was drawn: by whom the step of signing was done, if that was theirs to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, select, update

from engine.case_row import CaseRow
from engine.letters.words import office_date
from engine.services.letter_rows import (
    DRAFT,
    IN_FORCE,
    REVOKED,
    check_url,
    newest_draft,
    signing_steps,
    valid_until,
)
from engine.services.protocols import Job, Unit
from engine.services.registry import deferred
from engine.signatories import CAMAT, Signatory, signatory
from engine.signing import Box, SigningRefused, key_of, sign, trust_roots, verify_pdf
from engine.storage.letter_tables import letters
from engine.storage.schema import answers, documents, tasks

SIGN_FORM = "umum/tanda_tangan"
SIGNED = "tanda tangan elektronik"


@deferred("tanda_tangan/bubuhkan", "jenis", "langkah")
class Bubuhkan:
    """PAdES signature on the newest letter of kind `jenis`, by who did the step `langkah` (default `ttd`; of several
    ids, with commas, the one done last)."""

    def work(self, job: Job) -> dict[str, Any]:
        """Signs the drawn file and keeps the result beside it. Raises SigningRefused with what is wrong."""
        with job.office.db.read() as connection:
            letter, who = to_sign(connection, job)
        return signed_letter(job.office, letter, who)

    def finish(self, unit: Unit, case: CaseRow, result: dict[str, Any]) -> None:
        """The letter is in force; its file is a document of the case; a revocation takes away what it names."""
        put_signature(unit, case, result)


def to_sign(connection: Connection, job: Job) -> tuple[Row[Any], Signatory]:
    """The letter that waits for its signature, and who signed. Raises SigningRefused."""
    case, kind = job.case, str(job.params.get("jenis") or "izin")
    letter = newest_draft(connection, case.id, kind)
    if letter is None:
        raise SigningRefused("Surat yang harus ditandatangani belum dibuat.")
    query = (
        select(tasks.c.closed_by, tasks.c.closed_at, tasks.c.group_key)
        .join(answers, and_(answers.c.case_id == tasks.c.case_id, answers.c.task_id == tasks.c.id))
        .where(tasks.c.case_id == case.id, tasks.c.form == SIGN_FORM, tasks.c.state == "done")
        .where(tasks.c.element.in_(signing_steps(kind, job.params)))
        .order_by(tasks.c.id.desc())
    )
    row = connection.execute(query.limit(1)).one_or_none()
    if row is None or row.closed_by is None:
        raise SigningRefused("Belum ada pejabat yang menandatangani surat ini pada langkahnya.")
    return letter, signatory(connection, row.closed_by, case, row.closed_at, group=row.group_key, bundle=job.bundle)


def signed_letter(office: Any, letter: Any, who: Signatory) -> dict[str, Any]:
    """Sign one letter (id, kind, number, code, draft_sha256) with the key of who signs, look whether it verifies, keep
    the file. Raises SigningRefused."""
    at: datetime = office.now()
    label = "Pendelegasian" if who.as_what == CAMAT else "Surat perintah"
    box = Box(
        name=who.person.name,
        title=who.title,
        by_what=f"{label}: {who.decree}" if who.decree else "",
        url=check_url(office.settings.public_url, letter.code),
    )
    drawn = office.documents.open(letter.draft_sha256)
    try:
        with key_of(office.settings, who.person.username, who.person.name, at) as key:
            content = sign(drawn, key, box, at)
            certificate = key.certificate
    except SigningRefused:
        raise
    except Exception as error:  # a token that was pulled out, a time stamp that does not answer
        raise SigningRefused(f"Tanda tangan tidak dapat dibubuhkan: {type(error).__name__}: {error}"[:500]) from error
    roots = trust_roots(office.settings)
    verdicts = verify_pdf(content, roots, at)
    if not verdicts or not (verdicts[-1].intact and verdicts[-1].whole) or (roots and not verdicts[-1].trusted):
        raise SigningRefused("Tanda tangan yang baru dibubuhkan tidak lolos pemeriksaan; surat tidak diterbitkan.")
    return signature_of(office, letter, who, content, certificate)


def signature_of(office: Any, letter: Any, who: Signatory, content: bytes, certificate: str | None) -> dict[str, Any]:
    """What is stored of a signature; the file is kept."""
    stored = office.documents.put(content, made_here=True)
    return {
        "letter": letter.id,
        "jenis": letter.kind,
        "nomor": letter.number,
        "sha256": stored.sha256,
        "size": stored.size,
        "mime": stored.mime,
        "signer_id": who.person.id,
        "signer": f"{who.person.name}, {who.title}",
        "signer_as": who.as_what,
        "decree": who.decree,
        "certificate": certificate,
    }


def put_signature(unit: Unit, case: CaseRow, result: Mapping[str, Any]) -> None:
    """The letter's row completed, the signed file put into the dossier, the history told."""
    number = result["nomor"] or case.resi or case.code
    until = valid_until(unit.bundle.permit, result["jenis"], office_date(unit.now))
    names = ("sha256", "signer_id", "signer", "signer_as", "decree", "certificate")
    changed = unit.connection.execute(
        update(letters)
        .where(letters.c.id == result["letter"], letters.c.state == DRAFT)
        .values(**{name: result[name] or None for name in names}, state=IN_FORCE, signed_at=unit.now, valid_until=until)
        .returning(letters.c.title)
    ).scalar_one()
    plain = "".join(letter if letter.isalnum() else "-" for letter in number)
    unit.connection.execute(
        insert(documents).values(
            case_id=case.id,
            kind=result["jenis"],
            title=f"{changed} ({SIGNED})",
            file_name=f"{result['jenis']}-{plain}-ttd.pdf",
            sha256=result["sha256"],
            mime=result["mime"],
            size=result["size"],
            by_id=None,
            at=unit.now,
        )
    )
    told = ("jenis", "nomor", "sha256", "signer", "signer_as", "decree")
    unit.emit("letter_signed", {name: result[name] for name in told})
    if result["jenis"] == "pencabutan":
        _revoke_named(unit, case, result["nomor"])


def _revoke_named(unit: Unit, case: CaseRow, by_number: str | None) -> None:
    """A letter of revocation takes away the letters in force whose number the application names."""
    given = unit.answers("{KODE}/permohonan") or {}
    named = sorted({" ".join(value.split()) for value in given.values() if isinstance(value, str) and "/" in value})
    if not named:
        return
    gone = unit.connection.execute(
        update(letters)
        .where(letters.c.number.in_(named), letters.c.state == IN_FORCE)
        .values(state=REVOKED, revoked_at=unit.now, revoked_why=f"Dicabut dengan surat nomor {by_number}")
        .returning(letters.c.number)
    ).scalars()
    numbers = sorted({str(number) for number in gone})
    if numbers:
        unit.emit("letter_revoked", {"nomor": numbers, "sebab": f"Dicabut dengan surat nomor {by_number}"})
