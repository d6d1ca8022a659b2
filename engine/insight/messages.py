"""The log of messages: what was sent to whom, what waits and why, what failed. For /pesan and for the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from engine.errors import NotAllowed
from engine.messages.channels import ALL, closed_because
from engine.office import Office
from engine.people import Person
from engine.storage.message_tables import message_deliveries
from engine.storage.people_tables import persons
from engine.storage.schema import cases, outbox

PAGE = 50
COUNTED = 1000  # counting stops there: "1.000+"
STATES = ("queued", "sent", "failed", "replaced", "lapsed")


@dataclass(frozen=True)
class Delivery:
    """One address of a message. person: the name of somebody of the office. answer: what took it said."""

    address: str
    channel: str
    person: str | None
    state: str
    sent_at: datetime | None
    answer: str | None
    error: str | None


@dataclass(frozen=True)
class Entry:
    """One message. next_try: when it is tried (again), None where nothing tries it. waits: why its channel is closed
    now (unset, quiet, by_hand), None when it is not or the message does not wait."""

    id: int
    case_id: int
    resi: str | None
    code: str
    applicant_name: str
    channel: str
    recipient: str
    template: str
    state: str
    attempts: int
    created_at: datetime
    sent_at: datetime | None
    next_try: datetime | None
    waits: str | None
    error: str | None
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True)
class Log:
    """entries: the newest first. after: pass it back for the next page, None at the end. counts: state -> how many, up
    to COUNTED. closed: channel -> why it is closed now, for channels with messages that wait."""

    entries: tuple[Entry, ...]
    after: int | None
    counts: Mapping[str, int]
    closed: Mapping[str, str]


def message_log(
    office: Office,
    person: Person,
    *,
    state: str | None = None,
    channel: str | None = None,
    template: str | None = None,
    after: int | None = None,
    size: int = PAGE,
) -> Log:
    """Messages, a page at a time. Raises NotAllowed without message.view."""
    if not person.may("message.view"):
        raise NotAllowed("Catatan pesan memerlukan wewenang message.view.")
    query = _rows().order_by(outbox.c.id.desc()).limit(size + 1)
    for column, value in ((outbox.c.state, state), (outbox.c.channel, channel), (outbox.c.template, template)):
        if value:
            query = query.where(column == value)
    if after is not None:
        query = query.where(outbox.c.id < after)
    with office.db.read() as connection:
        rows = connection.execute(query).all()
        counts = {name: _count(connection, name) for name in STATES}
        closed = _closed(office, connection)
        entries = _entries(office, connection, rows[:size])
    return Log(entries, entries[-1].id if len(rows) > size else None, counts, closed)


def failed_messages(office: Office, person: Person, limit: int = 200) -> list[int]:
    """Ids of failed messages, the oldest first: what "retry all" goes through. Raises NotAllowed."""
    if not person.may("message.view"):
        raise NotAllowed("Catatan pesan memerlukan wewenang message.view.")
    query = select(outbox.c.id).where(outbox.c.state == "failed").order_by(outbox.c.id).limit(limit)
    with office.db.read() as connection:
        return list(connection.execute(query).scalars())


def messages_of(office: Office, case_id: int) -> tuple[Entry, ...]:
    """The messages of one case, the newest first; for people who may see the case."""
    with office.db.read() as connection:
        rows = connection.execute(_rows().where(outbox.c.case_id == case_id).order_by(outbox.c.id.desc())).all()
        return _entries(office, connection, rows)


def _rows() -> Any:
    # The words of a message stay where they are: they may be long, and hold what is between office and applicant.
    named = [column for column in outbox.c if column.name != "data"]
    return select(*named, cases.c.resi, cases.c.code, cases.c.applicant_name).join(
        cases, cases.c.id == outbox.c.case_id
    )


def _count(connection: Connection, state: str) -> int:
    counted = select(outbox.c.id).where(outbox.c.state == state).limit(COUNTED).subquery()
    return int(connection.execute(select(func.count()).select_from(counted)).scalar_one())


def _closed(office: Office, connection: Connection) -> dict[str, str]:
    found: dict[str, str] = {}
    for channel in ALL:
        why = closed_because(office.settings.messages, channel, office.now())
        if why is None:
            continue
        waiting = select(outbox.c.id).where(outbox.c.state == "queued", outbox.c.channel == channel).limit(1)
        if connection.execute(waiting).first() is not None:
            found[channel] = why
    return found


def _entries(office: Office, connection: Connection, rows: Sequence[Any]) -> tuple[Entry, ...]:
    reached: dict[int, list[Delivery]] = {}
    if rows:
        query = (
            select(message_deliveries, persons.c.name.label("person"))
            .outerjoin(persons, persons.c.id == message_deliveries.c.person_id)
            .where(message_deliveries.c.outbox_id.in_([row.id for row in rows]))
            .order_by(message_deliveries.c.outbox_id, message_deliveries.c.address)
        )
        for row in connection.execute(query):
            reached.setdefault(row.outbox_id, []).append(
                Delivery(row.address, row.channel, row.person, row.state, row.sent_at, row.answer, row.error)
            )
    now = office.now()
    entries = []
    for row in rows:
        queued = row.state == "queued"
        waits = closed_because(office.settings.messages, row.channel, now) if queued else None
        entries.append(
            Entry(
                id=row.id,
                case_id=row.case_id,
                resi=row.resi,
                code=row.code,
                applicant_name=row.applicant_name,
                channel=row.channel,
                recipient=row.recipient,
                template=row.template,
                state=row.state,
                attempts=row.attempts,
                created_at=row.created_at,
                sent_at=row.sent_at,
                next_try=row.run_at if queued and waits is None else None,
                waits=waits,
                error=row.error,
                deliveries=tuple(reached.get(row.id, ())),
            )
        )
    return tuple(entries)
