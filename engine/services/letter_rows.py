"""Letters that are kept track of: the code that opens their public page, how long they hold, and their row."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from engine.case_row import CaseRow
from engine.services.owed import months_after
from engine.services.protocols import Unit
from engine.storage.letter_tables import letters

KEPT = frozenset({"izin", "rekomendasi", "keterangan", "pencabutan", "penolakan", "skrd", "skpd", "strd"})
LIMITED = frozenset({"izin", "rekomendasi", "keterangan"})
DRAFT, IN_FORCE, REPLACED, REVOKED = "naskah", "berlaku", "diganti", "dicabut"
ORIGINAL, CORRECTION, DUPLICATE = "asli", "perbaikan", "duplikat"
BILLS = frozenset({"skrd", "skpd", "strd"})
CODE_LENGTH = 10
_STEPS = {"skrd": "ttd_skrd"}  # of the shared phases before they named their step
_TERM = re.compile(r"(\d{1,3}) (tahun|bulan)\b")


def signing_steps(kind: str, params: Mapping[str, Any]) -> tuple[str, ...]:
    """The steps at which a letter of a kind is signed: `langkah` of the service task (ids, with commas), else `ttd`."""
    named = str(params.get("langkah") or _STEPS.get(kind, "ttd"))
    return tuple(part.strip() for part in named.split(","))


def letter_round(connection: Connection, case_id: int, kind: str, number: str | None) -> int:
    """How many letters of this kind and number were drawn before."""
    query = select(func.count()).select_from(letters).where(letters.c.case_id == case_id, letters.c.kind == kind)
    query = query.where(letters.c.number == number) if number else query.where(letters.c.number.is_(None))
    return int(connection.execute(query).scalar_one())


def letter_code(secret: str, case: CaseRow, kind: str, number: str | None, round_: int) -> str:
    """Ten characters that nobody guesses (50 bits), the same whenever the same letter is drawn."""
    text = f"{case.id}/{case.public_code}/{kind}/{number}/{round_}"
    digest = hmac.new(secret.encode() or b"-", text.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest)[:CODE_LENGTH].decode()


def check_url(public_url: str, code: str) -> str:
    """The address that the QR of a letter leads to."""
    return f"{public_url.rstrip('/')}/cek/{code}"


def valid_until(permit: Mapping[str, Any], kind: str, issued: date) -> str | None:
    """The last day on which a permit holds, ISO: `masa_berlaku_bulan`, else a term at the head of `masa_berlaku`; None
    where neither says how long."""
    if kind not in LIMITED:
        return None
    months = permit.get("masa_berlaku_bulan")
    if not isinstance(months, int) or isinstance(months, bool):
        found = _TERM.match(str(permit.get("masa_berlaku") or ""))
        if found is None:
            return None
        months = int(found[1]) * (12 if found[2] == "tahun" else 1)
    return (months_after(issued, months) - timedelta(days=1)).isoformat()


def put_letter(unit: Unit, case: CaseRow, drawn: Mapping[str, Any]) -> int:
    """The row of a letter just drawn. drawn: jenis, nomor, kode, putaran, judul, sha256; more: edisi, catatan."""
    row = {
        "case_id": case.id,
        "kind": drawn["jenis"],
        "number": drawn["nomor"],
        "code": drawn["kode"],
        "edition": drawn.get("edisi", ORIGINAL),
        "round": drawn["putaran"],
        "state": DRAFT,
        "title": drawn["judul"],
        "holder": case.applicant_name,
        "template": drawn.get("templat"),
        "note": drawn.get("catatan"),
        "draft_sha256": drawn["sha256"],
        "drawn_at": unit.now,
    }
    return int(unit.connection.execute(insert(letters).values(row).returning(letters.c.id)).scalar_one())


def newest_draft(connection: Connection, case_id: int, kind: str) -> Row[Any] | None:
    """The letter of a kind that was drawn last and waits for its signature."""
    query = (
        select(letters)
        .where(letters.c.case_id == case_id, letters.c.kind == kind, letters.c.state == DRAFT)
        .order_by(letters.c.id.desc())
        .limit(1)
    )
    return connection.execute(query).one_or_none()
