"""Agencies that do not answer: reminded once, then the Kabid is told. Called by the background worker."""

from __future__ import annotations

import structlog
from sqlalchemy import select, update

from engine.command import command
from engine.errors import Refused
from engine.meetings.record import escalate_absence
from engine.meetings.tables import called, meeting_row
from engine.office import Office
from engine.services.invitations import remind_at, send_invitations
from engine.services.rapat import INVITED
from engine.storage.service_tables import meeting_invitations, meetings
from engine.unit import Unit

log = structlog.get_logger()


def chase_meetings(office: Office, limit: int = 100) -> int:
    """Look at every invitation whose time to answer is over. Returns how many were looked at."""
    now = office.now()
    due = (
        select(meeting_invitations.c.meeting_id, meeting_invitations.c.agency, meetings.c.case_id)
        .join(meetings, meetings.c.id == meeting_invitations.c.meeting_id)
        .where(meeting_invitations.c.remind_at <= now)
        .order_by(meeting_invitations.c.remind_at)
        .limit(limit)
    )
    with office.db.read() as connection:
        rows = connection.execute(due).all()
    for row in rows:
        try:
            _chase(office, row.case_id, row.meeting_id, row.agency, key=None)
        except Refused as refused:
            log.warning("invitation not chased", meeting=row.meeting_id, agency=row.agency, why=str(refused))
    return len(rows)


@command("meeting_chased", may=None)
def _chase(unit: Unit, case_id: int, meeting_id: int, agency: str) -> None:
    """Remind or escalate; nothing when it was answered meanwhile, or is too late. Written in the history only when
    something was done."""
    unit.lock(case_id)
    meeting = meeting_row(unit.connection, meeting_id)
    mine = (meeting_invitations.c.meeting_id == meeting_id) & (meeting_invitations.c.agency == agency)
    row = unit.connection.execute(select(meeting_invitations).where(mine)).one()
    if row.remind_at is None or row.remind_at > unit.now:  # another worker was here
        return
    alive = meeting.state == INVITED and (meeting.held_at is None or meeting.held_at > unit.now)
    next_look, reminders, escalated = None, row.reminders, row.escalated_at
    if alive and row.reply is None:
        data = {"rapat": meeting_id, "nomor": meeting.number, "instansi": agency}
        if row.reminders == 0:
            unit.emit("meeting_reminded", data)
            send_invitations(unit, called(unit, meeting), [agency], "ingatkan_rapat", "REQUEST")
            next_look, reminders = remind_at(unit, unit.bundle.permit), 1
        else:
            unit.emit("meeting_silent", data)
            escalate_absence(unit, meeting.number, [agency], "tidak menjawab undangan")
            escalated = unit.now
    unit.connection.execute(
        update(meeting_invitations).where(mine).values(remind_at=next_look, reminders=reminders, escalated_at=escalated)
    )
