"""What a step's form starts with when nobody has typed anything yet: a proposal that the person may change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from engine.case_row import CaseRow
from engine.meetings.slots import suggestion
from engine.minutes import draft_minutes
from engine.office import Office
from engine.visits.plan import next_visit

Proposal = Callable[[Office, Connection, CaseRow], dict[str, Any]]

_BY_FORM: dict[str, Proposal] = {
    "umum/undang_rapat": suggestion,
    "umum/jadwal_kunjungan": next_visit,
    "umum/susun_berita_acara": draft_minutes,
}


def proposal(office: Office, connection: Connection, case: CaseRow, form: str) -> dict[str, Any]:
    """Values for the fields of `form`; empty where nothing is proposed."""
    make = _BY_FORM.get(form)
    return make(office, connection, case) if make is not None else {}
