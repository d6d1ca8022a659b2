"""What a repair went back over and the case keeps: numbers and bills that are used again instead of given anew.

A repair notes them in the case's facts (engine.repair); here they are taken up again.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.case_row import CaseRow

NUMBERS = "nomor_disimpan"  # {key of the register: number}
BILLS = "tagihan_disimpan"  # true: a bill that was issued or paid stands


def keep(case: CaseRow, numbers: Mapping[str, str], bills: bool) -> None:
    """Note what stays although the case goes back over it."""
    facts = dict(case.facts)
    if numbers:
        facts[NUMBERS] = {**(facts.get(NUMBERS) or {}), **numbers}
    if bills:
        facts[BILLS] = True
    if facts != case.facts:
        case.facts = facts


def take_number(case: CaseRow, key: str) -> str | None:
    """The number of this register that the case kept, once; None when it kept none."""
    kept: dict[str, str] = dict(case.facts.get(NUMBERS) or {})
    number = kept.pop(key, None)
    if number is not None:
        case.facts = {**case.facts, NUMBERS: kept}
    return number


def bills_stand(case: CaseRow) -> bool:
    """Whether a bill that was issued or paid is to be used again."""
    return bool(case.facts.get(BILLS))
