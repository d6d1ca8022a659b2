"""A letter that no longer holds: it is marked as revoked, with why, and stays what it was."""

from __future__ import annotations

from sqlalchemy import select, update

from engine.services.protocols import Unit
from engine.storage.letter_tables import letters

PERMITS = ("izin", "rekomendasi", "keterangan")
IN_FORCE, REVOKED = "berlaku", "dicabut"


def revoke(unit: Unit, case_id: int, why: str) -> list[str]:
    """Revoke the permits in force of a case; their numbers. The history of the unit's own case says so."""
    held = unit.connection.execute(
        select(letters.c.id, letters.c.number).where(
            letters.c.case_id == case_id, letters.c.kind.in_(PERMITS), letters.c.state == IN_FORCE
        )
    ).all()
    if not held:
        return []
    unit.connection.execute(
        update(letters)
        .where(letters.c.id.in_([row.id for row in held]))
        .values(state=REVOKED, revoked_at=unit.now, revoked_why=why)
    )
    numbers = sorted({str(row.number) for row in held})
    unit.emit("letter_revoked", {"nomor": numbers, "sebab": why})
    return numbers
