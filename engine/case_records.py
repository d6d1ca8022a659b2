"""What service tasks wrote down about one case: meetings, visits, minutes with their signatures, bills and payments,
numbers, archive, escalations. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, func, select

from engine.dossier import CaseView
from engine.minutes import Round, rounds_of
from engine.office import Office
from engine.storage import service_tables as t
from engine.storage.agenda_tables import meeting_cases, visit_photos
from engine.storage.payment_tables import assessments

_PHOTOS = select(visit_photos.c.visit_id, func.count()).group_by(visit_photos.c.visit_id)


@dataclass(frozen=True)
class CaseRecords:
    """Rows of the service tables, oldest first."""

    meetings: list[Any]
    invitations: dict[int, list[Any]]  # by meeting id
    visits: list[Any]
    minutes: list[Round]  # of the berita acara
    bills: list[Any]
    payments: dict[int, Any]  # by bill id
    strd: dict[int, Any]  # the newest, by bill id
    photos: dict[int, int]  # how many, by visit id
    archive: list[Any]
    escalations: list[Any]

    @property
    def empty(self) -> bool:
        """Whether nothing of all that happened yet."""
        return not (self.meetings or self.visits or self.minutes or self.bills or self.archive or self.escalations)


def case_records(office: Office, view: CaseView) -> CaseRecords:
    """The records of a case that the caller may see (the view is the proof)."""
    case_id = view.case.id
    with office.db.read() as connection:
        meetings = _meetings(connection, case_id)
        return CaseRecords(
            meetings=meetings,
            invitations=_by(connection, t.meeting_invitations, "meeting_id", meetings),
            visits=_of(connection, t.visits, case_id),
            photos={row[0]: row[1] for row in connection.execute(_PHOTOS.where(visit_photos.c.case_id == case_id))},
            minutes=rounds_of(connection, case_id),
            bills=_of(connection, t.bills, case_id),
            payments={row.bill_id: row for row in _of(connection, t.payments, case_id)},
            strd={row.bill_id: row for row in _of(connection, assessments, case_id)},
            archive=_of(connection, t.archive_records, case_id),
            escalations=_of(connection, t.escalations, case_id),
        )


def _of(connection: Connection, table: Table, case_id: int) -> list[Any]:
    return list(connection.execute(select(table).where(table.c.case_id == case_id).order_by(table.c.id)))


def _meetings(connection: Connection, case_id: int) -> list[Any]:
    """Meetings that take (or took) the case. minutes, outcome: about this case."""
    own = ("minutes", "outcome")
    query = (
        select(*(column for column in t.meetings.c if column.name not in own))
        .add_columns(*(meeting_cases.c[name] for name in own), meeting_cases.c.state.label("case_state"))
        .join(meeting_cases, meeting_cases.c.meeting_id == t.meetings.c.id)
        .where(meeting_cases.c.case_id == case_id)
        .order_by(t.meetings.c.id)
    )
    return list(connection.execute(query))


def _by(connection: Connection, table: Table, key: str, owners: list[Any]) -> dict[int, list[Any]]:
    """Rows that hang on other rows, by their owner's id."""
    found: dict[int, list[Any]] = {row.id: [] for row in owners}
    if found:
        query = select(table).where(table.c[key].in_(found)).order_by(table.c[key], table.c.agency)
        for row in connection.execute(query):
            found[getattr(row, key)].append(row)
    return found
