"""What people do about messages: try a failed one again, and note that a letter on paper was posted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update

from engine.command import command
from engine.errors import Gone, Invalid, NotFound
from engine.messages.addresses import LETTER
from engine.messages.queue import FAILED, LAPSED, QUEUED, SENT
from engine.storage.message_tables import message_deliveries
from engine.storage.schema import outbox
from engine.unit import Unit


@command("message_retried", may="message.retry")
def retry_message(unit: Unit, message_id: int) -> None:
    """Send a failed or lapsed message again: only to those whom it has not reached, looked up anew.

    Raises NotFound, Gone when it is under way or sent.
    """
    row = _row(unit, message_id)
    if row.state not in (FAILED, LAPSED):
        raise Gone("Pesan ini sudah terkirim atau sedang menunggu dikirim.")
    unit.connection.execute(
        delete(message_deliveries).where(
            message_deliveries.c.outbox_id == message_id, message_deliveries.c.state != SENT
        )
    )
    unit.connection.execute(
        update(outbox)
        .where(outbox.c.id == message_id)
        .values(state=QUEUED, attempts=0, run_at=unit.now, lease=None, error=None)
    )
    unit.emit("message_retried", {"pesan": message_id, "templat": row.template, "kepada": row.recipient})


@command("letter_posted", may="message.retry")
def mark_posted(unit: Unit, message_id: int, how: str) -> None:
    """A letter on paper has left the house. how: by post, by courier (with its number), handed over.

    Raises NotFound, Gone when it was sent already, Invalid when it is no letter or nothing is said of how.
    """
    row = _row(unit, message_id)
    if row.channel != LETTER:
        raise Invalid({"": ["Hanya surat di atas kertas yang dicatat begini."]})
    if not how.strip():
        raise Invalid({"cara": ["Sebutkan bagaimana surat ini dikirim."]})
    if row.state != QUEUED:
        raise Gone("Surat ini sudah dicatat terkirim.")
    unit.connection.execute(
        update(outbox)
        .where(outbox.c.id == message_id)
        .values(state=SENT, sent_at=unit.now, error=None, attempts=outbox.c.attempts + 1)
    )
    unit.connection.execute(
        message_deliveries.insert().values(
            outbox_id=message_id,
            address=row.recipient,
            channel=LETTER,
            person_id=None,
            language="id",
            state=SENT,
            attempts=1,
            sent_at=unit.now,
            answer=how.strip()[:200],
        )
    )
    unit.emit("letter_posted", {"pesan": message_id, "templat": row.template, "cara": how.strip()[:200]})


def _row(unit: Unit, message_id: int) -> Any:
    """The row, with its case locked."""
    query = select(outbox).where(outbox.c.id == message_id)
    row = unit.connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("Pesan itu tidak ada.")
    unit.lock(row.case_id)
    return unit.connection.execute(query.with_for_update()).one()
