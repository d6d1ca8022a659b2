"""When a case was suspended (engine.repair): its steps do not count that time as work.

Each suspension that ended is kept in the case's facts with both its moments, so that a step's working time is right
under whatever calendar it is counted.
"""

from __future__ import annotations

from datetime import datetime

from engine.case_row import CaseRow
from engine.working_time import WorkingTime

SUSPENSIONS = "ditangguhkan"  # in a case's facts: [[from, to], ...], ISO moments


def note(case: CaseRow, since: datetime, until: datetime) -> None:
    """A suspension of the locked case ended."""
    ended = [*(case.facts.get(SUSPENSIONS) or []), [since.isoformat(), until.isoformat()]]
    case.facts = {**case.facts, SUSPENSIONS: ended}


def worked_minutes(case: CaseRow, time: WorkingTime, since: datetime, until: datetime) -> int:
    """Working minutes of a step that stood open from `since` to `until`, without those in which the case was
    suspended."""
    minutes = time.between(since, until)
    for begun, ended in case.facts.get(SUSPENSIONS) or ():
        first, last = max(since, datetime.fromisoformat(begun)), min(until, datetime.fromisoformat(ended))
        if first < last:
            minutes -= time.between(first, last)
    return minutes
