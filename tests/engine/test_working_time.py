"""The office's calendar against the decrees, and its arithmetic against a counter that walks minute by minute."""

from __future__ import annotations

import time as stopwatch
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.working_time import (
    JAKARTA,
    Calendar,
    Hours,
    Line,
    OutOfCalendar,
    WorkingTime,
    office_calendar,
)

# Weekdays on which the decrees (SKB of three ministers, Keppres for elections) closed government offices.
DECREED = {
    2010: "1-1 2-26 3-16 4-2 5-13 5-28 8-17 9-9 9-10 9-13 11-17 12-7 12-24",
    2013: "1-1 1-24 3-12 3-29 5-9 6-6 8-5 8-6 8-7 8-8 8-9 10-14 10-15 11-5 12-25 12-26",
    2014: "1-1 1-14 1-31 3-31 4-9 4-18 5-1 5-15 5-27 5-29 7-9 7-28 7-29 7-30 7-31 8-1 12-25 12-26",
    2015: "1-1 2-19 4-3 5-1 5-14 6-2 7-16 7-17 7-20 7-21 8-17 9-24 10-14 12-9 12-24 12-25",
    2016: "1-1 2-8 3-9 3-25 5-5 5-6 7-4 7-5 7-6 7-7 7-8 8-17 9-12 9-27 9-28 12-12 12-26",
    2017: ("1-2 2-15 3-28 4-14 4-24 5-1 5-11 5-25 6-1 6-23 6-26 6-27 6-28 6-29 6-30 8-17 9-1 9-21 12-1 12-25 12-26"),
}

RAMADAN = Line(
    date(2016, 6, 6),
    date(2016, 7, 5),
    "jam",
    "Ramadan 1437 H",
    hours={**dict.fromkeys(range(4), Hours(480, 900)), 4: Hours(480, 930)},
)


@pytest.fixture(scope="module")
def office() -> WorkingTime:
    return office_calendar()


@pytest.fixture(scope="module")
def fasting() -> WorkingTime:
    return WorkingTime(Calendar([RAMADAN]))


def wib(text: str) -> datetime:
    """A moment in Jakarta from '2016-07-01 10:30'."""
    return datetime.fromisoformat(text).replace(tzinfo=JAKARTA)


def shown(moment: datetime) -> str:
    assert moment.utcoffset() == timedelta(0), "results are in UTC"
    return moment.astimezone(JAKARTA).isoformat(" ", "minutes")[:16]


# --- which dates are hari kerja


@pytest.mark.parametrize("year", sorted(DECREED))
def test_the_closed_weekdays_of_a_year_are_those_of_the_decrees(office: WorkingTime, year: int) -> None:
    every = (date(year, 1, 1) + timedelta(days) for days in range(366))
    weekdays = [day for day in every if day.year == year and day.weekday() < 5]
    closed = [f"{day.month}-{day.day}" for day in weekdays if not office.calendar.is_working_day(day)]
    assert closed == DECREED[year].split()
    assert len(office.calendar.working_days(date(year, 1, 1), date(year, 12, 31))) == len(weekdays) - len(closed)


def test_a_closed_day_says_why(office: WorkingTime) -> None:
    calendar = office.calendar
    assert calendar.closed_because(date(2016, 9, 27)) == "Kantor terbakar, pelayanan berhenti"
    assert calendar.closed_because(date(2016, 7, 4)) == "Cuti Bersama Hari Raya Idul Fitri"
    assert calendar.closed_because(date(2016, 7, 2)) == "Akhir pekan"
    assert calendar.closed_because(date(2016, 6, 1)) is None
    fire = calendar.line(date(2016, 9, 28))
    assert fire is not None and fire.source == "seed" and "LAKIP" in fire.basis


def test_the_fire_stops_the_clock_for_two_dates(office: WorkingTime) -> None:
    assert shown(office.add_days(wib("2016-09-26 15:00"), 1)) == "2016-09-29 15:00"
    assert office.between(wib("2016-09-27 08:00"), wib("2016-09-28 16:00")) == 0
    assert shown(office.next_open(wib("2016-09-27 09:00"))) == "2016-09-29 08:00"


def test_cuti_bersama_is_not_a_working_day(office: WorkingTime) -> None:
    assert shown(office.add_days(wib("2016-07-01 10:00"), 1)) == "2016-07-11 10:00"
    assert shown(office.add_days(wib("2016-12-23 15:30"), Decimal("0.125"))) == "2016-12-27 08:30"


# --- the rules of counting


def test_one_working_day_ends_at_the_next_opening_not_at_closing(office: WorkingTime) -> None:
    assert shown(office.add_days(wib("2016-08-01 08:00"), 1)) == "2016-08-02 08:00"  # Monday
    assert shown(office.add_days(wib("2016-07-30 11:00"), 1)) == "2016-08-02 08:00"  # Saturday
    assert shown(office.add_days(wib("2016-07-29 14:00"), 0.5)) == "2016-08-01 10:00"  # Friday
    assert shown(office.add(wib("2016-07-29 15:00"), 60)) == "2016-08-01 08:00"
    assert shown(office.add(wib("2016-07-29 16:00"), 0)) == "2016-08-01 08:00"
    assert shown(office.add(wib("2016-08-01 08:00"), -60)) == "2016-07-29 15:00"


def test_open_from_opening_up_to_closing(office: WorkingTime) -> None:
    expected = {"07:59": False, "08:00": True, "15:59": True, "16:00": False}
    assert {at: office.is_open(wib(f"2016-08-01 {at}")) for at in expected} == expected
    assert not office.is_open(wib("2016-07-31 10:00"))


def test_fractions_of_a_day_are_whole_minutes_without_binary_noise(office: WorkingTime) -> None:
    start = wib("2016-08-01 08:00")
    assert shown(office.add_days(start, 7 * 0.8)) == "2016-08-08 12:48"  # 5.6000000000000005
    assert office.between(start, office.add_days(start, Decimal("0.1"))) == 48
    assert office.between(start, office.add_days(start, 0.3333)) == 160
    assert office.between(start, office.add_days(start, 0.021875)) == 11  # 10.5, a hair less in binary
    assert office.days_of(720) == 1.5
    for wrong in (float("nan"), float("inf"), Decimal("NaN")):
        with pytest.raises(ValueError, match="bukan jumlah hari kerja"):
            office.add_days(start, wrong)


def test_seconds_are_kept_so_that_nothing_is_due_early(office: WorkingTime) -> None:
    start = datetime(2016, 8, 1, 3, 15, 47, 250, tzinfo=UTC)
    assert office.add_days(start, 2) == start + timedelta(days=2)
    just_closed = wib("2016-08-01 16:00") + timedelta(seconds=30)
    assert shown(office.add(just_closed, 0)) == "2016-08-02 08:00"
    assert office.add(just_closed, 0).second == 0


def test_a_moment_may_carry_any_zone_but_must_carry_one(office: WorkingTime) -> None:
    assert office.add(datetime(2016, 8, 1, 3, 0, tzinfo=UTC), 60) == office.add(wib("2016-08-01 10:00"), 60)
    with pytest.raises(ValueError, match="tanpa zona waktu"):
        office.add(wib("2016-08-01 10:00").replace(tzinfo=None), 60)


def test_outside_its_years_the_calendar_says_so(office: WorkingTime) -> None:
    last = wib("2040-12-31 12:00")
    calls: list[Callable[[], object]] = [
        lambda: office.add(wib("1999-12-31 23:59"), 0),
        lambda: office.add(wib("2041-01-01 00:00"), 0),
        lambda: office.add(last, 480),
        lambda: office.add(wib("2000-01-01 00:00"), -1),
        lambda: office.add_days(last, 1e12),
        lambda: office.between(last, datetime.max.replace(tzinfo=UTC)),
        lambda: office.is_open(datetime.min.replace(tzinfo=JAKARTA)),
    ]
    for call in calls:
        with pytest.raises(OutOfCalendar, match="2000-2040"):
            call()


def test_the_rest_of_a_minute_keeps_its_share_when_hours_change(fasting: WorkingTime) -> None:
    start = wib("2016-06-03 12:00") + timedelta(seconds=56)  # past the length of a working minute in Ramadan, 52.5 s
    due = fasting.add_days(start, 1)
    assert due == wib("2016-06-06 11:30") + timedelta(seconds=49)  # 56/60 of 52.5
    assert fasting.between(start, due) == 480


def test_shorter_ramadan_hours_leave_n_days_n_dates(fasting: WorkingTime) -> None:
    monday = wib("2016-06-13 08:00")
    assert shown(fasting.add_days(monday, 3)) == "2016-06-16 08:00"
    assert fasting.between(monday, wib("2016-06-13 15:00")) == 480
    assert shown(fasting.add(monday, 240)) == "2016-06-13 11:30"  # half of 08:00-15:00
    assert shown(fasting.add(wib("2016-06-17 08:00"), 240)) == "2016-06-17 11:45"  # half of a Friday, 08:00-15:30
    assert not fasting.is_open(wib("2016-06-13 15:00")) and fasting.is_open(wib("2016-06-17 15:29"))
    assert shown(fasting.add_days(wib("2016-06-03 12:00"), 1)) == "2016-06-06 11:30"  # noon is half; so is 11:30


# --- against a counter that walks minute by minute

FIRST = datetime(2010, 12, 31, 17, tzinfo=UTC)  # 2011-01-01 in Jakarta
moments = st.integers(0, 10 * 365 * 1440).map(lambda minute: FIRST + timedelta(minutes=minute))
exact_moments = st.builds(lambda at, extra: at + timedelta(microseconds=extra), moments, st.integers(0, 59_999_999))
spans = st.integers(-3 * 480 * 245, 3 * 480 * 245)


def open_minute(calendar: Calendar, minute: datetime) -> bool:
    local = minute.astimezone(JAKARTA)
    hours = calendar.hours(local.date())
    return hours is not None and hours.open <= local.hour * 60 + local.minute < hours.close


def walk(calendar: Calendar, a: datetime, b: datetime) -> int:
    """Open minutes from a to b, one by one."""
    count = 0
    while a < b:
        count += open_minute(calendar, a)
        a += timedelta(minutes=1)
    return count


def walk_on(calendar: Calendar, at: datetime, minutes: int) -> datetime:
    """The open minute before which `minutes` open minutes have passed since `at`."""
    while True:
        if open_minute(calendar, at):
            if minutes == 0:
                return at
            minutes -= 1
        at += timedelta(minutes=1)


@settings(max_examples=150, deadline=None)
@given(a=moments, minutes=st.integers(0, 14 * 1440))
def test_between_counts_what_a_walker_counts(a: datetime, minutes: int) -> None:
    office = office_calendar()
    b = a + timedelta(minutes=minutes)
    assert office.between(a, b) == walk(office.calendar, a, b)


@settings(max_examples=150, deadline=None)
@given(a=moments, minutes=st.integers(0, 4 * 480))
def test_add_arrives_where_a_walker_arrives(a: datetime, minutes: int) -> None:
    office = office_calendar()
    assert office.add(a, minutes) == walk_on(office.calendar, a, minutes)


@settings(max_examples=300, deadline=None)
@given(a=exact_moments, minutes=spans)
def test_between_gives_back_what_was_added(a: datetime, minutes: int) -> None:
    for hours in (office_calendar(), ramadans()):
        due = hours.add(a, minutes)
        assert hours.between(a, due) == minutes and hours.between(due, a) == -minutes
        assert hours.is_open(due)


@settings(max_examples=300, deadline=None)
@given(a=exact_moments, b=exact_moments, c=exact_moments, minutes=spans)
def test_later_starts_end_later_and_spans_add_up(a: datetime, b: datetime, c: datetime, minutes: int) -> None:
    for hours in (office_calendar(), ramadans()):
        assert hours.between(a, b) + hours.between(b, c) == hours.between(a, c)
        early, late = sorted((a, b))
        assert hours.between(early, late) >= 0
        assert hours.add(early, minutes) <= hours.add(late, minutes)


@settings(max_examples=300, deadline=None)
@given(a=exact_moments, first=spans, second=spans)
def test_two_additions_are_one(a: datetime, first: int, second: int) -> None:
    office = office_calendar()
    assert office.add(office.add(a, first), second) == office.add(a, first + second)


@settings(max_examples=200, deadline=None)
@given(a=exact_moments, days=st.integers(0, 500))
def test_n_days_are_n_dates(a: datetime, days: int) -> None:
    office = office_calendar()
    start = office.next_open(a).astimezone(JAKARTA)
    due = office.add_days(a, days).astimezone(JAKARTA)
    assert len(office.calendar.working_days(start.date(), due.date())) == days + 1
    assert due.time() == start.time()
    if office.is_open(a):
        assert start == a


_RAMADANS: list[WorkingTime] = []


def ramadans() -> WorkingTime:
    """An office whose hours change for a month in the middle of every year, and on Fridays."""
    if not _RAMADANS:
        short = {**dict.fromkeys(range(4), Hours(481, 908)), 4: Hours(450, 961)}
        lines = [Line(date(y, 6, 6), date(y, 7, 5), "jam", "Ramadan", hours=short) for y in range(2008, 2025)]
        _RAMADANS.append(WorkingTime(Calendar(lines)))
    return _RAMADANS[0]


def test_adding_takes_under_twenty_microseconds(office: WorkingTime) -> None:
    start = datetime(2015, 3, 3, 3, 17, tzinfo=UTC)
    best = min(_spent(lambda: office.add(start, 2 * 245 * 480)) for _ in range(200))
    assert best / 50 < 20e-6


def _spent(call: Callable[[], object]) -> float:
    began = stopwatch.perf_counter()
    for _ in range(50):
        call()
    return stopwatch.perf_counter() - began
