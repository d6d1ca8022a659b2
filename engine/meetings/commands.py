"""Calling a meeting for several cases, moving it, cancelling it, leaving a case out.

The meeting is made in one transaction under the lock of its first case. Then each case's step "Undang Tim Teknis" is
done in a transaction of its own: what fails is kept with its reason and can be tried again (`go_on`); nothing is done
twice, since every part has its own idempotency key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import and_, delete, insert, select, update

from engine.cases import acting_groups, complete
from engine.command import command
from engine.errors import Gone, Invalid, NotAllowed, NotFound, Refused
from engine.meetings.calendars import Calendars
from engine.meetings.checks import check_form, permit_of, refuse, same_agencies, wait_for_others
from engine.meetings.leaving import call_off, invite_again, take_out
from engine.meetings.tables import CALL_FORM, RECORD_FORM, called, cases_of, invited_to, meeting_row, waiting_rows
from engine.office import Office
from engine.people import Person
from engine.services.invitations import Called, remind_at, send_invitations, uid_of
from engine.services.numbers import next_number
from engine.services.rapat import DROPPED, INVITED, PLANNED
from engine.storage.agenda_tables import busy_times, meeting_cases
from engine.storage.service_tables import meeting_invitations, meetings
from engine.unit import Unit
from engine.working_time import JAKARTA


@dataclass(frozen=True)
class Scheduled:
    """What came of scheduling. done: cases that are in the meeting; failed: case -> why its step was not done."""

    meeting_id: int
    number: str
    done: tuple[int, ...] = ()
    failed: Mapping[int, str] = field(default_factory=dict)


def schedule_meeting(
    office: Office,
    case_ids: Sequence[int],
    start: datetime,
    place: str,
    agenda: str,
    minutes: int = 60,
    *,
    by: Person,
    key: str | None = None,
) -> Scheduled:
    """Call one meeting for all these cases; their agencies must be the same. start: aware.

    Raises: Invalid (start, place, agenda, minutes; permohonan: cases that cannot be in one meeting; an agency that is
    taken, named), NotAllowed, NotFound.
    """
    key = key or uuid4().hex
    uid = uid_of(office.settings.public_url, f"{by.id}:{key}")
    ids = tuple(dict.fromkeys(case_ids))
    if not ids:
        raise Invalid({"permohonan": ["Pilih sedikitnya satu permohonan."]})
    with office.db.read() as connection:
        before = waiting_rows(connection, ids)
    _plan(office, ids, start, place, agenda, minutes, uid, by=by, key=key)
    with office.db.read() as connection:
        meeting = connection.execute(select(meetings).where(meetings.c.uid == uid)).one()
    for ident in ids[1:]:  # cases whose meeting fell through have no step to do: they are told here
        if ident in before and before[ident].form == RECORD_FORM and before[ident].live is None:
            about = {"rapat": meeting.id, "nomor": meeting.number, "waktu": start.isoformat()}
            _NOTE["meeting_called"](office, ident, about, by=by, key=f"{key}-kabar-{ident}")
    return go_on(office, meeting.id, by=by, key=key)


def go_on(office: Office, meeting_id: int, *, by: Person, key: str | None = None) -> Scheduled:
    """Do the step "Undang Tim Teknis" of every case of the meeting where it is still to be done. Safe to repeat."""
    key = key or uuid4().hex
    with office.db.read() as connection:
        meeting = meeting_row(connection, meeting_id)
        rows = cases_of(connection, meeting_id)
    if meeting.state != INVITED:
        raise Gone("Rapat ini sudah selesai atau dibatalkan.")
    local = meeting.held_at.astimezone(JAKARTA)
    answers = {
        "tanggal": local.date().isoformat(),
        "jam": f"{local:%H:%M}",
        "tempat": meeting.place,
        "agenda": meeting.agenda,
    }
    done, failed = [], {}
    for row in rows:
        if row.state == PLANNED:
            why = _call(office, row.case_id, answers, by, f"{key}-{row.case_id}")
            if why is not None:
                failed[row.case_id] = why
                _note_problem(office, meeting_id, row.case_id, why)
                continue
        if row.state != DROPPED:
            done.append(row.case_id)
    return Scheduled(meeting_id, meeting.number, tuple(done), failed)


def move_meeting(
    office: Office,
    meeting_id: int,
    start: datetime,
    reason: str,
    place: str | None = None,
    minutes: int | None = None,
    *,
    by: Person,
    key: str | None = None,
) -> None:
    """Another time or place. Replies are asked for anew; the calendar entries of all move along.

    Raises: Invalid (start, reason, minutes, an agency that is taken), Gone, NotAllowed, NotFound.
    """
    key = key or uuid4().hex
    with office.db.read() as connection:
        meeting = meeting_row(connection, meeting_id)
        rows = cases_of(connection, meeting_id)
    _move(office, meeting.case_id, meeting_id, start, reason, place, minutes, by=by, key=key)
    _tell_others(
        office, meeting, rows, "meeting_moved", {"waktu": start.isoformat(), "alasan": reason.strip()}, by, key
    )


def cancel_meeting(office: Office, meeting_id: int, reason: str, *, by: Person, key: str | None = None) -> None:
    """The meeting does not take place; in each of its cases the step of inviting opens again.

    Raises: Invalid, Gone, NotAllowed, NotFound."""
    key = key or uuid4().hex
    with office.db.read() as connection:
        meeting = meeting_row(connection, meeting_id)
        rows = cases_of(connection, meeting_id)
    _cancel(office, meeting.case_id, meeting_id, reason, by=by, key=key)
    _tell_others(office, meeting, rows, "meeting_cancelled", {"alasan": reason.strip()}, by, key)


def leave_out(
    office: Office, meeting_id: int, case_id: int, reason: str, *, by: Person, key: str | None = None
) -> None:
    """Take one case out of a meeting; its step of inviting opens again. Raises: Invalid (no reason), Gone, NotAllowed,
    NotFound."""
    _leave_out(office, case_id, meeting_id, reason, by=by, key=key)


# -- one transaction each ---------------------------------------------------------------------------------------


@command("meeting_planned", may="meeting.schedule")
def _plan(
    unit: Unit, case_ids: tuple[int, ...], start: datetime, place: str, agenda: str, minutes: int, uid: str
) -> None:
    first = unit.lock(case_ids[0])
    rows = waiting_rows(unit.connection, case_ids)
    agencies = same_agencies(unit, case_ids, rows)
    check_form(unit, start, minutes, place=place, agenda=agenda)
    number = next_number(unit, first, "undangan", f"Undangan rapat {len(case_ids)} permohonan")
    end = start + timedelta(minutes=minutes)
    refuse(unit, Calendars.load(unit.connection, agencies, start, end).clashes(start, end))
    meeting_id = unit.connection.execute(
        insert(meetings)
        .values(
            case_id=first.id,
            number=number.text,
            held_at=start,
            ends_at=end,
            place=place.strip(),
            agenda=agenda.strip(),
            state=INVITED,
            uid=uid,
            sequence=0,
            created_at=unit.now,
        )
        .returning(meetings.c.id)
    ).scalar_one()
    unit.connection.execute(
        insert(meeting_cases),
        [
            {
                "meeting_id": meeting_id,
                "case_id": ident,
                "state": PLANNED if rows[ident].form == CALL_FORM else INVITED,
            }
            for ident in case_ids
        ],
    )
    reminded = remind_at(unit, unit.bundle.permit)
    unit.connection.execute(
        insert(meeting_invitations),
        [
            {"meeting_id": meeting_id, "agency": agency, "sent_at": unit.now, "remind_at": reminded, "reminders": 0}
            for agency in agencies
        ],
    )
    told = tuple(
        (rows[ident].resi or rows[ident].code, permit_of(unit, rows[ident]), rows[ident].applicant_name)
        for ident in case_ids
    )
    made = Called(meeting_id, number.text, uid, 0, start, end, place.strip(), agenda.strip(), told)
    send_invitations(unit, made, agencies, "undangan_rapat", "REQUEST")
    unit.emit(
        "meeting_planned",
        {"rapat": meeting_id, "nomor": number.text, "waktu": start.isoformat(), "permohonan": list(case_ids)},
    )


@command("meeting_moved", may="meeting.schedule")
def _move(
    unit: Unit,
    case_id: int,
    meeting_id: int,
    start: datetime,
    reason: str,
    place: str | None,
    minutes: int | None,
) -> None:
    meeting, agencies = _mine(unit, case_id, meeting_id)
    length = minutes or round((meeting.ends_at - meeting.held_at).total_seconds() / 60)
    where = (place or meeting.place).strip()
    check_form(unit, start, length, reason=reason, place=where)
    wait_for_others(unit)
    end = start + timedelta(minutes=length)
    refuse(unit, Calendars.load(unit.connection, agencies, start, end, besides=meeting_id).clashes(start, end))
    sequence = meeting.sequence + 1
    unit.connection.execute(
        update(meetings)
        .where(meetings.c.id == meeting_id)
        .values(held_at=start, ends_at=end, place=where, sequence=sequence)
    )
    unit.connection.execute(
        update(meeting_invitations)
        .where(meeting_invitations.c.meeting_id == meeting_id)
        .values(
            reply=None,
            reply_note=None,
            replied_at=None,
            replied_by=None,
            sent_at=unit.now,
            remind_at=remind_at(unit, unit.bundle.permit),
            reminders=0,
        )
    )
    unit.connection.execute(delete(busy_times).where(busy_times.c.meeting_id == meeting_id))
    made = called(unit, meeting, starts_at=start, ends_at=end, place=where, sequence=sequence)
    before = meeting.held_at.isoformat()
    send_invitations(unit, made, agencies, "rapat_dipindah", "REQUEST", waktu_lama=before, alasan=reason.strip())
    unit.emit(
        "meeting_moved",
        {
            "rapat": meeting_id,
            "nomor": meeting.number,
            "dari": before,
            "waktu": start.isoformat(),
            "alasan": reason.strip(),
        },
    )


@command("meeting_cancelled", may="meeting.schedule")
def _cancel(unit: Unit, case_id: int, meeting_id: int, reason: str) -> None:
    meeting, agencies = _mine(unit, case_id, meeting_id)
    if not reason.strip():
        raise Invalid({"alasan": ["Alasan pembatalan wajib diisi."]})
    call_off(unit, meeting, agencies, reason.strip())
    invite_again(unit)


@command("meeting_left", may="meeting.schedule")
def _leave_out(unit: Unit, case_id: int, meeting_id: int, reason: str) -> None:
    meeting, _ = _mine(unit, case_id, meeting_id)
    if not reason.strip():
        raise Invalid({"alasan": ["Sebutkan mengapa permohonan ini dikeluarkan dari rapat."]})
    if not take_out(unit, meeting, reason.strip()):
        raise Gone("Permohonan ini tidak (lagi) menunggu rapat itu.")
    invite_again(unit)


def _noting(kind: str) -> Callable[..., Any]:
    """A command that tells what happened to the meeting on another of its cases."""

    @command(kind, may="meeting.schedule")
    def note(unit: Unit, case_id: int, data: Mapping[str, Any]) -> None:
        unit.lock(case_id)
        unit.emit(kind, data)
        if kind == "meeting_cancelled":
            invite_again(unit)

    return note


_NOTE = {kind: _noting(kind) for kind in ("meeting_called", "meeting_moved", "meeting_cancelled")}


# -- parts --------------------------------------------------------------------------------------------------------


def _mine(unit: Unit, case_id: int, meeting_id: int) -> tuple[Any, list[str]]:
    """A live meeting that the person's bidang called, with its case locked, and its agencies."""
    case = unit.lock(case_id)
    meeting = meeting_row(unit.connection, meeting_id)
    assert unit.by is not None
    if f"bidang:{case.bidang}" not in acting_groups(unit.by):
        raise NotAllowed("Rapat ini milik bidang lain.")
    if meeting.state != INVITED or meeting.held_at is None:
        raise Gone("Rapat ini sudah selesai atau dibatalkan.")
    return meeting, invited_to(unit.connection, meeting_id)


def _call(office: Office, case_id: int, answers: Mapping[str, Any], by: Person, key: str) -> str | None:
    """Do one case's step; the reason in words where it cannot be done."""
    with office.db.read() as connection:
        row = waiting_rows(connection, (case_id,)).get(case_id)
    if row is None or row.form == RECORD_FORM:
        return "Langkah “Undang Tim Teknis” tidak terbuka lagi."
    try:
        complete(office, row.task_id, dict(answers), by=by, key=key)
    except Refused as refused:
        if isinstance(refused, Invalid):
            return " ".join(text for texts in refused.fields.values() for text in texts)
        extra = f" ({refused.extra['by']})" if refused.extra.get("by") else ""
        return f"{refused.detail}{extra}"
    return None


def _note_problem(office: Office, meeting_id: int, case_id: int, why: str) -> None:
    mine = and_(meeting_cases.c.meeting_id == meeting_id, meeting_cases.c.case_id == case_id)
    with office.db.write() as connection:
        connection.execute(update(meeting_cases).where(mine, meeting_cases.c.state == PLANNED).values(problem=why))


def _tell_others(
    office: Office, meeting: Any, rows: Sequence[Any], kind: str, data: Mapping[str, Any], by: Person, key: str
) -> None:
    for row in rows:
        if row.case_id != meeting.case_id and row.state in (PLANNED, INVITED):
            about = {"rapat": meeting.id, "nomor": meeting.number, **data}
            try:
                _NOTE[kind](office, row.case_id, about, by=by, key=f"{key}-{row.case_id}")
            except NotFound:
                continue
