"""Rows that several parts of this room need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from engine.errors import NotFound
from engine.services.common import permit_name
from engine.services.invitations import Called
from engine.services.rapat import DROPPED, INVITED, PLANNED
from engine.storage.agenda_tables import meeting_cases
from engine.storage.schema import cases, tasks
from engine.storage.service_tables import meeting_invitations, meetings
from engine.unit import Unit

CALL_FORM, RECORD_FORM = "umum/undang_rapat", "umum/notulen_rapat"


def meeting_row(connection: Connection, meeting_id: int) -> Any:
    """Raises NotFound."""
    row = connection.execute(select(meetings).where(meetings.c.id == meeting_id)).one_or_none()
    if row is None:
        raise NotFound("Rapat itu tidak ada.")
    return row


def invited_to(connection: Connection, meeting_id: int) -> list[str]:
    """Codes of the agencies, in order."""
    query = select(meeting_invitations.c.agency).where(meeting_invitations.c.meeting_id == meeting_id)
    return list(connection.execute(query.order_by(meeting_invitations.c.agency)).scalars())


def cases_of(connection: Connection, meeting_id: int) -> list[Any]:
    """The meeting's cases: meeting_case columns, with resi, code, applicant_name, promised_at, closed_at, version_hash,
    facts, bidang; the earliest promise first."""
    about = ("resi", "code", "applicant_name", "promised_at", "closed_at", "version_hash", "facts", "bidang")
    query = (
        select(meeting_cases, *(cases.c[name] for name in about))
        .join(cases, cases.c.id == meeting_cases.c.case_id)
        .where(meeting_cases.c.meeting_id == meeting_id)
        .order_by(cases.c.promised_at.is_(None), cases.c.promised_at, cases.c.id)
    )
    return list(connection.execute(query))


def waiting_rows(connection: Connection, case_ids: Sequence[int]) -> Mapping[int, Any]:
    """By case: its open step before or at a meeting (task_id, form, group_key) and the case; `live`: number of the
    meeting that it is invited to already."""
    live = (
        select(meetings.c.number)
        .join(meeting_cases, meeting_cases.c.meeting_id == meetings.c.id)
        .where(
            meeting_cases.c.case_id == cases.c.id,
            meeting_cases.c.state.in_((PLANNED, INVITED)),
            meetings.c.state == INVITED,
        )
        .limit(1)
        .scalar_subquery()
    )
    about = ("id", "resi", "code", "bidang", "applicant_name", "facts", "version_hash")
    query = (
        select(*(cases.c[name] for name in about))
        .add_columns(tasks.c.id.label("task_id"), tasks.c.form, tasks.c.group_key, live.label("live"))
        .join(tasks, tasks.c.case_id == cases.c.id)
        .where(cases.c.id.in_(list(case_ids)), tasks.c.state == "open", tasks.c.form.in_((CALL_FORM, RECORD_FORM)))
    )
    return {row.id: row for row in connection.execute(query)}


def called(unit: Unit, meeting: Any, **changed: Any) -> Called:
    """A stored meeting as invitations tell it, with the cases that it is (or, once it is off, was) called for."""
    rows = cases_of(unit.connection, meeting.id)
    told = tuple(
        (
            row.resi or row.code,
            permit_name(unit.office.definitions.version(unit.connection, row.version_hash).bundle),
            row.applicant_name,
        )
        for row in [row for row in rows if row.state != DROPPED] or rows
    )
    values = {
        "id": meeting.id,
        "number": meeting.number,
        "uid": meeting.uid or "",
        "sequence": meeting.sequence,
        "starts_at": meeting.held_at,
        "ends_at": meeting.ends_at,
        "place": meeting.place,
        "agenda": meeting.agenda,
        "cases": told,
    }
    return Called(**{**values, **changed})
