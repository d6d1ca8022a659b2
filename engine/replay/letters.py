"""Short letters for replays: a real PDF of one page with the letter's kind, number and case, written in microseconds.

Drawing every letter of a year with the page layouter would take hours and tell nothing new. What the database says of
a document stays true: the file is in the store under its SHA-256, and `documents.verify` holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from engine.case_row import CaseRow
from engine.documents import DocumentStore
from engine.services.letter_facts import KINDS
from engine.services.letter_rows import KEPT, letter_code, letter_round
from engine.services.protocols import Job
from engine.services.tanda_tangan import signature_of, to_sign
from engine.storage.service_tables import bills, register_entries

SURAT, SIGNATURE = "dokumen/surat", "tanda_tangan/bubuhkan"
_REGISTER = {"surat_tugas": "surat_tugas", "berita_acara": "berita_acara", "undangan": "undangan", "resi": "resi"}


class QuickStore(DocumentStore):
    """A store that does not wait for the disk: a replay that loses power is simply replayed."""

    def _write(self, target: Path, content: bytes) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_suffix(".baru")
        beside.write_bytes(content)
        beside.replace(target)


def short_letter(job: Job, number: str | None) -> dict[str, Any]:
    """Does what the letter service's `work` does, with a plain page instead of the type's template."""
    kind = str(job.params.get("jenis") or "izin")
    case = job.case
    lines = [
        KINDS.get(kind, kind),
        f"Nomor: {number or '-'}",
        f"Permohonan: {case.resi or case.id} ({case.code}, {case.variant})",
        f"Pemohon: {case.applicant_name}",
        f"Tanggal: {job.office.now().date().isoformat()}",
        "Dibuat oleh putar ulang: tata letak surat diringkas.",
    ]
    stored = job.office.documents.put(plain_pdf(lines), made_here=True)
    name = str(job.bundle.permit.get("nama") or job.bundle.code)
    return {
        "jenis": kind,
        "judul": f"{KINDS.get(kind, kind)} {name}",
        "nomor": number,
        "sha256": stored.sha256,
        "size": stored.size,
        "mime": stored.mime,
        **_tracked(job, kind, number),
    }


def _tracked(job: Job, kind: str, number: str | None) -> dict[str, Any]:
    """What a letter of a kind that is kept track of needs besides."""
    if kind not in KEPT:
        return {}
    case = job.case
    with job.office.db.read() as connection:
        before = letter_round(connection, case.id, kind, number)
    return {"kode": letter_code(job.office.settings.secret, case, kind, number, before), "putaran": before}


def short_signature(job: Job) -> dict[str, Any]:
    """Does what the signing service's `work` does, all but the signature itself: the file says that it has none."""
    with job.office.db.read() as connection:
        letter, who = to_sign(connection, job)
    drawn = job.office.documents.open(letter.draft_sha256)
    content = drawn + b"%% putar ulang: tanda tangan elektronik diringkas\n"
    return signature_of(job.office, letter, who, content, None)


def plain_pdf(lines: list[str]) -> bytes:
    """An A4 page with these lines in Helvetica. Same lines, same bytes."""
    shown = "".join(f"({_escaped(line)}) Tj T* " for line in lines)
    content = f"BT /F1 11 Tf 16 TL 72 760 Td {shown}ET".encode("cp1252", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
        len(objects) + 1,
        len(out),
    )
    return bytes(out)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def letter_number(connection: Connection, case: CaseRow, params: Mapping[str, Any]) -> str | None:
    """The number that a letter asked for with these parameters bears, if it has one."""
    kind = str(params.get("jenis") or "izin")
    if kind in ("skrd", "skpd"):
        query = select(bills.c.number).where(bills.c.case_id == case.id).order_by(bills.c.id.desc()).limit(1)
        return connection.execute(query).scalar()
    if kind in ("izin", "rekomendasi", "keterangan", "pencabutan"):
        return case.permit_number
    query = (
        select(register_entries.c.number)
        .where(register_entries.c.case_id == case.id, register_entries.c.register == _REGISTER.get(kind, kind))
        .order_by(register_entries.c.id.desc())
        .limit(1)
    )
    return connection.execute(query).scalar()
