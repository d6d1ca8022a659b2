"""A year of the office's calendar: which dates are open, when, and why the others are not."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.calendar_admin import hours_text
from engine.office import Office
from engine.working_time import WEEKDAYS, Hours
from engine.working_time.calendar import FIRST_YEAR, LAST_YEAR


@dataclass(frozen=True)
class Day:
    """One date. hours: "08.00-16.00", None when closed. why: what makes it unlike other days of its weekday (a holiday,
    a line's note), decree: by what; own: the office's own line. weekend: closed as every week."""

    date: date
    hours: str | None
    why: str | None = None
    decree: str | None = None
    own: bool = False
    weekend: bool = False

    @property
    def special(self) -> bool:
        """Whether there is something to tell about it."""
        return self.why is not None

    @property
    def told(self) -> tuple[str | None, str | None, bool]:
        """What it tells, whatever the hours."""
        return self.why, self.decree, self.hours is None


@dataclass(frozen=True)
class Month:
    """weeks: seven places each, Monday first; None outside the month."""

    year: int
    number: int
    weeks: tuple[tuple[Day | None, ...], ...]

    @property
    def days(self) -> list[Day]:
        return [day for week in self.weeks for day in week if day is not None]

    @property
    def special(self) -> list[list[Day]]:
        """What there is to tell: dates that tell the same, one after the other but for weekends in between."""
        found: list[list[Day]] = []
        apart = False
        for day in self.days:
            if not day.special:
                apart = apart or not day.weekend
            elif found and not apart and found[-1][-1].told == day.told:
                found[-1].append(day)
            else:
                found.append([day])
                apart = False
        return found

    @property
    def open(self) -> int:
        """Hari kerja of the month."""
        return sum(day.hours is not None for day in self.days)


def years() -> range:
    """The years that the calendar knows."""
    return range(FIRST_YEAR, LAST_YEAR + 1)


def year_of(office: Office, year: int) -> list[Month]:
    """The twelve months. Raises ValueError for a year outside the calendar."""
    if year not in years():
        raise ValueError(f"{year}: di luar kalender kantor")
    return [_month(office, year, number) for number in range(1, 13)]


def week_hours(office: Office, day: date) -> list[tuple[str, str, str]]:
    """The regular week that holds on a date: (first weekday, last weekday, hours), days that are alike together."""
    regular = office.working_time.calendar.week_of(day)
    return runs({name: _text(regular.get(number)) or "" for number, name in enumerate(WEEKDAYS)})


def runs(hours: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Weekday -> hours, as runs of weekdays with the same hours, Monday first; days without hours are left out."""
    found: list[tuple[str, str, str]] = []
    before = ""
    for name in WEEKDAYS:
        text = hours.get(name, "")
        if text and text == before:
            found[-1] = (found[-1][0], name, text)
        elif text:
            found.append((name, name, text))
        before = text
    return found


def _month(office: Office, year: int, number: int) -> Month:
    first, length = monthrange(year, number)
    places: list[Day | None] = [None] * first + [_day(office, date(year, number, day)) for day in range(1, length + 1)]
    places += [None] * (-len(places) % 7)
    return Month(year, number, tuple(tuple(places[start : start + 7]) for start in range(0, len(places), 7)))


def _day(office: Office, day: date) -> Day:
    calendar = office.working_time.calendar
    hours = calendar.hours(day)
    lines = [line for line in calendar.lines(day) if line.kind != "pekan"]
    dated = [line for line in lines if line.kind != "jam"]
    weekend = hours is None and not dated and day.weekday() not in calendar.week_of(day)
    if dated or (lines and hours is not None):
        return Day(day, _text(hours), lines[0].note, lines[0].basis, own=True)
    if hours is None and not weekend:
        return Day(day, None, calendar.closed_because(day), "Hari libur nasional dan cuti bersama")
    return Day(day, _text(hours), weekend=weekend)


def _text(hours: Hours | None) -> str | None:
    return None if hours is None else hours_text(hours)
