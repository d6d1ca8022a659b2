"""What agencies answer to an invitation: on the page, or by the link in it without signing in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, insert, select, update

from engine.command import command
from engine.errors import Gone, Invalid, NotAllowed, NotFound
from engine.meetings.tables import cases_of, meeting_row
from engine.office import Office
from engine.people import Person
from engine.services.agenda import Taken
from engine.services.invitations import read_token
from engine.services.rapat import INVITED
from engine.storage.agenda_tables import busy_times
from engine.storage.service_tables import meeting_invitations, meetings
from engine.unit import Unit

COMING, SENDING, NOT_COMING = "hadir", "diwakilkan", "tidak"
ANSWERS = (COMING, SENDING, NOT_COMING)
LONGEST_NOTE = 500


@dataclass(frozen=True)
class Invitation:
    """One agency's invitation as its link shows it. cases: resi or code of each."""

    meeting_id: int
    agency: str
    number: str
    state: str
    starts_at: datetime | None
    ends_at: datetime | None
    place: str
    agenda: str
    cases: tuple[str, ...]
    reply: str | None
    note: str | None
    open: bool  # can still be answered


def invitation_of(office: Office, token: str) -> Invitation:
    """Raises NotFound for a link that this office did not sign, or an invitation that is no more."""
    meeting_id, agency = _read(office, token)
    with office.db.read() as connection:
        meeting = meeting_row(connection, meeting_id)
        row = connection.execute(select(meeting_invitations).where(_one(meeting_id, agency))).one_or_none()
        rows = cases_of(connection, meeting_id)
    if row is None:
        raise NotFound("Undangan itu tidak ada.")
    answerable = meeting.state == INVITED and (meeting.held_at is None or meeting.held_at > office.now())
    return Invitation(
        meeting_id=meeting_id,
        agency=agency,
        number=meeting.number,
        state=meeting.state,
        starts_at=meeting.held_at,
        ends_at=meeting.ends_at,
        place=meeting.place,
        agenda=meeting.agenda,
        cases=tuple(each.resi or each.code for each in rows),
        reply=row.reply,
        note=row.reply_note,
        open=answerable,
    )


def reply(
    office: Office, meeting_id: int, agency: str, answer: str, note: str = "", *, by: Person, key: str | None = None
) -> None:
    """Answer for one's agency: hadir, diwakilkan (note: by whom) or tidak (note: why). The last answer counts.

    Raises: Invalid (answer, note, waktu: another meeting that one accepted), Gone, NotAllowed, NotFound.
    """
    if f"tim_teknis:{agency}" not in by.groups:
        raise NotAllowed("Undangan ini untuk instansi lain.")
    _reply(office, _case_of(office, meeting_id), meeting_id, agency, answer, note, by=by, key=key)


def reply_by_link(office: Office, token: str, answer: str, note: str = "", *, key: str | None = None) -> None:
    """The same through the invitation's own link. Raises: Invalid, Gone, NotFound."""
    meeting_id, agency = _read(office, token)
    _reply_by_link(office, _case_of(office, meeting_id), meeting_id, agency, answer, note, key=key)


@command("meeting_replied", may="meeting.reply")
def _reply(unit: Unit, case_id: int, meeting_id: int, agency: str, answer: str, note: str) -> None:
    _answer(unit, case_id, meeting_id, agency, answer, note)


@command("meeting_replied", may=None)
def _reply_by_link(unit: Unit, case_id: int, meeting_id: int, agency: str, answer: str, note: str) -> None:
    _answer(unit, case_id, meeting_id, agency, answer, note)


def _answer(unit: Unit, case_id: int, meeting_id: int, agency: str, answer: str, note: str) -> None:
    unit.lock(case_id)
    meeting = meeting_row(unit.connection, meeting_id)
    note = note.strip()
    if answer not in ANSWERS:
        raise Invalid({"jawaban": ["Pilih salah satu jawaban."]})
    if answer != COMING and not note:
        words = "Sebutkan siapa yang mewakili." if answer == SENDING else "Sebutkan alasan tidak hadir."
        raise Invalid({"catatan": [words]})
    if len(note) > LONGEST_NOTE:
        raise Invalid({"catatan": [f"Paling panjang {LONGEST_NOTE} huruf."]})
    if meeting.state != INVITED:
        raise Gone("Rapat ini sudah selesai atau dibatalkan.")
    if meeting.held_at is not None and meeting.held_at <= unit.now:
        raise Gone("Rapat ini sudah dimulai; jawaban tidak dapat diubah lagi.")
    if unit.by is not None:
        _enter(unit, meeting, answer)
    changed = unit.connection.execute(
        update(meeting_invitations)
        .where(_one(meeting_id, agency))
        .values(
            reply=answer,
            reply_note=note or None,
            replied_at=unit.now,
            replied_by=unit.by.id if unit.by else None,
            remind_at=None,
        )
    )
    if not changed.rowcount:
        raise NotFound("Instansi itu tidak diundang ke rapat ini.")
    data = {
        "rapat": meeting_id,
        "nomor": meeting.number,
        "instansi": agency,
        "jawaban": answer,
        "catatan": note or None,
    }
    unit.emit("meeting_replied", data if unit.by else {**data, "lewat": "tautan"})


def _enter(unit: Unit, meeting: Any, answer: str) -> None:
    """Keep the person's own calendar: accepted means taken. Raises Invalid when the person accepted something else at
    that time."""
    assert unit.by is not None
    mine = busy_times.c.person_id == unit.by.id
    unit.connection.execute(delete(busy_times).where(mine, busy_times.c.meeting_id == meeting.id))
    if answer != COMING or meeting.held_at is None:
        return
    other = unit.connection.execute(
        select(busy_times.c.starts_at, busy_times.c.ends_at, busy_times.c.note, busy_times.c.meeting_id)
        .where(mine, busy_times.c.ends_at > meeting.held_at, busy_times.c.starts_at < meeting.ends_at)
        .limit(1)
    ).one_or_none()
    if other is not None:
        taken = Taken("", other.starts_at, other.ends_at, other.note, other.meeting_id).words(unit.by.name)
        raise Invalid({"jawaban": [f"Bertabrakan dengan {taken}. Wakilkan kepada orang lain, atau jawab tidak hadir."]})
    unit.connection.execute(
        insert(busy_times).values(
            person_id=unit.by.id,
            starts_at=meeting.held_at,
            ends_at=meeting.ends_at,
            kind="rapat",
            note=meeting.number,
            meeting_id=meeting.id,
            by_id=unit.by.id,
            at=unit.now,
        )
    )


def _one(meeting_id: int, agency: str) -> Any:
    return and_(meeting_invitations.c.meeting_id == meeting_id, meeting_invitations.c.agency == agency)


def _case_of(office: Office, meeting_id: int) -> int:
    with office.db.read() as connection:
        found = connection.execute(select(meetings.c.case_id).where(meetings.c.id == meeting_id)).scalar_one_or_none()
    if found is None:
        raise NotFound("Rapat itu tidak ada.")
    return int(found)


def _read(office: Office, token: str) -> tuple[int, str]:
    found = read_token(office.settings.secret, token)
    if found is None:
        raise NotFound("Tautan undangan ini tidak berlaku.")
    return found
