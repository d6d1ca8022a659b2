"""Visits that are not made: the case went back over the step that planned them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select, update

from engine.services.common import told
from engine.services.kunjungan import CANCELLED, PLANNED
from engine.storage.service_tables import visits
from engine.unit import Unit
from engine.visits.places import VISIT_FORM

PLAN_FORM = "umum/jadwal_kunjungan"
CALLED_OFF = "dibatalkan"
_WAITING = select(visits).where(visits.c.state == PLANNED).order_by(visits.c.id)


def fall_away(unit: Unit, left: Collection[str], reason: str) -> list[dict[str, Any]]:
    """Planned visits of the locked case that, settled where it is now, it waits for no more: [{jenis, nomor, waktu,
    nasib}]. They are called off and the agencies told. Photos and checklists that were brought already stay. left:
    forms of the steps that the case went back over."""
    if not {PLAN_FORM, VISIT_FORM}.intersection(left):
        return []
    if any(row.form == VISIT_FORM for row in unit.open_tasks.values()):
        return []
    case, gone = unit.case, []
    for visit in unit.connection.execute(_WAITING.where(visits.c.case_id == case.id)).all():
        unit.connection.execute(update(visits).where(visits.c.id == visit.id).values(state=CANCELLED))
        when = visit.scheduled_at.isoformat() if visit.scheduled_at else None
        about = {"nomor": visit.number, "waktu": when, "alasan": reason}
        facts = told(case, unit.bundle, **about, petugas=visit.officers, alamat=case.address)
        for agency in case.agencies:
            unit.send("email", f"tim_teknis:{agency}", "kunjungan_dibatalkan", facts)
        unit.emit("visit_cancelled", {"kunjungan": visit.id, **about})
        gone.append({"jenis": "kunjungan", "nomor": visit.number, "waktu": when, "nasib": CALLED_OFF})
    return gone
