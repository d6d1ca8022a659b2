"""What was numbered, signed or paid on a case since a moment: it stays, whatever is repaired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, cast, literal, select, union_all

from engine.storage.agenda_tables import meeting_cases
from engine.storage.letter_tables import letters
from engine.storage.schema import tasks
from engine.storage.service_tables import (
    berita_acara,
    berita_acara_signatures,
    bills,
    meetings,
    payments,
    register_entries,
    visits,
)

HELD = ("rapat", "kunjungan")
SIGNING = "umum/tanda_tangan"  # forms on which somebody signs begin like this


@dataclass(frozen=True)
class Kept:
    """kind: nomor (of: its register), tagihan, pembayaran (text: rupiah), surat, tanda_tangan; rapat, kunjungan (that
    were held; of: the outcome). text: which; of: whose, or of what; at: since when."""

    kind: str
    text: str
    of: str
    at: datetime

    @property
    def binds(self) -> bool:
        """Whether a second person must agree to going back over it: numbered, signed or paid."""
        return self.kind not in HELD


def kept_since(connection: Connection, case_id: int, since: datetime) -> list[Kept]:
    """Oldest first, in one statement. The resi is not among them: nothing that is repaired takes it away."""
    parts = (
        _numbers(case_id, since),
        _bills(case_id, since),
        _paid(case_id, since),
        _letters(case_id, since),
        _signatures(case_id, since),
        _signed_steps(case_id, since),
        _meetings(case_id, since),
        _visits(case_id, since),
    )
    found = [Kept(row.kind, str(row.text), str(row.of or ""), row.at) for row in connection.execute(union_all(*parts))]
    return sorted(found, key=lambda each: each.at)


def _as(kind: str, what: Any, of: Any, at: Any) -> Any:
    which, whose = cast(what, Text).label("text"), cast(of, Text).label("of")
    return select(literal(kind).label("kind"), which, whose, at.label("at"))


def _numbers(case_id: int, since: datetime) -> Any:
    table = register_entries
    chosen = table.c.case_id == case_id, table.c.at >= since, table.c.register != "resi"
    return _as("nomor", table.c.number, table.c.register, table.c.at).where(*chosen)


def _bills(case_id: int, since: datetime) -> Any:
    chosen = bills.c.case_id == case_id, bills.c.issued_at >= since
    return _as("tagihan", bills.c.number, bills.c.state, bills.c.issued_at).where(*chosen)


def _paid(case_id: int, since: datetime) -> Any:
    chosen = payments.c.case_id == case_id, payments.c.at >= since
    return _as("pembayaran", payments.c.amount, payments.c.receipt, payments.c.at).where(*chosen)


def _letters(case_id: int, since: datetime) -> Any:
    chosen = letters.c.case_id == case_id, letters.c.drawn_at >= since
    return _as("surat", letters.c.title, letters.c.number, letters.c.drawn_at).where(*chosen)


def _signatures(case_id: int, since: datetime) -> Any:
    signed, minutes = berita_acara_signatures, berita_acara
    chosen = minutes.c.case_id == case_id, signed.c.signed_at >= since
    return (
        _as("tanda_tangan", minutes.c.number, signed.c.agency, signed.c.signed_at)
        .join_from(signed, minutes, minutes.c.id == signed.c.berita_acara_id)
        .where(*chosen)
    )


def _signed_steps(case_id: int, since: datetime) -> Any:
    return _as("tanda_tangan", tasks.c.name, tasks.c.lane, tasks.c.closed_at).where(
        tasks.c.case_id == case_id,
        tasks.c.state == "done",
        tasks.c.closed_at >= since,
        tasks.c.form.startswith(SIGNING, autoescape=True),
    )


def _meetings(case_id: int, since: datetime) -> Any:
    chosen = meeting_cases.c.case_id == case_id, meeting_cases.c.recorded_at >= since
    return (
        _as("rapat", meetings.c.number, meeting_cases.c.outcome, meeting_cases.c.recorded_at)
        .join_from(meeting_cases, meetings, meetings.c.id == meeting_cases.c.meeting_id)
        .where(*chosen)
    )


def _visits(case_id: int, since: datetime) -> Any:
    chosen = visits.c.case_id == case_id, visits.c.recorded_at >= since
    return _as("kunjungan", visits.c.number, visits.c.conformity, visits.c.recorded_at).where(*chosen)
