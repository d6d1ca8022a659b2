"""The archive: where a finished file lies, and for how long. The office's archive burnt once; this record is in every
backup."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import insert

from engine.case_row import CaseRow
from engine.letters.words import office_date
from engine.services.common import need, permit_name, text
from engine.services.numbers import next_number
from engine.services.protocols import Unit
from engine.services.registry import ServiceError, handler
from engine.storage.service_tables import archive_records

RETENTION_YEARS = 10  # assumed; permit.yaml `retensi_tahun` says otherwise, 0 keeps for good


@handler("arsip/daftarkan")
def daftarkan(unit: Unit, case: CaseRow, params: dict[str, Any]) -> None:
    """An archive record at the place of umum/arsipkan."""
    form = need(unit, "umum/arsipkan")
    number = next_number(unit, case, "arsip", f"{permit_name(unit.bundle)}: {case.applicant_name}")
    keep_until = _keep_until(unit.bundle.permit.get("retensi_tahun", RETENTION_YEARS), office_date(unit.now))
    unit.connection.execute(
        insert(archive_records).values(
            case_id=case.id,
            number=number.text,
            shelf=text(form, "rak"),
            box=text(form, "boks"),
            note=form.get("catatan"),
            stored_at=unit.now,
            keep_until=keep_until.isoformat() if keep_until else None,
        )
    )
    unit.emit("archived", {"nomor": number.text, "rak": text(form, "rak"), "boks": text(form, "boks")})


def _keep_until(years: Any, today: date) -> date | None:
    if isinstance(years, bool) or not isinstance(years, int) or not 0 <= years <= 200:
        raise ServiceError(f"retensi_tahun '{years}' bukan jumlah tahun.")
    if years == 0:
        return None
    try:
        return today.replace(year=today.year + years)
    except ValueError:  # 29 February
        return date(today.year + years, 3, 1)
