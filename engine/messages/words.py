"""How dates, money and numbers are written in a message, by language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from engine.letters import words
from engine.letters.words import WIB

LANGUAGES = ("id", "en")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _date(value: Any) -> str:
    """`6 July 2016`; a text that is no date as it is."""
    at = _moment(value)
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}" if at else str(value)


def _day_date(value: Any) -> str:
    at = _moment(value)
    return f"{_DAYS[at.weekday()]}, {_date(value)}" if at else str(value)


def _time(value: Any) -> str:
    at = _moment(value)
    return f"{_day_date(value)}, {at:%H:%M} WIB" if at else str(value)


def _number(value: Any) -> str:
    return words.angka(value).translate(str.maketrans(",.", ".,"))


def _moment(value: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return None
    if not isinstance(at, datetime):
        return datetime(at.year, at.month, at.day, tzinfo=WIB) if isinstance(at, date) else None
    return at.astimezone(WIB) if at.tzinfo else at


FILTERS: Mapping[str, Mapping[str, Callable[[Any], str]]] = {
    "id": words.FILTERS,
    "en": {
        "rupiah": words.rupiah,
        "tanggal": _date,
        "hari_tanggal": _day_date,
        "waktu": _time,
        "angka": _number,
        "terbilang": str,
    },
}
