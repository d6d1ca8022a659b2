"""What a bill comes to on a date: after its due date 2 % a month are added, a month begun counting whole.

Source: UU 28/2009 pasal 97 and 160: 2 % a month, at most 24 months. Rounding: the fine is counted once from the whole
bill, half up to whole rupiah.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime

from engine.letters.words import office_date

PERCENT_A_MONTH = 2
MOST_MONTHS = 24
ROUNDING = "bunga dibulatkan ke rupiah terdekat (setengah ke atas)"


@dataclass(frozen=True)
class Owed:
    """principal: the bill; months: begun since it was due; fine and total in rupiah."""

    principal: int
    months: int
    fine: int

    @property
    def total(self) -> int:
        """What has to be paid."""
        return self.principal + self.fine


def owed(principal: int, due_at: datetime | None, on: date) -> Owed:
    """What a bill of `principal` rupiah, due at `due_at`, comes to when it is paid on `on`."""
    months = 0 if due_at is None else min(months_begun(office_date(due_at), on), MOST_MONTHS)
    return Owed(principal, months, (principal * PERCENT_A_MONTH * months + 50) // 100)


def months_begun(due: date, on: date) -> int:
    """How many months have begun after `due` on the date `on`: none on the due date itself, one the day after."""
    if on <= due:
        return 0
    whole = (on.year - due.year) * 12 + on.month - due.month
    return whole + 1 if on > months_after(due, whole) else max(whole, 1)


def months_after(day: date, months: int) -> date:
    """The same day `months` later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
