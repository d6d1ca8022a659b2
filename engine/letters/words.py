"""How money, dates and numbers are written in letters and messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

# Western Indonesia has had no summer time and no change since 1964.
WIB = timezone(timedelta(hours=7), "WIB")
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_UNITS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas")
_STEPS = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"), (10**3, "ribu"), (100, "ratus"))


def office_date(moment: datetime) -> date:
    """The date in Bekasi at an aware moment."""
    return moment.astimezone(WIB).date()


def rupiah(amount: Any) -> str:
    """`Rp187.625`."""
    whole = int(amount)
    return ("-" if whole < 0 else "") + "Rp" + f"{abs(whole):,}".replace(",", ".")


def tanggal(value: Any) -> str:
    """`6 Juli 2016`, from a date, an aware datetime (date in Bekasi) or an ISO text; any other text as it is."""
    day = _day(value)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if day else str(value)


def hari_tanggal(value: Any) -> str:
    """`Rabu, 6 Juli 2016`."""
    day = _day(value)
    return f"{DAYS[day.weekday()]}, {tanggal(day)}" if day else str(value)


def waktu(moment: Any) -> str:
    """`Rabu, 6 Juli 2016 14.30 WIB`."""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    local = at.astimezone(WIB)
    return f"{hari_tanggal(local.date())} {local:%H.%M} WIB"


def angka(value: Any) -> str:
    """`4.500`, `0,3125`."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.6f}".rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


def terbilang(amount: Any) -> str:
    """An amount in words: 187625 is `seratus delapan puluh tujuh ribu enam ratus dua puluh lima`. Raises ValueError
    below 0 and from 10^15."""
    number = int(amount)
    if not 0 <= number < 10**15:
        raise ValueError("terbilang hanya untuk bilangan 0 sampai di bawah seribu triliun")
    return _spelled(number)


def _spelled(number: int) -> str:
    if number < 12:
        return _UNITS[number]
    if number < 20:
        return f"{_UNITS[number - 10]} belas"
    if number < 100:
        return _joined(f"{_UNITS[number // 10]} puluh", number % 10)
    for size, name in _STEPS:
        if number >= size:
            head = f"se{name}" if number // size == 1 and size <= 1000 else f"{_spelled(number // size)} {name}"
            return _joined(head, number % size)
    raise AssertionError(number)


def _joined(head: str, rest: int) -> str:
    return f"{head} {_spelled(rest)}" if rest else head


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return office_date(value)
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            return None
    return None


FILTERS: Mapping[str, Callable[[Any], str]] = {
    "rupiah": rupiah,
    "tanggal": tanggal,
    "hari_tanggal": hari_tanggal,
    "waktu": waktu,
    "angka": angka,
    "terbilang": terbilang,
}
