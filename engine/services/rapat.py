"""Technical meetings of the Tim Teknis: invited, then recorded."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update

from engine.case_row import CaseRow
from engine.services.common import agencies, moment, need, text, told
from engine.services.numbers import next_number
from engine.services.protocols import Unit
from engine.services.registry import ServiceError, handler
from engine.storage.service_tables import meeting_invitations, meetings

INVITED, RECORDED = "diundang", "selesai"


@handler("rapat/undang")
def undang(unit: Unit, case: CaseRow, params: dict[str, Any]) -> None:
    """A meeting from umum/undang_rapat, an invitation to every agency of the case."""
    form = need(unit, "umum/undang_rapat")
    invited = agencies(case)
    held_at = moment(form.get("tanggal"), form.get("jam"))
    number = next_number(unit, case, "undangan", f"Undangan rapat {case.resi or case.code}")
    place, agenda = text(form, "tempat"), text(form, "agenda")
    meeting = unit.connection.execute(
        insert(meetings)
        .values(
            case_id=case.id,
            number=number.text,
            held_at=held_at,
            place=place,
            agenda=agenda,
            state=INVITED,
            created_at=unit.now,
        )
        .returning(meetings.c.id)
    ).scalar_one()
    unit.connection.execute(
        insert(meeting_invitations),
        [{"meeting_id": meeting, "agency": agency, "sent_at": unit.now} for agency in invited],
    )
    when = held_at.isoformat() if held_at else None
    facts = told(case, unit.bundle, nomor=number.text, waktu=when, tempat=place, agenda=agenda)
    for agency in invited:
        for channel in ("surat", "email"):
            unit.send(channel, f"tim_teknis:{agency}", "undangan_rapat", facts)
    unit.emit("meeting_called", {"rapat": meeting, "nomor": number.text, "waktu": when, "instansi": invited})


@handler("rapat/catat")
def catat(unit: Unit, case: CaseRow, params: dict[str, Any]) -> None:
    """Attendance, minutes and outcome of umum/notulen_rapat onto the latest meeting."""
    form = need(unit, "umum/notulen_rapat")
    meeting = unit.connection.execute(
        select(meetings.c.id).where(meetings.c.case_id == case.id).order_by(meetings.c.id.desc()).limit(1)
    ).scalar()
    if meeting is None:
        raise ServiceError("Belum ada rapat yang diundang pada permohonan ini.")
    outcome = form.get("hasil_pembahasan")
    attendance = form.get("hadir")
    present = ", ".join(map(str, attendance)) if isinstance(attendance, list) else attendance
    unit.connection.execute(
        update(meetings)
        .where(meetings.c.id == meeting)
        .values(state=RECORDED, attendance=present, minutes=form.get("notulen"), outcome=outcome, recorded_at=unit.now)
    )
    unit.emit("meeting_recorded", {"rapat": meeting, "hasil": outcome})
