"""The outbox as a queue: rows are leased, so that several workers may stand at it, and every outcome is written at
once. A worker that dies leaves its rows to the others when the lease ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, func, insert, select, update

from engine.messages.addresses import Address
from engine.office import Office
from engine.storage.message_tables import message_deliveries
from engine.storage.schema import outbox

LEASE = timedelta(minutes=5)
BATCH = 20
# How long after a failure the next try comes; after the last one the message has failed. About two days in all.
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440))

QUEUED, SENT, FAILED, REPLACED, LAPSED = "queued", "sent", "failed", "replaced", "lapsed"


@dataclass(frozen=True)
class Leased:
    """A row in this worker's hands. attempts: how often it was tried before."""

    id: int
    case_id: int
    channel: str
    recipient: str
    template: str
    data: dict[str, Any]
    attempts: int
    created_at: datetime
    lease: str


def lease(office: Office, channels: Sequence[str], limit: int = BATCH) -> list[Leased]:
    """Take rows that may go now, the oldest first. Of several that tell the same person the same thing only the newest
    is taken; the others are marked as replaced. Rows left over from long ago are marked as lapsed."""
    if not channels:
        return []
    now = office.now()
    ready = (outbox.c.state == QUEUED) & outbox.c.channel.in_(channels) & (outbox.c.run_at <= now)
    with office.db.read() as connection:  # cheap look first: no write lock is taken when there is nothing to do
        if connection.execute(select(outbox.c.id).where(ready).limit(1)).first() is None:
            return []
    mark = uuid4().hex
    pick = select(outbox.c.id).where(ready).order_by(outbox.c.run_at, outbox.c.id).limit(limit)
    with office.db.write() as connection:
        _lapse(connection, channels, now, now - office.settings.messages.life)
        ids = connection.execute(pick.with_for_update(skip_locked=True)).scalars().all()
        rows = connection.execute(
            update(outbox)
            .where(outbox.c.id.in_(ids), outbox.c.state == QUEUED)
            .values(lease=mark, run_at=now + LEASE)
            .returning(*(outbox.c[name] for name in _FIELDS))
        ).all()
        taken = [Leased(**row._mapping, lease=mark) for row in sorted(rows, key=lambda row: row.id)]
        older = _older(connection, taken)
        if older:
            connection.execute(
                update(outbox)
                .where(outbox.c.id.in_(older))
                .values(state=REPLACED, lease=None, run_at=now, error="Digantikan pesan yang lebih baru.")
            )
    return [row for row in taken if row.id not in older]


_FIELDS = ("id", "case_id", "channel", "recipient", "template", "data", "attempts", "created_at")


def _lapse(connection: Connection, channels: Sequence[str], now: datetime, before: datetime) -> None:
    """What nobody could even try for so long is old news: a channel set up after months does not send it all."""
    connection.execute(
        update(outbox)
        .where(outbox.c.state == QUEUED, outbox.c.channel.in_(channels), outbox.c.run_at < before)
        .values(state=LAPSED, lease=None, run_at=now, error="Terlalu lama menunggu; tidak dikirim lagi.")
    )


def _older(connection: Connection, taken: Sequence[Leased]) -> set[int]:
    """Which of these rows a newer queued one makes superfluous."""
    case_ids = {row.case_id for row in taken}
    waiting = connection.execute(
        select(outbox.c.id, outbox.c.case_id, outbox.c.channel, outbox.c.recipient, outbox.c.template, outbox.c.data)
        .where(outbox.c.case_id.in_(case_ids), outbox.c.state == QUEUED)
        .order_by(outbox.c.id)
    ).all()
    newest = {_matter(row): row.id for row in waiting}
    return {row.id for row in taken if newest.get(_matter(row), row.id) != row.id}


def _matter(row: Any) -> tuple[Any, ...]:
    # A second bill, or another meeting, is another matter than the first, though the template is the same.
    return row.case_id, row.channel, row.recipient, row.template, str(row.data.get("nomor") or "")


def deliveries(office: Office, row: Leased, found: Sequence[Address], carrier: str) -> list[Any] | None:
    """The deliveries of a row, made at its first try: the members of a group are those of that moment. A person's
    retry looks them up again. None when the lease was lost."""
    with office.db.write() as connection:
        if not _held(connection, office.now(), row):
            return None
        known = _deliveries(connection, row.id)
        if row.attempts == 0:
            there = {one.address for one in known}
            rows = [
                {
                    "outbox_id": row.id,
                    "address": address.to,
                    "channel": carrier,
                    "person_id": address.person_id,
                    "language": address.language,
                    "state": FAILED if address.problem else QUEUED,
                    "attempts": 0,
                    "error": address.problem,
                }
                for address in found
                if address.to not in there
            ]
            if rows:
                connection.execute(insert(message_deliveries), rows)
                known = _deliveries(connection, row.id)
        return known


def attempted(
    office: Office,
    row: Leased,
    address: str,
    *,
    state: str,
    error: str | None = None,
    answer: str | None = None,
    carrier: str | None = None,
) -> bool:
    """Write how one delivery went, at once. False when another worker has the row now: leave it alone."""
    with office.db.write() as connection:
        held = _held(connection, office.now(), row)
        # What was sent was sent, whoever holds the row: the truth is written in any case.
        if held or state == SENT:
            connection.execute(
                update(message_deliveries)
                .where(
                    message_deliveries.c.outbox_id == row.id,
                    message_deliveries.c.address == address,
                    message_deliveries.c.state != SENT,
                )
                .values(
                    state=state,
                    error=error,
                    answer=answer,
                    attempts=message_deliveries.c.attempts + 1,
                    sent_at=office.now() if state == SENT else None,
                    **({"channel": carrier} if carrier else {}),
                )
            )
        return held


def close(office: Office, row: Leased, *, wait: timedelta | None = None) -> str:
    """Give a row back: sent, failed, or to be tried again. wait: how long at least. The row's new state."""
    now = office.now()
    with office.db.write() as connection:
        states = connection.execute(
            select(message_deliveries.c.state, message_deliveries.c.error, message_deliveries.c.address).where(
                message_deliveries.c.outbox_id == row.id
            )
        ).all()
        attempts = row.attempts + 1
        open_ones = [one for one in states if one.state == QUEUED]
        wrong = [one for one in states if one.state == FAILED]
        values: dict[str, Any] = {"attempts": attempts, "lease": None, "run_at": now}
        said = [f"{one.address}: {one.error}" if len(states) > 1 else one.error for one in (*wrong, *open_ones)]
        error = " ".join(text for text in said if text)[:2000] or None
        if open_ones and attempts <= len(BACK_OFF):
            later = BACK_OFF[attempts - 1]
            values |= {"state": QUEUED, "run_at": now + max(later, wait or later), "error": error}
        elif open_ones or wrong:
            _give_up(connection, row.id)
            values |= {"state": FAILED, "error": error}
        else:
            values |= {"state": SENT, "sent_at": now, "error": None}
        connection.execute(update(outbox).where(outbox.c.id == row.id, outbox.c.lease == row.lease).values(values))
    return str(values["state"])


def fail(office: Office, row: Leased, why: str) -> None:
    """A message that cannot even be written: no words, or no one to send it to."""
    with office.db.write() as connection:
        connection.execute(
            update(outbox)
            .where(outbox.c.id == row.id, outbox.c.lease == row.lease)
            .values(state=FAILED, error=why[:2000], lease=None, run_at=office.now(), attempts=row.attempts + 1)
        )


def put_back(office: Office, row: Leased, wait: timedelta) -> None:
    """Leave a row for later without counting it as a try."""
    with office.db.write() as connection:
        connection.execute(
            update(outbox)
            .where(outbox.c.id == row.id, outbox.c.lease == row.lease)
            .values(lease=None, run_at=office.now() + wait)
        )


def waiting_since(connection: Connection, channel: str) -> datetime | None:
    """When the oldest queued row of a channel was written."""
    found: datetime | None = connection.execute(
        select(func.min(outbox.c.created_at)).where(outbox.c.state == QUEUED, outbox.c.channel == channel)
    ).scalar()
    return found


def _held(connection: Connection, now: datetime, row: Leased) -> bool:
    """Whether the row is still ours; if so, for another while."""
    kept = connection.execute(
        update(outbox)
        .where(outbox.c.id == row.id, outbox.c.lease == row.lease, outbox.c.state == QUEUED)
        .values(run_at=now + LEASE)
    )
    return bool(kept.rowcount)


def _deliveries(connection: Connection, outbox_id: int) -> list[Any]:
    return list(
        connection.execute(
            select(message_deliveries)
            .where(message_deliveries.c.outbox_id == outbox_id)
            .order_by(message_deliveries.c.address)
        )
    )


def _give_up(connection: Connection, outbox_id: int) -> None:
    connection.execute(
        update(message_deliveries)
        .where(message_deliveries.c.outbox_id == outbox_id, message_deliveries.c.state == QUEUED)
        .values(state=FAILED)
    )
