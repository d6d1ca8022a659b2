"""What an STRD tells: the fine as it stands, and what the bill comes to if it is paid later."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from engine.letters.templates import Answers
from engine.letters.words import office_date
from engine.services.owed import MOST_MONTHS, months_after, owed
from engine.storage.payment_tables import assessments

SHOWN_MONTHS = 12


def latest_strd(connection: Connection, case_id: int, bill: Answers) -> Answers:
    """The newest STRD of a case as its letter names it (number, months, fine, total), with `jadwal`: for each month
    from then on until the bill lapses, {sampai (date), bulan, bunga, jumlah}. Empty when there is none."""
    query = select(assessments).where(assessments.c.case_id == case_id).order_by(assessments.c.id.desc()).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    return Answers({**row, "jadwal": schedule(bill, row["months"])}) if row is not None else Answers()


def schedule(bill: Answers, first: int) -> list[dict[str, Any]]:
    """What a bill (total, due_at, lapses_at) comes to month by month, from month number `first` after it was due."""
    due = office_date(bill["due_at"])
    last = office_date(bill["lapses_at"]) if bill.get("lapses_at") else months_after(due, MOST_MONTHS)
    found = []
    for month in range(first, min(first + SHOWN_MONTHS, MOST_MONTHS + 1)):
        until = min(months_after(due, month), last)
        then = owed(bill["total"], bill["due_at"], until)
        found.append({"sampai": until, "bulan": then.months, "bunga": then.fine, "jumlah": then.total})
        if until + timedelta(days=1) > last:
            break
    return found
