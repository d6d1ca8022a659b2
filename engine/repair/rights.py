"""Who may repair which case: the administrator all, the head of a bidang those of the bidang."""

from __future__ import annotations

from engine.errors import NotAllowed
from engine.people import Person
from engine.unit import Unit


def may_repair(person: Person, bidang: str) -> bool:
    """Whether a person (or whoever they stand in for) may repair cases of a bidang."""
    return person.may("case.repair") and ("admin" in person.roles or ("kabid", bidang) in person.acting)


def must_repair(unit: Unit) -> None:
    """Raises NotAllowed for a locked case of another bidang."""
    if unit.by is None or not may_repair(unit.by, unit.case.bidang):
        raise NotAllowed("Perbaikan permohonan ini hanya oleh pengelola sistem dan kepala bidangnya.")
