"""Field visits: planned with a surat tugas, then recorded with what was found and where."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update

from engine.case_row import CaseRow
from engine.services.common import agencies, moment, need, text, told
from engine.services.numbers import next_number
from engine.services.protocols import Unit
from engine.services.registry import ServiceError, handler
from engine.storage.service_tables import visits

PLANNED, RECORDED, CANCELLED = "dijadwal", "selesai", "batal"


@handler("kunjungan/jadwalkan")
def jadwalkan(unit: Unit, case: CaseRow, params: dict[str, Any]) -> None:
    """A visit from umum/jadwal_kunjungan, with the number of its surat tugas."""
    form = need(unit, "umum/jadwal_kunjungan")
    scheduled_at = moment(form.get("tanggal"), form.get("jam"))
    number = next_number(unit, case, "surat_tugas", f"Kunjungan lapangan {case.resi or case.code}")
    officers = form.get("petugas")
    names = ", ".join(map(str, officers)) if isinstance(officers, list) else text(form, "petugas")
    visit = unit.connection.execute(
        insert(visits)
        .values(
            case_id=case.id,
            number=number.text,
            scheduled_at=scheduled_at,
            officers=names,
            state=PLANNED,
            created_at=unit.now,
        )
        .returning(visits.c.id)
    ).scalar_one()
    when = scheduled_at.isoformat() if scheduled_at else None
    facts = told(case, unit.bundle, nomor=number.text, waktu=when, petugas=names, alamat=case.address)
    for agency in agencies(case):
        unit.send("email", f"tim_teknis:{agency}", "kunjungan", facts)
    unit.emit("visit_planned", {"kunjungan": visit, "nomor": number.text, "waktu": when})


@handler("kunjungan/catat")
def catat(unit: Unit, case: CaseRow, params: dict[str, Any]) -> None:
    """Findings, conformity and map point of umum/hasil_kunjungan onto the latest visit."""
    form = need(unit, "umum/hasil_kunjungan")
    visit = unit.connection.execute(
        select(visits.c.id)
        .where(visits.c.case_id == case.id, visits.c.state != CANCELLED)
        .order_by(visits.c.id.desc())
        .limit(1)
    ).scalar()
    if visit is None:
        raise ServiceError("Belum ada kunjungan yang dijadwalkan pada permohonan ini.")
    latitude, longitude = point(form.get("titik"))
    conformity = form.get("kesesuaian")
    unit.connection.execute(
        update(visits)
        .where(visits.c.id == visit)
        .values(
            state=RECORDED,
            latitude=latitude,
            longitude=longitude,
            findings=form.get("temuan"),
            conformity=conformity,
            recorded_at=unit.now,
        )
    )
    unit.emit("visit_recorded", {"kunjungan": visit, "kesesuaian": conformity, "titik": form.get("titik")})


def point(value: Any) -> tuple[float | None, float | None]:
    """Latitude and longitude of `-6.24,107.0`; both None when nothing was given. Raises ServiceError for anything
    else."""
    if value in (None, ""):
        return None, None
    try:
        latitude, longitude = (float(part) for part in str(value).split(","))
    except ValueError:
        raise ServiceError(f"Titik lokasi tidak terbaca: {value}") from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ServiceError(f"Titik lokasi tidak ada di bumi: {value}")
    return latitude, longitude
