"""What a letter may speak of. The names are listed in engine/letters/README.md for those who write templates."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, select, true

from engine.case_row import CaseRow
from engine.forms import is_site
from engine.letters.qr import qr_data_uri
from engine.letters.templates import Answers
from engine.letters.words import tanggal
from engine.services.agencies import agency_table
from engine.services.letter_rows import KEPT, check_url, letter_code, letter_round, signing_steps
from engine.services.overdue import latest_strd
from engine.services.protocols import Job
from engine.signatories import signatory
from engine.signing import SigningRefused
from engine.storage.agenda_tables import meeting_cases
from engine.storage.people_tables import persons
from engine.storage.schema import answers, cases, tasks
from engine.storage.service_tables import (
    berita_acara,
    berita_acara_signatures,
    bills,
    meeting_invitations,
    meetings,
    register_entries,
    visits,
)

KINDS = {
    "izin": "Surat izin",
    "rekomendasi": "Surat rekomendasi",
    "keterangan": "Surat keterangan",
    "penolakan": "Surat penolakan",
    "pencabutan": "Surat pencabutan",
    "undangan": "Undangan rapat",
    "surat_tugas": "Surat tugas",
    "berita_acara": "Berita acara",
    "skrd": "SKRD",
    "skpd": "SKPD",
    "strd": "STRD",
    "resi": "Resi",
}
SIGN_FORM = "umum/tanda_tangan"
_DELEGATED = "Kepala Badan Pelayanan Perizinan Terpadu"
_HIDDEN = ("run", "head", "seq", "version", "version_hash", "applicant_key", "incidents_open", "_before", "public_code")


def gather(job: Job, connection: Connection, kind: str) -> dict[str, Any]:
    """Everything a letter of this kind may name, read in at most fifteen statements."""
    case: CaseRow = job.case
    given = _answers(connection, case.id)
    application = given.get(f"{case.code}/permohonan", Answers())
    bill, meeting = _latest(connection, bills, case.id), _meeting(connection, case.id, kind)
    visit, minutes = _latest(connection, visits, case.id), _latest(connection, berita_acara, case.id)
    overdue = latest_strd(connection, case.id, bill) if kind == "strd" else Answers()
    now = job.office.now()
    permit = job.bundle.permit
    number = _number(connection, case, kind, bill, meeting, visit, minutes, overdue)
    round_ = letter_round(connection, case.id, kind, number) if kind in KEPT else 0
    code = letter_code(job.office.settings.secret, case, kind, number, round_) if kind in KEPT else None
    url = f"{job.office.settings.public_url}/lacak" + (f"?resi={case.resi}" if case.resi else "")
    if code is not None:
        url = check_url(job.office.settings.public_url, code)
    return {
        "jenis": kind,
        "nomor": number,
        "kode": code,
        "putaran": round_,
        "tanggal": tanggal(now),
        "permit": Answers(permit),
        "varian": _variant_name(permit, case.variant),
        "case": Answers({name: value for name, value in asdict(case).items() if name not in _HIDDEN}),
        "data": application,
        "lokasi": next((text for key, text in application.items() if is_site(key) and text), case.address),
        "isian": Answers({form.replace("/", "_"): found for form, found in given.items()}),
        "surat": given.get("umum/ketik_surat", Answers()),
        "penolakan": given.get("umum/surat_penolakan", Answers()),
        "instansi": [_agency_name(job, code) for code in case.agencies],
        "tagihan": bill,
        "strd": overdue,
        "rapat": _with_agencies(connection, job, meeting),
        "kunjungan": visit,
        "berita_acara": minutes,
        "naskah": Answers(minutes.get("content") or {}),
        "tanda_tangan": _signatures(connection, job, minutes),
        "periksa": list(permit.get("apa_yang_dicek") or []),
        "penanda_tangan": _signer(connection, job, signing_steps(kind, job.params)),
        "qr": qr_data_uri(url),
        "url": url,
        "office": Answers({"nama": job.office.settings.office_name, "kota": "Bekasi", **(permit.get("kantor") or {})}),
        "sekarang": now,
    }


def templates_of(job: Job) -> dict[str, str]:
    """The letter templates of the bundle by file name; those shared by all types, where the bundle has none of that
    name."""
    shared: Path = job.office.settings.processes_dir / "shared" / "letters"
    found = (
        {path.name: path.read_text(encoding="utf-8") for path in sorted(shared.glob("*.html"))}
        if shared.is_dir()
        else {}
    )
    own = {name: content for name, content in job.bundle.files.items() if name.endswith(".html")}
    return found | {name.rpartition("/")[2]: content.decode("utf-8") for name, content in own.items()}


def _answers(connection: Connection, case_id: int) -> dict[str, Answers]:
    """The latest answers of every form of the case."""
    query = select(answers.c.form, answers.c.data).where(answers.c.case_id == case_id).order_by(answers.c.id)
    return {row.form: Answers(row.data) for row in connection.execute(query)}


def _latest(connection: Connection, table: Table, case_id: int) -> Answers:
    row = connection.execute(
        select(table).where(table.c.case_id == case_id).order_by(table.c.id.desc()).limit(1)
    ).mappings()
    return Answers(row.one_or_none() or {})


def _meeting(connection: Connection, case_id: int, kind: str) -> Answers:
    """The latest meeting that takes the case and was not cancelled, with what was said and decided about this case. An
    invitation may be drawn a moment after its meeting fell through: it has no other to speak of."""
    fell = meeting_cases.c.state == "batal"
    own = meeting_cases.c.minutes.label("own_minutes"), meeting_cases.c.outcome.label("own_outcome")
    row = (
        connection.execute(
            select(meetings, *own)
            .join(meeting_cases, meeting_cases.c.meeting_id == meetings.c.id)
            .where(meeting_cases.c.case_id == case_id, true() if kind == "undangan" else ~fell)
            .order_by(fell, meetings.c.id.desc())
            .limit(1)
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        return Answers()
    return Answers({**row, "minutes": row["own_minutes"] or row["minutes"], "outcome": row["own_outcome"]})


def _number(
    connection: Connection,
    case: CaseRow,
    kind: str,
    bill: Answers,
    meeting: Answers,
    visit: Answers,
    minutes: Answers,
    overdue: Answers,
) -> str | None:
    """The number that the letter carries: of its bill, meeting or visit, or the last that its register gave this
    case."""
    own: Mapping[str, Answers] = {
        "skrd": bill,
        "skpd": bill,
        "strd": overdue,
        "undangan": meeting,
        "surat_tugas": visit,
        "berita_acara": minutes,
    }
    if kind in own:
        return own[kind].get("number")
    if kind == "resi":
        return case.resi
    query = (
        select(register_entries.c.number)
        .where(register_entries.c.case_id == case.id, register_entries.c.register.in_((kind, f"{kind}.{case.code}")))
        .order_by(register_entries.c.id.desc())
    )
    return connection.execute(query.limit(1)).scalar()


def _signer(connection: Connection, job: Job, steps: tuple[str, ...]) -> Answers:
    """Who put the signature: who did the step of signing last (one of `steps`, where the case has it), with the office
    by which they sign; else the office's head without a name."""
    case = job.case
    query = (
        select(persons.c.id, persons.c.name, answers.c.at, tasks.c.element, tasks.c.group_key)
        .join(persons, persons.c.id == answers.c.by_id)
        .outerjoin(tasks, tasks.c.id == answers.c.task_id)
        .where(answers.c.case_id == case.id, answers.c.form == SIGN_FORM)
        .order_by(answers.c.id.desc())
    )
    rows = connection.execute(query).all()
    row = next((each for each in rows if each.element in steps), rows[0] if rows else None)
    signed: datetime | None = row.at if row else None
    office, decree = _DELEGATED, ""
    if row is not None:
        with suppress(SigningRefused):  # refused when the signature is put: the letter itself may be looked at
            found = signatory(connection, row.id, case, row.at, group=row.group_key, bundle=job.bundle)
            office, decree = found.title, found.decree
    named = {"nama": row.name if row else "", "jabatan": office, "dasar": decree, "nip": "", "pada": signed}
    return Answers({**named, **(job.bundle.permit.get("penanda_tangan") or {})})


def _with_agencies(connection: Connection, job: Job, meeting: Answers) -> Answers:
    if "id" not in meeting:
        return meeting
    invited = connection.execute(
        select(meeting_invitations.c.agency).where(meeting_invitations.c.meeting_id == meeting["id"])
    ).scalars()
    order = {agency: place for place, agency in enumerate(job.case.agencies)}
    sorted_codes = sorted(invited, key=lambda agency: (order.get(agency, len(order)), agency))
    others = connection.execute(
        select(cases.c.resi, cases.c.code)
        .join(meeting_cases, meeting_cases.c.case_id == cases.c.id)
        .where(meeting_cases.c.meeting_id == meeting["id"], meeting_cases.c.state != "batal")
        .order_by(cases.c.id)
    )
    named = [row.resi or row.code for row in others]
    return Answers({**meeting, "instansi": [_agency_name(job, code) for code in sorted_codes], "permohonan": named})


_RESPONSES = {"setuju": "Setuju", "keberatan": "Keberatan"}


def _signatures(connection: Connection, job: Job, minutes: Answers) -> list[Answers]:
    """Who signed the latest minutes for which agency, in the case's order."""
    if "id" not in minutes:
        return []
    signatures = berita_acara_signatures
    query = (
        select(signatures, persons.c.name)
        .outerjoin(persons, persons.c.id == signatures.c.person_id)
        .where(signatures.c.berita_acara_id == minutes["id"])
    )
    order = {agency: place for place, agency in enumerate(job.case.agencies)}
    rows = sorted(connection.execute(query), key=lambda row: (order.get(row.agency, len(order)), row.agency))
    return [
        Answers(
            {
                "instansi": _agency_name(job, row.agency),
                "nama": row.name or "-",
                "tanggapan": _RESPONSES.get(row.response or "", "Belum menandatangani"),
                "alasan": row.reason or "",
                "pada": row.signed_at,
                "sidik": row.content_hash or "",
            }
        )
        for row in rows
    ]


def _agency_name(job: Job, code: str) -> str:
    """The agency's name of instansi.yaml, its code where the file says nothing."""
    row = agency_table(job.bundle.files.get("instansi.yaml") or b"").get(code)
    return str(row.get("nama") if isinstance(row, dict) else row or code)


def _variant_name(permit: Mapping[str, Any], code: str) -> str:
    for row in permit.get("varian") or []:
        if row.get("kode") == code:
            return str(row.get("nama") or code)
    return ""
