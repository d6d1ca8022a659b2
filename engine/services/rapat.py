"""Technical meetings of the Tim Teknis: invited, then recorded.

A meeting may take several cases. Called for one case on the form, it is new, unless one with exactly the same agencies
begins at that moment already: then the case is taken into it. Called for several cases at once (engine.meetings), it
stands already when the case reaches this step.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import and_, exists, func, insert, select, update
from sqlalchemy import case as sql_case
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from engine.case_row import CaseRow
from engine.errors import Invalid
from engine.services.agencies import agency_name
from engine.services.agenda import LIVE, MEETING_LENGTH, Taken, joinable, taken
from engine.services.common import agencies, moment, need, permit_name, text
from engine.services.invitations import Called, end_of, remind_at, send_invitations, uid_of
from engine.services.numbers import enter, give_back, take_number
from engine.services.protocols import Unit
from engine.services.registry import handler
from engine.storage.agenda_tables import meeting_cases
from engine.storage.schema import cases as case_table
from engine.storage.service_tables import meeting_invitations, meetings

INVITED, RECORDED, CANCELLED = LIVE, "selesai", "dibatalkan"
PLANNED, DROPPED = "menunggu", "batal"

_CALLED = ("number", "uid", "sequence", "held_at", "ends_at", "place", "agenda")


@handler("rapat/undang")
def undang(unit: Unit, case: CaseRow, params: dict[str, Any]) -> None:
    """A meeting from umum/undang_rapat, an invitation to every agency of the case.

    Raises Invalid when an agency is taken at that time: whoever called the meeting chooses another one.
    """
    form = unit.answers("umum/undang_rapat") or {}
    invited = agencies(case)
    held_at = moment(form.get("tanggal"), form.get("jam"))
    start = held_at or unit.now
    number = take_number(unit, case, "undangan") if unit.connection.dialect.name != "sqlite" else None
    # Taking a number makes those wait who call meetings at the same moment: what they called is seen now. SQLite has
    # one writer at a time anyway.
    found = taken(unit.connection, invited, start, start + MEETING_LENGTH, case_id=case.id)
    planned = [row for row in found if row.planned]
    if planned:
        if number is not None:
            give_back(unit, case, "undangan", number)
        _take_up(unit, case, planned[-1])
        return
    need(unit, "umum/undang_rapat")
    if held_at is not None:
        meeting = joinable(found, invited, held_at)
        if meeting is not None:
            if number is not None:
                give_back(unit, case, "undangan", number)
            _join(unit, case, meeting, invited)
            return
        refuse_clash(unit, found)
    number = number or take_number(unit, case, "undangan")
    enter(unit, case, "undangan", number, f"Undangan rapat {case.resi or case.code}")
    place, agenda = text(form, "tempat"), text(form, "agenda")
    ends_at = end_of(held_at, MEETING_LENGTH)
    meeting = unit.connection.execute(
        insert(meetings)
        .values(
            case_id=case.id,
            number=number.text,
            held_at=held_at,
            ends_at=ends_at,
            place=place,
            agenda=agenda,
            state=INVITED,
            uid=(uid := uid_of(unit.office.settings.public_url, uuid4().hex)),
            sequence=0,
            created_at=unit.now,
        )
        .returning(meetings.c.id)
    ).scalar_one()
    unit.connection.execute(insert(meeting_cases).values(meeting_id=meeting, case_id=case.id, state=INVITED))
    when = remind_at(unit, unit.bundle.permit)
    unit.connection.execute(
        insert(meeting_invitations),
        [
            {"meeting_id": meeting, "agency": agency, "sent_at": unit.now, "remind_at": when, "reminders": 0}
            for agency in invited
        ],
    )
    told = ((case.resi or case.code, permit_name(unit.bundle), case.applicant_name),)
    called = Called(meeting, number.text, uid, 0, held_at, ends_at, place, agenda, told)
    send_invitations(unit, called, invited, "undangan_rapat", "REQUEST")
    _tell(unit, meeting, number.text, held_at, invited)


def refuse_clash(unit: Unit, found: list[Taken], field: str = "jam") -> None:
    """Raises Invalid, naming every clash, when anything is in the way."""
    if found:
        listed = "; ".join(dict.fromkeys(row.words(agency_name(unit.bundle, row.agency)) for row in found))
        raise Invalid({field: [f"Bertabrakan dengan {listed}. Pilih waktu lain."]})


def _take_up(unit: Unit, case: CaseRow, planned: Taken) -> None:
    assert planned.meeting_id is not None
    unit.connection.execute(
        update(meeting_cases)
        .where(meeting_cases.c.meeting_id == planned.meeting_id, meeting_cases.c.case_id == case.id)
        .values(state=INVITED, problem=None)
    )
    _tell(unit, planned.meeting_id, planned.what, planned.starts_at, case.agencies)


def _join(unit: Unit, case: CaseRow, meeting_id: int, invited: list[str]) -> None:
    """Take the case into a meeting that stands; its calendar entry is sent again, with the case in it."""
    row = unit.connection.execute(
        update(meetings)
        .where(meetings.c.id == meeting_id)
        .values(sequence=meetings.c.sequence + 1)
        .returning(*(meetings.c[name] for name in _CALLED))
    ).one()
    make: Any = sqlite_insert if unit.connection.dialect.name == "sqlite" else postgresql_insert
    fresh = {"state": INVITED, "outcome": None, "minutes": None, "recorded_at": None, "problem": None}
    unit.connection.execute(
        make(meeting_cases)
        .values(meeting_id=meeting_id, case_id=case.id, **fresh)
        .on_conflict_do_update(index_elements=[meeting_cases.c.meeting_id, meeting_cases.c.case_id], set_=fresh)
    )
    told = ((case.resi or case.code, permit_name(unit.bundle), case.applicant_name),)
    called = Called(
        meeting_id, row.number, row.uid or "", row.sequence, row.held_at, row.ends_at, row.place, row.agenda, told
    )
    send_invitations(unit, called, invited, "undangan_rapat", "REQUEST")
    _tell(unit, meeting_id, row.number, row.held_at, invited)


def _tell(unit: Unit, meeting: int, number: str, held_at: datetime | None, invited: list[str]) -> None:
    when = held_at.isoformat() if held_at else None
    unit.emit("meeting_called", {"rapat": meeting, "nomor": number, "waktu": when, "instansi": invited})


@handler("rapat/catat")
def catat(unit: Unit, case: CaseRow, params: dict[str, Any]) -> None:
    """Attendance, minutes and outcome of umum/notulen_rapat onto the case's latest meeting, which is over once all its
    cases are recorded."""
    form = need(unit, "umum/notulen_rapat")
    meeting = unit.connection.execute(
        select(meeting_cases.c.meeting_id)
        .where(meeting_cases.c.case_id == case.id, meeting_cases.c.state.in_((INVITED, RECORDED)))
        .order_by(meeting_cases.c.meeting_id.desc())
        .limit(1)
    ).scalar()
    if meeting is None:
        raise Invalid({"hadir": ["Rapatnya batal: bidang harus menjadwalkan rapat baru lebih dahulu."]})
    outcome = form.get("hasil_pembahasan")
    attendance = form.get("hadir")
    present = ", ".join(map(str, attendance)) if isinstance(attendance, list) else attendance
    mine = and_(meeting_cases.c.meeting_id == meeting, meeting_cases.c.case_id == case.id)
    unit.connection.execute(
        update(meeting_cases)
        .where(mine)
        .values(state=RECORDED, outcome=outcome, minutes=form.get("notulen"), recorded_at=unit.now)
    )
    waits = exists().where(
        meeting_cases.c.meeting_id == meeting,
        meeting_cases.c.state.in_((PLANNED, INVITED)),
        case_table.c.id == meeting_cases.c.case_id,
        case_table.c.closed_at.is_(None),
    )
    unit.connection.execute(
        update(meetings)
        .where(meetings.c.id == meeting)
        .values(
            state=sql_case((and_(meetings.c.state == INVITED, waits), INVITED), else_=RECORDED),
            attendance=func.coalesce(meetings.c.attendance, present),
            minutes=func.coalesce(meetings.c.minutes, form.get("notulen")),
            outcome=outcome,
            recorded_at=unit.now,
        )
    )
    unit.emit("meeting_recorded", {"rapat": meeting, "hasil": outcome})
