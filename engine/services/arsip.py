"""The archive: where a finished file lies, and for how long. The office's archive burnt once; this record is in every
backup."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import insert

from engine.case_row import CaseRow
from engine.letters.words import office_date
from engine.retention import LONGEST, schedule, years_after
from engine.services.common import need, permit_name, text
from engine.services.numbers import next_number
from engine.services.protocols import Unit
from engine.services.registry import ServiceError, handler
from engine.storage.service_tables import archive_records


@handler("arsip/daftarkan")
def daftarkan(unit: Unit, case: CaseRow, params: dict[str, Any]) -> None:
    """An archive record at the place of umum/arsipkan."""
    form = need(unit, "umum/arsipkan")
    number = next_number(unit, case, "arsip", f"{permit_name(unit.bundle)}: {case.applicant_name}")
    keep_until = _keep_until(unit, office_date(unit.now))
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


def _keep_until(unit: Unit, today: date) -> date | None:
    """By the schedule of today for the type's family, unless permit.yaml says otherwise (`retensi_tahun`; 0: for good,
    which is None)."""
    permit = unit.bundle.permit
    years = permit.get("retensi_tahun")
    if years is None:
        try:
            years = schedule(unit.office.settings.processes_dir, today).of_file(str(permit.get("family"))).years
        except (OSError, ValueError) as error:
            raise ServiceError(f"Jadwal retensi tidak terbaca: {error}") from error
    if isinstance(years, bool) or not isinstance(years, int) or not 0 <= years <= LONGEST:
        raise ServiceError(f"retensi_tahun '{years}' bukan jumlah tahun.")
    return years_after(today, years) if years else None
