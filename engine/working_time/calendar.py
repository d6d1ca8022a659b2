"""Which dates are hari kerja, why the others are not, and the opening hours of each.

National holidays and cuti bersama come from the `holidays` library; the office's own dated lines come after it and win.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

import holidays

FIRST_YEAR, LAST_YEAR = 2000, 2040
FIRST_DATE, LAST_DATE = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
WEEKDAYS = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")

Kind = Literal["libur", "kerja", "jam", "pekan"]


class CalendarError(ValueError):
    """The office's calendar file is wrong; the message names the line's date and the reason."""


class Hours(NamedTuple):
    """Opening hours of a date, in minutes after local midnight: open < close."""

    open: int
    close: int


DEFAULT_HOURS = Hours(8 * 60, 16 * 60)  # assumed: the report of 2016 does not print the office's hours
DEFAULT_WEEK: Mapping[int, Hours] = dict.fromkeys(range(5), DEFAULT_HOURS)


@dataclass(frozen=True)
class Line:
    """One line of the office's file: what holds from `first` to `last` (both included).

    kind: libur closes, kerja opens, jam changes the hours of the dates that are open anyway, pekan is the regular
    week of that time.
    hours: by weekday (0 = Monday); for kerja they are optional, for jam weekdays left out keep their own, for pekan
    weekdays left out are closed.
    basis: decree or report. source: seed | law | assumed.
    """

    first: date
    last: date
    kind: Kind
    note: str
    basis: str = ""
    source: str = "assumed"
    hours: Mapping[int, Hours] = field(default_factory=dict)

    def dates(self) -> list[date]:
        """Every date the line speaks of."""
        return [self.first + timedelta(days) for days in range((self.last - self.first).days + 1)]


class Calendar:
    """Working days and hours from 2000-01-01 to 2040-12-31, local dates.

    week: opening hours by weekday (0 = Monday); a weekday that is missing is closed.
    lines: the office's corrections; dates spoken of twice by the same sort of line are a CalendarError.
    fallback: hours of a date that a line opens on a weekday which is otherwise closed.
    """

    def __init__(
        self, lines: Sequence[Line] = (), week: Mapping[int, Hours] = DEFAULT_WEEK, fallback: Hours = DEFAULT_HOURS
    ) -> None:
        self._week = dict(week)
        self._fallback = fallback
        self._days: dict[date, Line] = {}
        self._changed_hours: dict[date, Line] = {}
        self._weeks: dict[date, Line] = {}
        for line in lines:
            self._take(line)

    def with_lines(self, lines: Sequence[Line]) -> Calendar:
        """This calendar with later lines that win over its own. CalendarError when they clash with each other."""
        later = Calendar(lines)
        whole = Calendar((), self._week, self._fallback)
        whole._days = {**self._days, **later._days}
        whole._changed_hours = {**self._changed_hours, **later._changed_hours}
        whole._weeks = {**self._weeks, **later._weeks}
        return whole

    def _take(self, line: Line) -> None:
        if line.last < line.first:
            raise CalendarError(f"{line.first}: berakhir ({line.last}) sebelum mulai")
        if line.first < FIRST_DATE or line.last > LAST_DATE:
            raise CalendarError(f"{line.first}: di luar kalender ({FIRST_YEAR}-{LAST_YEAR})")
        known = {"jam": self._changed_hours, "pekan": self._weeks}.get(line.kind, self._days)
        for day in line.dates():
            if day in known:
                raise CalendarError(f"{day}: tanggal ganda ({known[day].note}; {line.note})")
            known[day] = line

    def is_working_day(self, day: date) -> bool:
        """Whether `day` is a hari kerja of the office."""
        return self.hours(day) is not None

    def week_of(self, day: date) -> Mapping[int, Hours]:
        """The regular opening hours by weekday (0 = Monday) that hold on `day`, whatever its own lines say."""
        return self._weeks[day].hours if day in self._weeks else self._week

    def hours(self, day: date) -> Hours | None:
        """Opening hours of `day`, None when the office is closed."""
        line = self._days.get(day)
        week = self.week_of(day)
        if line is None:
            regular = None if day in _national() else week.get(day.weekday())
        elif line.kind == "kerja":
            regular = line.hours.get(day.weekday()) or week.get(day.weekday(), self._fallback)
            if line.hours:
                return regular
        else:
            regular = None
        changed = self._changed_hours.get(day)
        if regular is None or changed is None:
            return regular
        return changed.hours.get(day.weekday(), regular)

    def closed_because(self, day: date) -> str | None:
        """Why the office is closed on `day`, in Bahasa Indonesia; None when it is open."""
        if self.hours(day) is not None:
            return None
        if day in self._days:
            return self._days[day].note
        return _national().get(day) or "Akhir pekan"

    def line(self, day: date) -> Line | None:
        """The office's own line that opens or closes `day`, if there is one."""
        return self._days.get(day)

    def lines(self, day: date) -> list[Line]:
        """Every line of the office that has a say on `day`: opened or closed, other hours, another week."""
        found = (known.get(day) for known in (self._days, self._changed_hours, self._weeks))
        return [line for line in found if line is not None]

    def working_days(self, first: date, last: date) -> list[date]:
        """The hari kerja from `first` to `last`, both included, in order."""
        span = (last - first).days + 1
        return [day for day in (first + timedelta(days) for days in range(span)) if self.is_working_day(day)]


@lru_cache(maxsize=1)
def _national() -> dict[date, str]:
    """National holidays (category public) and cuti bersama (government) by date, with their names.

    The library holds cuti bersama only as far as the decrees that were out when it was released, and computes later
    religious feasts: coming years are completed in the office's file.
    """
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    return dict(holidays.country_holidays("ID", years=years, categories=("public", "government"), language="id"))
