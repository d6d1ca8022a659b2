"""Who may see a case: Tim Teknis and Camat those that are theirs, the office all."""

from __future__ import annotations

from engine.case_row import CaseRow
from engine.errors import NotAllowed
from engine.people import Person

LIMITED = frozenset({"tim_teknis", "camat"})


def may_see(person: Person, case: CaseRow) -> bool:
    """Whether a person may look at a case and its files."""
    if not person.may("case.view"):
        return False
    if person.roles - LIMITED:
        return True
    agencies = {scope for role, scope in person.memberships if role == "tim_teknis"}
    districts = {scope for role, scope in person.memberships if role == "camat"}
    return bool(agencies & set(case.agencies)) or case.kecamatan in districts


def must_see(person: Person, case: CaseRow) -> None:
    """Raises NotAllowed for a case that is not theirs to see."""
    if not may_see(person, case):
        raise NotAllowed("Permohonan ini di luar wewenang Anda.")
