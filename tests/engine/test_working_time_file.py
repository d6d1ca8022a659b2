"""The office's calendar file: what it can say, and how each mistake in it is named."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from engine.working_time import CalendarError, Hours, office_calendar, read_calendar

HEAD = 'jam_buka: {senin: "08:00-16:00", selasa: "08:00-16:00"}\ntanggal:\n'


def file(*lines: str) -> str:
    return HEAD + "".join(f"  - {{{line}}}\n" for line in lines)


GOOD = "jenis: libur, keterangan: x, dasar: y, sumber: law"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("tanggal: 2016-08-01, jenis: cuti, keterangan: x, dasar: y, sumber: law", "2016-08-01: jenis 'cuti'"),
        (f"tanggal: 2016-02-30, {GOOD}", "2016-02-30: '2016-02-30' bukan tanggal"),
        (f"tanggal: 1 Juli, {GOOD}", "1 Juli: '1 Juli' bukan tanggal"),
        ("tanggal: 2016-08-01, jenis: libur, keterangan: x, dasar: y, sumber: kabar", "2016-08-01: sumber 'kabar'"),
        ("tanggal: 2016-08-01, jenis: libur, keterangan: x, sumber: law", "2016-08-01: dasar belum diisi"),
        (f"tanggal: 2016-08-01, warna: merah, {GOOD}", "2016-08-01: nama tidak dikenal: warna"),
        (f"tanggal: 2016-08-01, sampai: 2016-07-01, {GOOD}", "2016-08-01: berakhir .* sebelum mulai"),
        (f"tanggal: 1999-08-01, {GOOD}", "1999-08-01: di luar kalender"),
        ("tanggal: 2016-08-01, jenis: jam, keterangan: x, dasar: y, sumber: law", "2016-08-01: jam belum diisi"),
        (f'tanggal: 2016-08-01, jam: "08:00-09:00", {GOOD}', "2016-08-01: hari libur tidak punya jam"),
        (
            'tanggal: 2016-08-01, jenis: jam, jam: "16:00-08:00", keterangan: x, dasar: y, sumber: law',
            "2016-08-01: jam '16:00-08:00' tutup sebelum buka",
        ),
        (
            "tanggal: 2016-08-01, jenis: jam, jam: pagi, keterangan: x, dasar: y, sumber: law",
            "2016-08-01: jam 'pagi' tidak terbaca",
        ),
    ],
)
def test_a_wrong_line_is_named_by_its_date_and_reason(line: str, says: str) -> None:
    with pytest.raises(CalendarError, match=says):
        read_calendar(file(line))


def test_a_date_spoken_of_twice_is_an_error() -> None:
    with pytest.raises(CalendarError, match="2016-08-02: tanggal ganda"):
        read_calendar(file(f"tanggal: 2016-08-01, sampai: 2016-08-03, {GOOD}", f"tanggal: 2016-08-02, {GOOD}"))


def test_the_file_opens_days_and_sets_hours() -> None:
    calendar = read_calendar(
        file(
            'tanggal: 2016-08-06, jenis: kerja, jam: "06:00-10:00", keterangan: Layanan, dasar: y, sumber: assumed',
            "tanggal: 2016-08-17, jenis: kerja, keterangan: x, dasar: y, sumber: assumed",
            'tanggal: 2016-08-01, sampai: 2016-08-07, jenis: jam, jam: {senin: "09:00-12:30"}, keterangan: x, '
            "dasar: y, sumber: assumed",
        )
    )
    assert calendar.hours(date(2016, 8, 6)) == Hours(360, 600)  # a Saturday with hours of its own
    assert calendar.hours(date(2016, 8, 17)) == Hours(480, 960)  # a Wednesday, closed in this week: the fallback
    assert calendar.hours(date(2016, 8, 1)) == Hours(540, 750)  # Monday of the range
    assert calendar.hours(date(2016, 8, 2)) == Hours(480, 960)  # Tuesday is not named there
    assert calendar.hours(date(2016, 8, 3)) is None


def test_text_that_is_no_calendar_is_refused() -> None:
    for text in ("", "[1]", "jam_buka: {senin: '08:00-16:00'}\ntanggal: {a: b}", "a: [", "jam_buka: {monday: x}"):
        with pytest.raises(CalendarError):
            read_calendar(text)


def test_the_file_is_read_again_only_when_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "kalender.yaml"
    path.write_text(file())
    first = office_calendar(path)
    assert office_calendar(path) is first
    path.write_text(file(f"tanggal: 2016-08-01, {GOOD}"))
    os.utime(path, ns=(1, 1))
    assert not office_calendar(path).calendar.is_working_day(date(2016, 8, 1))
    assert first.calendar.is_working_day(date(2016, 8, 1))
    with pytest.raises(CalendarError, match="tidak terbaca"):
        office_calendar(tmp_path / "tidak-ada.yaml")
