"""The berita acara: its draft from meeting and visit, what exactly is signed, and whether signatures hold.

Every round of a berita acara has its content, kept as it was shown to those who signed, with the SHA-256 of its
canonical JSON. A signature carries the hash of what was signed; a newer round makes the older one's signatures lapse.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, select

from engine.case_row import CaseRow
from engine.letters.words import waktu
from engine.office import Office
from engine.storage.agenda_tables import meeting_cases
from engine.storage.people_tables import persons
from engine.storage.schema import answers, tasks
from engine.storage.service_tables import berita_acara, berita_acara_signatures, meetings, visits

WRITE_FORM, SIGN_FORM = "umum/susun_berita_acara", "umum/tanda_tangan_berita_acara"
VERIFY_FORM = "umum/verifikasi_berita_acara"
OPEN, COUNTED, LAPSED = "terbuka", "direkap", "gugur"
AGREE, OBJECT = "setuju", "keberatan"


@dataclass(frozen=True)
class SignatureCheck:
    """What a look at one signature found. holds: it is of this content, and the content is as it was signed."""

    agency: str
    holds: bool
    why: str


@dataclass(frozen=True)
class Given:
    """What one agency answered in a round, under the names that berita_acara_signature has."""

    agency: str
    response: str | None = None
    reason: str | None = None
    signed_at: datetime | None = None
    person_id: int | None = None
    content_hash: str | None = None


@dataclass(frozen=True)
class Round:
    """One round of a berita acara. row: of berita_acara. signatures: of each agency, in the agencies' order; while the
    round is open, what was answered so far. signers: names by person id."""

    row: Any
    signatures: list[Any]
    signers: Mapping[int, str]

    @property
    def objections(self) -> list[Any]:
        """Signatures that are objections, with their reason."""
        return [one for one in self.signatures if one.response == OBJECT]

    def holds(self, signature: Any) -> str:
        """Whether one of the signatures holds, in words."""
        return check_signatures(self.row, [signature])[0].why


def given(connection: Connection, case_id: int, since: datetime) -> dict[str, Given]:
    """By agency: its last answer since a round was opened. Which agency it was, the task says, not the form."""
    rows = connection.execute(
        select(tasks.c.agency, answers.c.data, answers.c.at, answers.c.by_id)
        .join(tasks, tasks.c.id == answers.c.task_id)
        .where(answers.c.case_id == case_id, answers.c.form == SIGN_FORM, answers.c.at >= since)
        .order_by(answers.c.id)
    )
    found = {}
    for row in rows:
        response = row.data.get("tanggapan_ini")
        if row.agency and response in (AGREE, OBJECT):
            found[row.agency] = Given(row.agency, response, row.data.get("alasan"), row.at, row.by_id)
    return found


def rounds_of(connection: Connection, case_id: int) -> list[Round]:
    """Every round of the case's berita acara, the oldest first."""
    query = select(berita_acara).where(berita_acara.c.case_id == case_id).order_by(berita_acara.c.id)
    rows = connection.execute(query).all()
    if not rows:
        return []
    signed: dict[int, list[Any]] = {row.id: [] for row in rows}
    table = berita_acara_signatures
    for one in connection.execute(select(table).where(table.c.berita_acara_id.in_(signed)).order_by(table.c.agency)):
        signed[one.berita_acara_id].append(one)
    if rows[-1].state == OPEN:
        last = rows[-1]
        told = given(connection, case_id, last.opened_at)
        signed[last.id] = [
            replace(told[one.agency], content_hash=last.content_hash) if one.agency in told else one
            for one in signed[last.id]
        ]
    people = {one.person_id for signatures in signed.values() for one in signatures if one.person_id is not None}
    names = connection.execute(select(persons.c.id, persons.c.name).where(persons.c.id.in_(people)))
    signers = {row.id: row.name for row in names}
    return [Round(row, signed[row.id], signers) for row in rows]


def latest_round(office: Office, case_id: int) -> Round | None:
    """The round that is signed, verified or repaired now; None before the first is opened. The caller has seen to it
    that the case may be seen."""
    with office.db.read() as connection:
        found = rounds_of(connection, case_id)
    return found[-1] if found else None


def draft_minutes(office: Office, connection: Connection, case: CaseRow) -> dict[str, Any]:
    """What umum/susun_berita_acara starts with: its latest answers when minutes are repaired, else a text from the
    notulen and the findings."""
    last = connection.execute(
        select(answers.c.data)
        .where(answers.c.case_id == case.id, answers.c.form == WRITE_FORM)
        .order_by(answers.c.id.desc())
        .limit(1)
    ).scalar()
    if last:
        return dict(last)
    parts = [_of_meeting(connection, case.id), _of_visit(connection, case.id)]
    text = "\n\n".join(part for part in parts if part)
    return {"ringkasan": text} if text else {}


def _of_meeting(connection: Connection, case_id: int) -> str:
    row = connection.execute(
        select(meetings.c.number, meetings.c.held_at, meetings.c.attendance, meeting_cases.c.minutes)
        .join(meeting_cases, meeting_cases.c.meeting_id == meetings.c.id)
        .where(meeting_cases.c.case_id == case_id, meeting_cases.c.state == "selesai")
        .order_by(meetings.c.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return ""
    when = f" pada {waktu(row.held_at)}" if row.held_at else ""
    lines = [f"Rapat Tim Teknis nomor {row.number}{when}."]
    if row.attendance:
        lines.append(f"Hadir: {row.attendance}")
    return "\n".join([*lines, row.minutes or ""]).strip()


def _of_visit(connection: Connection, case_id: int) -> str:
    row = connection.execute(
        select(visits).where(visits.c.case_id == case_id, visits.c.state == "selesai").order_by(visits.c.id.desc())
    ).first()
    if row is None:
        return ""
    when = f" pada {waktu(row.scheduled_at)}" if row.scheduled_at else ""
    lines = [f"Kunjungan lapangan, surat tugas nomor {row.number}{when}."]
    if row.latitude is not None:
        lines.append(f"Titik: {row.latitude:.6f}, {row.longitude:.6f}.")
    for item in row.checklist or []:
        note = f" ({item['catatan']})" if item.get("catatan") else ""
        lines.append(f"- {item['butir']}: {CHECKED.get(item['hasil'], item['hasil'])}{note}")
    return "\n".join([*lines, row.findings or ""]).strip()


CHECKED = {"ya": "sesuai", "tidak": "tidak sesuai", "tidak_dapat": "tidak dapat diperiksa"}


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the content's canonical JSON: sorted keys, UTF-8, no spaces."""
    return hashlib.sha256(orjson.dumps(dict(content), option=orjson.OPT_SORT_KEYS)).hexdigest()


def check_signatures(minutes: Any, signatures: Sequence[Any]) -> list[SignatureCheck]:
    """Whether each signature (rows of one berita acara) is of the content that stands in its row."""
    whole = minutes.content is not None and content_hash(minutes.content) == minutes.content_hash
    found = []
    for row in signatures:
        if row.response is None:
            found.append(SignatureCheck(row.agency, False, "belum menandatangani"))
        elif not whole:
            found.append(SignatureCheck(row.agency, False, "isi berita acara tidak lagi seperti yang ditandatangani"))
        elif row.content_hash != minutes.content_hash:
            found.append(SignatureCheck(row.agency, False, "menandatangani isi yang lain"))
        elif minutes.lapsed_at is not None:
            found.append(SignatureCheck(row.agency, False, "gugur: isi berita acara diubah sesudahnya"))
        else:
            found.append(SignatureCheck(row.agency, True, "sesuai isi"))
    return found


def minutes_problems(connection: Connection) -> list[str]:
    """Every berita acara whose content or signatures are not what was signed, in words: for `simyandu verify`."""
    problems = []
    rows = connection.execute(select(berita_acara).where(berita_acara.c.content_hash.is_not(None)))
    for row in rows:
        if row.content is None or content_hash(row.content) != row.content_hash:
            problems.append(f"berita acara {row.number} putaran {row.round}: isi tidak cocok dengan sidiknya")
    wrong = (
        select(berita_acara.c.number, berita_acara.c.round, berita_acara_signatures.c.agency)
        .join(berita_acara, berita_acara.c.id == berita_acara_signatures.c.berita_acara_id)
        .where(
            berita_acara_signatures.c.response.is_not(None),
            berita_acara_signatures.c.content_hash.is_distinct_from(berita_acara.c.content_hash),
        )
    )
    for row in connection.execute(wrong):
        problems.append(f"berita acara {row.number} putaran {row.round}: tanda tangan {row.agency} atas isi lain")
    return problems
