"""Adding and counting working time in constant time, in whole numbers.

Every date of the calendar has its place in three arrays (hari kerja before it, opening, length of a working minute),
and every hari kerja knows its date, so a sum is a division and two look-ups, however long the span.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

from engine.working_time.calendar import FIRST_DATE, FIRST_YEAR, LAST_DATE, LAST_YEAR, Calendar

# Western Indonesian Time has been UTC+7 without daylight saving since 1964 (Keppres 243/1963): a fixed offset is exact.
JAKARTA = timezone(timedelta(hours=7), "WIB")
DAY_MINUTES = 480  # a hari kerja, however long the office is open that day

_START = datetime(FIRST_YEAR, 1, 1, tzinfo=JAKARTA)
_START_UTC = _START.astimezone(UTC)
_MINUTE = 60_000_000  # microseconds


class OutOfCalendar(ValueError):
    """A moment outside the years that the calendar knows, or a span that leads there."""

    def __init__(self, what: object) -> None:
        super().__init__(f"{what}: di luar kalender kantor ({FIRST_YEAR}-{LAST_YEAR})")


class WorkingTime:
    """Working-time arithmetic over one calendar. Moments in: aware datetimes; moments out: aware UTC datetimes.

    A naive moment is a ValueError, one outside the calendar OutOfCalendar. Working minutes are whole: minute n of a
    date begins n/480 of the way from opening to closing. A moment when the office is closed counts as the next opening.
    """

    def __init__(self, calendar: Calendar, version: int = 0) -> None:
        self.calendar = calendar
        self.version = version  # counts up with every change that an administrator made; 0 is the file alone
        self._before: list[int] = []  # by day: hari kerja before it
        self._open: list[int] = []  # by day: opening, microseconds after local midnight
        self._unit: list[int] = []  # by day: microseconds in a working minute, 0 when closed
        self._dates: list[int] = []  # by hari kerja: its day
        for day in range((LAST_DATE - FIRST_DATE).days + 1):
            hours = calendar.hours(FIRST_DATE + timedelta(day))
            self._before.append(len(self._dates))
            self._open.append(hours.open * _MINUTE if hours else 0)
            # A whole number for any opening hours in minutes, because 60,000,000 / 480 is one.
            self._unit.append((hours.close - hours.open) * (_MINUTE // DAY_MINUTES) if hours else 0)
            if hours:
                self._dates.append(day)

    def add(self, start: datetime, minutes: int) -> datetime:
        """The moment `minutes` working minutes after `start` (before it, when negative), to the second of `start`.

        A result at closing time is the next opening: Monday 08:00 and 480 minutes give Tuesday 08:00.
        """
        place, rest, unit = self._place(start)
        return self._moment(place + minutes, rest, unit)

    def add_days(self, start: datetime, days: float | Decimal) -> datetime:
        """The moment `days` hari kerja after `start`; fractions count to the whole working minute, half up."""
        return self.add(start, minutes_of(days))

    def between(self, a: datetime, b: datetime) -> int:
        """Working minutes from `a` to `b`, negative if `b` comes first. between(a, add(a, m)) == m for every a and m;
        between(a, b) + between(b, c) == between(a, c)."""
        return self._place(b)[0] - self._place(a)[0]

    def is_open(self, moment: datetime) -> bool:
        """Whether the office is open: from opening, up to but not including closing."""
        day, into = _local(moment)
        return bool(self._unit[day]) and 0 <= into - self._open[day] < self._unit[day] * DAY_MINUTES

    def next_open(self, moment: datetime) -> datetime:
        """`moment` itself when the office is open, else the next opening; UTC."""
        return self.add(moment, 0)

    def opening(self, day: date) -> datetime:
        """When the office opens on the local date `day`, or on the next hari kerja when it is closed; UTC."""
        return self.next_open(datetime(day.year, day.month, day.day, tzinfo=JAKARTA))

    def days_of(self, minutes: int) -> float:
        """Working minutes as hari kerja: 720 is 1.5."""
        return minutes / DAY_MINUTES

    def _place(self, moment: datetime) -> tuple[int, int, int]:
        """Whole working minutes from the calendar's first day to `moment`; what is left over in microseconds; and
        how many of these make a working minute that day."""
        day, into = _local(moment)
        unit = self._unit[day]
        into -= self._open[day]
        place = self._before[day] * DAY_MINUTES
        if unit == 0 or into <= 0:
            return place, 0, 1
        minute, rest = divmod(into, unit)
        if minute >= DAY_MINUTES:
            return place + DAY_MINUTES, 0, 1
        return place + minute, rest, unit

    def _moment(self, place: int, rest: int, unit: int) -> datetime:
        working_day, minute = divmod(place, DAY_MINUTES)
        if not 0 <= working_day < len(self._dates):
            raise OutOfCalendar("Hasil hitungan")
        day = self._dates[working_day]
        length = self._unit[day]
        # What was left over of a minute keeps its share of the minute, so a result is never short of its span.
        return _START_UTC + timedelta(day, 0, self._open[day] + minute * length + rest * length // unit)


def minutes_of(days: float | Decimal) -> int:
    """Hari kerja in whole working minutes, half up. ValueError for what is not a finite number, OutOfCalendar for more
    days than the calendar has."""
    # By way of text: 0.1 then is a tenth, not the nearest binary fraction.
    exact = days if isinstance(days, Decimal) else Decimal(str(days))
    if not exact.is_finite():
        raise ValueError(f"{days}: bukan jumlah hari kerja")
    if abs(exact) > _LAST_DAY:
        raise OutOfCalendar(f"{days} hari kerja")
    return int((exact * DAY_MINUTES).quantize(Decimal(1), ROUND_HALF_UP))


def _local(moment: datetime) -> tuple[int, int]:
    """Days since the calendar's first, and microseconds since local midnight."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()}: waktu tanpa zona waktu")
    since = moment - _START
    if not 0 <= since.days <= _LAST_DAY:
        raise OutOfCalendar(moment.isoformat())
    return since.days, since.seconds * 1_000_000 + since.microseconds


_LAST_DAY = (LAST_DATE - FIRST_DATE).days
