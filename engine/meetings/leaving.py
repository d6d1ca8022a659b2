"""A case leaves its meeting, or the meeting is called off: within the transaction of whoever decided it.

A meeting that was held stays as it was; what was said there is not undone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from engine.meetings.tables import CALL_FORM, RECORD_FORM, called, invited_to
from engine.services.invitations import send_invitations
from engine.services.rapat import CANCELLED, DROPPED, INVITED, PLANNED, RECORDED
from engine.settle import settle
from engine.storage.agenda_tables import busy_times, meeting_cases
from engine.storage.schema import cases
from engine.storage.service_tables import meeting_invitations, meetings
from engine.unit import Unit

FELL_THROUGH = "rapat_batal"  # the message that a diagram waits for
CALLED_OFF, GOES_ON, WAS_HELD = "dibatalkan", "tanpa_permohonan", "sudah_berlangsung"


def call_off(unit: Unit, meeting: Any, agencies: Sequence[str], reason: str) -> None:
    """The meeting does not take place: its cases are free, everybody invited is told. meeting: its row."""
    made = called(unit, meeting, sequence=meeting.sequence + 1)
    unit.connection.execute(
        update(meetings)
        .where(meetings.c.id == meeting.id)
        .values(state=CANCELLED, cancel_reason=reason, sequence=meeting.sequence + 1)
    )
    unit.connection.execute(
        update(meeting_cases)
        .where(meeting_cases.c.meeting_id == meeting.id, meeting_cases.c.state.in_((PLANNED, INVITED)))
        .values(state=DROPPED)
    )
    unit.connection.execute(
        update(meeting_invitations).where(meeting_invitations.c.meeting_id == meeting.id).values(remind_at=None)
    )
    unit.connection.execute(delete(busy_times).where(busy_times.c.meeting_id == meeting.id))
    send_invitations(unit, made, agencies, "rapat_dibatalkan", "CANCEL", alasan=reason)
    unit.emit("meeting_cancelled", {"rapat": meeting.id, "nomor": meeting.number, "alasan": reason})


def take_out(unit: Unit, meeting: Any, reason: str) -> bool:
    """The meeting goes on without the locked case, and everybody invited is told. False when the case does not wait
    for it (any more)."""
    left = unit.connection.execute(
        update(meeting_cases)
        .where(
            meeting_cases.c.meeting_id == meeting.id,
            meeting_cases.c.case_id == unit.case.id,
            meeting_cases.c.state.in_((PLANNED, INVITED)),
        )
        .values(state=DROPPED, problem=reason)
    )
    if not left.rowcount:
        return False
    if not _held(unit, meeting):
        unit.connection.execute(
            update(meetings).where(meetings.c.id == meeting.id).values(sequence=meeting.sequence + 1)
        )
        made = called(unit, meeting, sequence=meeting.sequence + 1)
        out = unit.case.resi or unit.case.code
        agencies = invited_to(unit.connection, meeting.id)
        send_invitations(unit, made, agencies, "rapat_berkurang", "REQUEST", keluar=out, alasan=reason)
    unit.emit("meeting_left", {"rapat": meeting.id, "nomor": meeting.number, "alasan": reason})
    return True


def invite_again(unit: Unit) -> None:
    """The locked case goes the way that its diagram has for a meeting that fell through. Where it has none, or where
    the case has not come to the meeting yet, it waits on the page of meetings (board.waiting_groups)."""
    if unit.case.open and unit.run.message(FELL_THROUGH):
        settle(unit)


def fall_away(unit: Unit, left: Collection[str], reason: str) -> list[dict[str, Any]]:
    """Meetings that the locked case waited for and, settled where it is now, waits for no more: [{jenis, nomor, waktu,
    nasib}]. A meeting to come is called off when no other case waits for it. left: forms of the steps that the case
    went back over."""
    if not {CALL_FORM, RECORD_FORM}.intersection(left):
        return []
    steps = {row.form for row in unit.open_tasks.values()}
    query = (
        select(meetings, meeting_cases.c.state.label("standing"))
        .join(meeting_cases, meeting_cases.c.meeting_id == meetings.c.id)
        .where(
            meeting_cases.c.case_id == unit.case.id,
            meeting_cases.c.state.in_((PLANNED, INVITED)),
            meetings.c.state == INVITED,
        )
        .order_by(meetings.c.id)
        .with_for_update(of=meetings)
    )
    gone = []
    for meeting in unit.connection.execute(query).all():
        if (CALL_FORM if meeting.standing == PLANNED else RECORD_FORM) in steps:
            continue
        others = _others(unit, meeting.id)
        if _held(unit, meeting):
            fate = WAS_HELD
            take_out(unit, meeting, reason)
            if not others:
                unit.connection.execute(
                    update(meetings).where(meetings.c.id == meeting.id).values(state=RECORDED, recorded_at=unit.now)
                )
        elif others:
            fate = GOES_ON
            take_out(unit, meeting, reason)
        else:
            fate = CALLED_OFF
            call_off(unit, meeting, invited_to(unit.connection, meeting.id), reason)
        gone.append({"jenis": "rapat", "nomor": meeting.number, "waktu": _iso(meeting.held_at), "nasib": fate})
    return gone


def _held(unit: Unit, meeting: Any) -> bool:
    """Whether the meeting has begun, or an outcome of it is known."""
    if meeting.held_at is not None and meeting.held_at <= unit.now:
        return True
    known = select(func.count()).where(meeting_cases.c.meeting_id == meeting.id, meeting_cases.c.state == RECORDED)
    return bool(unit.connection.execute(known).scalar())


def _others(unit: Unit, meeting_id: int) -> int:
    """How many other open cases wait for the meeting."""
    query = (
        select(func.count())
        .select_from(meeting_cases)
        .join(cases, cases.c.id == meeting_cases.c.case_id)
        .where(
            meeting_cases.c.meeting_id == meeting_id,
            meeting_cases.c.case_id != unit.case.id,
            meeting_cases.c.state.in_((PLANNED, INVITED)),
            cases.c.closed_at.is_(None),
        )
    )
    return int(unit.connection.execute(query).scalar_one())


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
