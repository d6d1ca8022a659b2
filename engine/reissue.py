"""Corrections and duplicates of letters that are out: asked for with a reason, signed anew, never written over.

A correction changes what was wrong in the application's data and draws the letter again under the same number; the old
one is marked as replaced. A duplicate is the same letter with the word across it; the old one stays in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update

from engine.case_row import COLUMNS, CaseRow
from engine.cases import form_context
from engine.command import command
from engine.errors import Gone, Invalid, NotAllowed, NotFound, Taken
from engine.letters import fill, make_renderer
from engine.letters.words import tanggal
from engine.office import Office
from engine.people import Person, find
from engine.services.letter_facts import KINDS, gather, templates_of
from engine.services.letter_rows import (
    BILLS,
    CORRECTION,
    DUPLICATE,
    IN_FORCE,
    REPLACED,
    letter_code,
    letter_round,
    put_letter,
)
from engine.services.tanda_tangan import put_signature, signed_letter
from engine.sight import must_see
from engine.signatories import CAMAT, Signatory, signatory
from engine.signing import SigningRefused
from engine.signing.pades import stamp_note
from engine.storage.letter_tables import letter_requests, letters
from engine.storage.schema import answers as answer_table
from engine.storage.schema import cases
from engine.unit import Unit
from engine.work import Job

ASKED, APPROVED, ISSUED, REFUSED = "diminta", "disetujui", "terbit", "ditolak"
OF_CASE = {"applicant_name": "Nama pemohon", "address": "Alamat"}
TEXTS = ("textfield", "textarea", "number", "date")


@dataclass(frozen=True)
class _Draft:
    """A letter about to be signed, as signed_letter takes it."""

    id: int
    kind: str
    number: str | None
    code: str
    draft_sha256: str


def editions(kind: str) -> tuple[str, ...]:
    """What may be asked for of a letter of this kind. A wrong bill is calculated and issued anew; an SKPD is
    Dispenda's to copy."""
    if kind not in BILLS:
        return (CORRECTION, DUPLICATE)
    return () if kind == "skpd" else (DUPLICATE,)


@command("reissue_asked", may="letter.reissue")
def ask(
    unit: Unit,
    letter_id: int,
    edition: str,
    reason: str,
    police_report: str = "",
    changes: Mapping[str, str] | None = None,
) -> None:
    """Ask for a correction (`perbaikan`; changes: field -> what is right) or a duplicate (`duplikat`; with the number
    of the police report of the loss).

    Raises: NotFound, Gone (the letter is not in force), Taken (asked for already), Invalid.
    """
    letter = _letter(unit, letter_id)
    case = unit.lock(letter.case_id)
    must_see(unit.by, case)  # type: ignore[arg-type]
    if letter.state != IN_FORCE:
        raise Gone("Surat ini tidak berlaku lagi.")
    errors: dict[str, list[str]] = {}
    said, police = " ".join(reason.split()), " ".join(police_report.split())
    if len(said) < 5 or len(said) > 300:
        errors["reason"] = ["Tulis alasannya, 5 sampai 300 huruf."]
    if edition not in editions(letter.kind):
        named = " atau ".join(editions(letter.kind))
        errors["edition"] = [f"Pilih {named}." if named else "Surat ini tidak diperbaiki atau digandakan di sini."]
    if edition == DUPLICATE and not 3 <= len(police) <= 80:
        errors["police_report"] = ["Tulis nomor surat keterangan kehilangan dari kepolisian."]
    if errors:
        raise Invalid(errors)
    waiting = unit.connection.execute(
        select(letter_requests).where(
            letter_requests.c.letter_id == letter_id, letter_requests.c.state.in_((ASKED, APPROVED))
        )
    ).first()
    if waiting is not None:
        raise Taken("Surat ini sudah dimintakan.", by=find(unit.connection, waiting.by_id).name, at=waiting.at)
    changed = _changed(unit, case, changes or {}) if edition == CORRECTION else {}
    unit.connection.execute(
        insert(letter_requests).values(
            letter_id=letter_id,
            case_id=case.id,
            edition=edition,
            reason=said,
            police_report=police or None,
            changes=changed,
            state=ASKED,
            by_id=unit.by.id if unit.by else None,
            at=unit.now,
        )
    )
    unit.emit("reissue_asked", {"jenis": edition, "nomor": letter.number, "alasan": said, "perubahan": changed})


@command("reissue_refused", may="letter.approve")
def refuse(unit: Unit, request_id: int, why: str) -> None:
    """Turn a request down. Raises: NotFound, NotAllowed (not who signs), Taken, Invalid."""
    said = " ".join(why.split())
    if not 5 <= len(said) <= 300:
        raise Invalid({"why": ["Tulis alasannya, 5 sampai 300 huruf."]})
    row, _ = _to_decide(unit, request_id, (ASKED,))
    _decide(unit, row.id, state=REFUSED, decided_why=said)
    unit.emit("reissue_refused", {"jenis": row.edition, "alasan": said})


@command("reissue_approved", may="letter.approve")
def approve(unit: Unit, request_id: int) -> None:
    """Who signs agrees: what was wrong in the data is put right now. Raises: NotFound, NotAllowed, Taken, Invalid."""
    row, _ = _to_decide(unit, request_id, (ASKED,))
    if row.changes:
        _apply(unit, row.changes)
    _decide(unit, row.id, state=APPROVED)
    unit.emit("reissue_approved", {"jenis": row.edition, "perubahan": row.changes})


def issue(office: Office, request_id: int, *, by: Person, key: str | None = None) -> int:
    """Approve, draw and sign. Returns the new letter's id. What fails on the way leaves the request approved: the same
    again goes on from there.

    Raises: NotAllowed, NotFound, Taken, Invalid, SigningRefused.
    """
    if not by.may("letter.approve"):
        raise NotAllowed("Perintah ini memerlukan wewenang letter.approve.")
    with office.db.read() as connection:
        row = connection.execute(select(letter_requests).where(letter_requests.c.id == request_id)).one_or_none()
    if row is None:
        raise NotFound("Permintaan itu tidak ada.")
    if row.state == ASKED:
        approve(office, request_id, by=by, key=f"{key}-setuju" if key else None)
    result = _drawn(office, request_id, by)
    put(office, request_id, result, by=by, key=f"{key}-terbit" if key else None)
    with office.db.read() as connection:
        found = connection.execute(select(letter_requests.c.new_letter_id).where(letter_requests.c.id == request_id))
        return int(found.scalar_one())


@command("letter_reissued", may="letter.approve")
def put(unit: Unit, request_id: int, result: Mapping[str, Any]) -> None:
    """The new letter in force; of a correction, the old one replaced. Raises: NotFound, NotAllowed, Taken."""
    row, _ = _to_decide(unit, request_id, (APPROVED,))
    old = _letter(unit, row.letter_id)
    told = {"jenis": row.edition, "nomor": old.number, "alasan": row.reason, "sha256": result["sha256"]}
    unit.emit("letter_reissued", told)
    new_id = put_letter(unit, unit.case, {**result, "sha256": result["naskah"], "edisi": row.edition})
    put_signature(unit, unit.case, {**result, "letter": new_id})
    kept = {"valid_until": old.valid_until}
    unit.connection.execute(update(letters).where(letters.c.id == new_id).values(kept))
    if row.edition == CORRECTION:
        unit.connection.execute(
            update(letters).where(letters.c.id == old.id).values(state=REPLACED, replaced_by=new_id)
        )
    unit.connection.execute(
        update(letter_requests).where(letter_requests.c.id == row.id).values(state=ISSUED, new_letter_id=new_id)
    )


def _drawn(office: Office, request_id: int, by: Person) -> dict[str, Any]:
    """The new letter, drawn and signed with no lock held."""
    with office.db.read() as connection:
        row = connection.execute(select(letter_requests).where(letter_requests.c.id == request_id)).one()
        old = connection.execute(select(letters).where(letters.c.id == row.letter_id)).one()
        found = connection.execute(select(*(cases.c[name] for name in COLUMNS)).where(cases.c.id == row.case_id))
        case = CaseRow.of(dict(found.mappings().one()))
        version = office.definitions.version(connection, case.version_hash)
        who = _by_right(connection, by, case, office, old, version.bundle)
        before = letter_round(connection, case.id, old.kind, old.number)
        job = Job(office, case, {"jenis": old.kind}, version.bundle)
        facts = gather(job, connection, old.kind)
    facts = {**facts, "penanda_tangan": {**facts["penanda_tangan"], "nama": who.person.name, "jabatan": who.title}}
    code = letter_code(office.settings.secret, case, old.kind, old.number, before)
    if row.edition == CORRECTION:
        html = fill(old.template or "letter.html", templates_of(job), facts)
        base = make_renderer().render(html, footer=f"{office.settings.office_name} · {old.number}")
        note = f"PERBAIKAN: {row.reason}"
        lines = [note, f"Menggantikan surat bernomor sama tanggal {tanggal(old.signed_at)}."]
    else:
        base = office.documents.open(old.draft_sha256)
        note = f"DUPLIKAT: {row.reason}"
        lines = [note, f"Surat keterangan kehilangan {row.police_report}; asli tanggal {tanggal(old.signed_at)}."]
    content = stamp_note(base, lines, "DUPLIKAT" if row.edition == DUPLICATE else None)
    draft = office.documents.put(content, made_here=True)
    signed = signed_letter(office, _Draft(old.id, old.kind, old.number, code, draft.sha256), who)
    title = f"{KINDS[old.kind]} {row.edition}"
    extra = {"kode": code, "putaran": before, "judul": title, "catatan": note, "templat": old.template}
    return {**signed, **extra, "naskah": draft.sha256}


def _by_right(connection: Any, by: Person, case: Any, office: Office, letter: Any, bundle: Any) -> Signatory:
    """Who signed it, or whoever has that right now."""
    group = f"{CAMAT}:{case.kecamatan}" if letter.signer_as == CAMAT else None
    try:
        return signatory(connection, by.id, case, office.now(), group=group, bundle=bundle)
    except SigningRefused as refused:
        raise NotAllowed(str(refused)) from refused


def _letter(unit: Unit, letter_id: int) -> Row[Any]:
    row = unit.connection.execute(select(letters).where(letters.c.id == letter_id)).one_or_none()
    if row is None:
        raise NotFound("Surat itu tidak ada.")
    return row


def _to_decide(unit: Unit, request_id: int, states: tuple[str, ...]) -> tuple[Row[Any], Signatory]:
    """The request, its case locked, and the right by which the person decides."""
    query = select(letter_requests).where(letter_requests.c.id == request_id)
    row = unit.connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("Permintaan itu tidak ada.")
    case = unit.lock(row.case_id)
    assert unit.by is not None
    letter = _letter(unit, row.letter_id)
    who = _by_right(unit.connection, unit.by, case, unit.office, letter, unit.bundle)
    row = unit.connection.execute(query).one()
    if row.state not in states:
        name = find(unit.connection, row.decided_by).name if row.decided_by else ""
        raise Taken("Permintaan ini sudah diputus.", by=name, at=row.decided_at or row.at)
    return row, who


def _decide(unit: Unit, request_id: int, **values: Any) -> None:
    who = unit.by.id if unit.by else None
    unit.connection.execute(
        update(letter_requests)
        .where(letter_requests.c.id == request_id)
        .values(**values, decided_by=who, decided_at=unit.now)
    )


def _changed(unit: Unit, case: CaseRow, given: Mapping[str, str]) -> dict[str, list[Any]]:
    """{field: [before, after]} of what really differs. Raises Invalid."""
    form = unit.version.form(unit.version.form_key("{KODE}/permohonan"))
    before = unit.answers("{KODE}/permohonan") or {}
    found: dict[str, list[Any]] = {}
    errors: dict[str, list[str]] = {}
    merged = dict(before)
    for name, text in given.items():
        clean = " ".join(str(text).split())
        if name in OF_CASE:
            if not clean:
                errors[name] = ["Tidak boleh kosong."]
            elif clean != (getattr(case, name) or ""):
                found[name] = [getattr(case, name), clean]
        elif name in form.by_key and form.by_key[name].type in TEXTS:
            merged[name] = clean
        else:
            errors[name] = ["Isian ini tidak dapat diperbaiki di sini."]
    if errors:
        raise Invalid(errors)
    loaded = form.load(merged, form_context(case))
    found |= {
        name: [before.get(name), value] for name, value in loaded.items() if name in given and value != before.get(name)
    }
    if not found:
        raise Invalid({"": ["Belum ada yang diperbaiki: ubah isian yang keliru."]})
    return found


def _apply(unit: Unit, changes: Mapping[str, list[Any]]) -> None:
    """What is right takes the place of what was wrong; the old answers stay as they were given."""
    case = unit.case
    if "applicant_name" in changes:
        case.applicant_name = changes["applicant_name"][1]
        case.applicant_key = case.applicant_name.lower()
    if "address" in changes:
        case.address = changes["address"][1]
    fields = {name: pair[1] for name, pair in changes.items() if name not in OF_CASE}
    if fields:
        data = {**(unit.answers("{KODE}/permohonan") or {}), **fields}
        row = {"case_id": case.id, "task_id": None, "form": unit.version.form_key("{KODE}/permohonan"), "data": data}
        unit.connection.execute(insert(answer_table).values(**row, by_id=unit.by.id if unit.by else None, at=unit.now))
