"""Letters that go along with an e-mail.

A letter that has a page of its own (permit, refusal, bill) goes to one address only, the applicant's own: what it says
of them nobody else gets by mail. It goes signed and in force, never as a draft; while it is being made the message
waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from engine.errors import NotFound
from engine.messages.mail import Attachment
from engine.messages.queue import Leased
from engine.office import Office
from engine.services.letter_rows import BILLS, IN_FORCE, KEPT
from engine.storage.letter_tables import letters
from engine.storage.schema import cases, documents

WAIT = timedelta(minutes=10)  # a letter that is still being made is waited for so long, then the message goes without


def letters_with(office: Office, row: Leased, kinds: Sequence[str], most: int) -> list[Attachment] | None:
    """The newest letters of these kinds, all or none; None while they are still being made. most: bytes together."""
    with office.db.read() as connection:
        wanted = _allowed(connection, row, kinds)
        if not wanted or most <= 0:
            return []
        rows = [found for kind in wanted if (found := _newest(connection, row, kind)) is not None]
    if not rows and office.now() - row.created_at < WAIT:
        return None
    if sum(found.size for found in rows) > most:
        return []
    files = []
    for found in rows:
        try:
            content = office.documents.open(found.sha256)
        except NotFound:  # destroyed since, by the retention schedule
            continue
        files.append(Attachment(found.file_name, found.mime, content))
    return files


def _allowed(connection: Connection, row: Leased, kinds: Sequence[str]) -> list[str]:
    if not KEPT.intersection(kinds):
        return list(kinds)
    own = connection.execute(select(cases.c.email).where(cases.c.id == row.case_id)).scalar_one_or_none() or ""
    same = own.strip().casefold() == row.recipient.strip().casefold()
    return [kind for kind in kinds if same or kind not in KEPT]


def _newest(connection: Connection, row: Leased, kind: str) -> Any | None:
    columns = documents.c.file_name, documents.c.mime, documents.c.sha256, documents.c.size
    query = select(*columns).where(documents.c.case_id == row.case_id, documents.c.kind == kind)
    if kind in KEPT:
        query = query.join(
            letters, (letters.c.case_id == documents.c.case_id) & (letters.c.sha256 == documents.c.sha256)
        )
        query = query.where(letters.c.kind == kind, letters.c.state == IN_FORCE)
        if kind in BILLS:  # this message's bill, not a later one
            query = query.where(letters.c.number == str(row.data.get("nomor") or ""))
    return connection.execute(query.order_by(documents.c.id.desc()).limit(1)).one_or_none()
