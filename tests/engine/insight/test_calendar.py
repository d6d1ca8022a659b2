"""A year of the calendar as it is shown: what is closed, why, and what is told together."""

from __future__ import annotations

from datetime import date

import pytest

from engine.calendar_admin import Draft, add_line
from engine.insight.calendar import Month, runs, week_hours, year_of
from tests.engine.core.conftest import PEOPLE, Desk, desk  # noqa: F401  (a fixture here too)

ADMIN = PEOPLE["admin"]


def told(month: Month) -> list[tuple[int, int, str | None, str | None]]:
    return [(run[0].date.day, run[-1].date.day, run[0].why, run[0].hours) for run in month.special]


def test_a_year(desk: Desk) -> None:  # noqa: F811
    week = dict.fromkeys(("senin", "selasa", "rabu", "kamis", "jumat"), "08:00-15:00")
    add_line(desk.office, Draft("2016-06-06", "2016-07-05", "jam", "Ramadan", "SE 3", week), by=ADMIN)
    add_line(desk.office, Draft("2016-12-24", "", "kerja", "Dibuka", "SK 1", {"sabtu": "08:00-12:00"}), by=ADMIN)
    months = year_of(desk.office, 2016)
    assert [month.number for month in months] == list(range(1, 13))
    assert told(months[5]) == [
        (1, 1, "Hari Lahir Pancasila baru libur mulai 2017", "08.00-16.00"),
        (6, 30, "Ramadan", "08.00-15.00"),
    ], "one range, over its weekends"
    assert told(months[8])[-1] == (27, 28, "Kantor terbakar, pelayanan berhenti", None)
    assert (24, 24, "Dibuka", "08.00-12.00") in told(months[11])
    day = months[5].days[10]
    assert day.date == date(2016, 6, 11) and day.weekend and not day.special
    assert months[1].open == 20 and all(len(week_row) == 7 for month in months for week_row in month.weeks)


def test_the_regular_week(desk: Desk) -> None:  # noqa: F811
    assert week_hours(desk.office, date(2016, 7, 1)) == [("senin", "jumat", "08.00-16.00")]
    assert runs({"jumat": "1", "senin": "1", "selasa": "1", "kamis": "2"}) == [
        ("senin", "selasa", "1"),
        ("kamis", "kamis", "2"),
        ("jumat", "jumat", "1"),
    ]


def test_years_that_the_calendar_does_not_know(desk: Desk) -> None:  # noqa: F811
    with pytest.raises(ValueError, match="1999"):
        year_of(desk.office, 1999)
