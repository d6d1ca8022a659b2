"""After the meeting: who came, what was said, and the outcome of each case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from sqlalchemy import bindparam, insert, select, update

from engine.cases import acting_groups, complete
from engine.command import command
from engine.errors import Gone, Invalid, NotAllowed, Refused
from engine.meetings.tables import RECORD_FORM, cases_of, meeting_row, waiting_rows
from engine.office import Office
from engine.people import Person
from engine.services.agencies import agency_name
from engine.services.common import told
from engine.services.rapat import CANCELLED
from engine.storage.service_tables import escalations, meeting_invitations, meetings
from engine.unit import Unit

ABSENT_ELEMENT = "bahas"


@dataclass(frozen=True)
class Recorded:
    """done: cases whose outcome is in; failed: case -> messages by field of umum/notulen_rapat ("" for the whole)."""

    done: tuple[int, ...] = ()
    failed: Mapping[int, Mapping[str, list[str]]] = field(default_factory=dict)


def record_attendance(
    office: Office,
    meeting_id: int,
    present: Mapping[str, str],
    minutes: str = "",
    *,
    by: Person,
    key: str | None = None,
) -> None:
    """Who came: agency -> names; an invited agency that is not in it did not come, and the Kabid is told.
    minutes: what was said about all cases.

    Raises: Invalid (an agency that was not invited; a meeting that did not begin), Gone, NotAllowed, NotFound.
    """
    with office.db.read() as connection:
        meeting = meeting_row(connection, meeting_id)
    _attend(office, meeting.case_id, meeting_id, dict(present), minutes, by=by, key=key)


def record_outcomes(
    office: Office, meeting_id: int, outcomes: Mapping[int, Mapping[str, Any]], *, by: Person, key: str | None = None
) -> Recorded:
    """Do the step "Bahas permohonan" of each case, with its answers of umum/notulen_rapat (hasil_pembahasan, notulen,
    kekurangan, alasan). Who came, and what was said about all, is put in. One transaction a case; safe to repeat.

    Raises: Gone (the meeting was cancelled), NotFound.
    """
    key = key or uuid4().hex
    with office.db.read() as connection:
        meeting = meeting_row(connection, meeting_id)
        mine = {row.case_id for row in cases_of(connection, meeting_id)}
        rows = waiting_rows(connection, sorted(mine & outcomes.keys()))
        present = _present(connection, meeting_id)
    if meeting.state == CANCELLED:
        raise Gone("Rapat ini dibatalkan.")
    done, failed = [], {}
    for case_id, given in outcomes.items():
        row = rows.get(case_id)
        if row is None or row.form != RECORD_FORM:
            failed[case_id] = {"": ["Langkah “Bahas permohonan” tidak terbuka pada permohonan ini."]}
            continue
        said = "\n\n".join(text for text in (meeting.minutes, str(given.get("notulen") or "").strip()) if text)
        answers = {**given, "hadir": present, "notulen": said}
        try:
            complete(office, row.task_id, answers, by=by, key=f"{key}-{case_id}")
        except Invalid as refused:
            failed[case_id] = refused.fields
        except Refused as refused:
            failed[case_id] = {"": [refused.detail]}
        else:
            done.append(case_id)
    return Recorded(tuple(done), failed)


@command("meeting_attended", may="meeting.record")
def _attend(unit: Unit, case_id: int, meeting_id: int, present: dict[str, str], minutes: str) -> None:
    case = unit.lock(case_id)
    meeting = meeting_row(unit.connection, meeting_id)
    rows = unit.connection.execute(
        select(meeting_invitations.c.agency, meeting_invitations.c.escalated_at, meeting_invitations.c.attended)
        .where(meeting_invitations.c.meeting_id == meeting_id)
        .order_by(meeting_invitations.c.agency)
    ).all()
    invited = {row.agency: row.escalated_at for row in rows}
    known = {row.agency for row in rows if row.attended is False}
    _may_record(unit, case.bidang, set(invited))
    if meeting.state == CANCELLED:
        raise Gone("Rapat ini dibatalkan.")
    if meeting.held_at is not None and meeting.held_at > unit.now:
        raise Invalid({"hadir": ["Rapat ini belum dimulai."]})
    if strangers := sorted(present.keys() - invited.keys()):
        raise Invalid({"hadir": [f"Tidak diundang: {', '.join(strangers)}."]})
    absent = [agency for agency in invited if agency not in present]
    fresh = [agency for agency in absent if agency not in known]  # who only did not answer could still have come
    unit.connection.execute(
        update(meeting_invitations)
        .where(meeting_invitations.c.meeting_id == meeting_id, meeting_invitations.c.agency == bindparam("which"))
        .values(
            attended=bindparam("came"),
            attended_by=bindparam("names"),
            escalated_at=bindparam("told_at"),
            remind_at=None,
        ),
        [
            {
                "which": agency,
                "came": agency in present,
                "names": present.get(agency, "").strip() or None,
                "told_at": unit.now if agency in fresh else before,
            }
            for agency, before in invited.items()
        ],
    )
    unit.connection.execute(
        update(meetings)
        .where(meetings.c.id == meeting_id)
        .values(minutes=minutes.strip() or meeting.minutes, attendance=_words(present, unit))
    )
    if fresh:
        escalate_absence(unit, meeting.number, fresh, "tidak hadir")
    unit.emit(
        "meeting_attended",
        {"rapat": meeting_id, "nomor": meeting.number, "hadir": sorted(present), "tidak_hadir": absent},
    )


def escalate_absence(unit: Unit, number: str, agencies: list[str], what: str) -> None:
    """Tells the Kabid of agencies that hold a meeting up: a row of the case's escalations, and a message."""
    case = unit.case
    names = ", ".join(agency_name(unit.bundle, agency) for agency in agencies)
    words = f"Rapat {number}: {names} {what}"
    group = f"kabid:{case.bidang}"
    unit.connection.execute(
        insert(escalations).values(
            case_id=case.id,
            group_key=group,
            late=False,
            element=ABSENT_ELEMENT,
            element_name=words,
            at=unit.now,
        )
    )
    unit.send("email", group, "eskalasi", told(case, unit.bundle, terlambat=False, langkah=[words]))
    unit.emit("escalated", {"kepada": "kabid", "terlambat": False, "langkah": words})


def _may_record(unit: Unit, bidang: str, agencies: set[str]) -> None:
    assert unit.by is not None
    groups = acting_groups(unit.by)
    if f"bidang:{bidang}" not in groups and not groups & {f"tim_teknis:{agency}" for agency in agencies}:
        raise NotAllowed("Rapat ini milik bidang dan instansi lain.")


def _words(present: Mapping[str, str], unit: Unit) -> str:
    lines = []
    for agency, names in sorted(present.items()):
        name = agency_name(unit.bundle, agency)
        lines.append(f"{name}: {names.strip()}" if names.strip() else name)
    return "\n".join(lines) or "Tidak ada instansi yang hadir"


def _present(connection: Any, meeting_id: int) -> str:
    found = connection.execute(select(meetings.c.attendance).where(meetings.c.id == meeting_id)).scalar()
    return found or "Belum dicatat"
