"""What the pages of the calendar share: their tabs, and a date's words."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext

from web.kit import tanggal_pendek
from web.security import person


def tabs(current: str) -> list[dict[str, Any]]:
    """The pages of this family that the person may open."""
    pages = [
        ("kalender", gettext("Kalender"), "calendar.year", "calendar.view"),
        ("ketidakhadiran", gettext("Ketidakhadiran"), "calendar.absent", "absence.view"),
        ("pendelegasian", gettext("Pendelegasian"), "calendar.delegated", "absence.view"),
    ]
    return [
        {"href": url_for(endpoint), "text": text, "current": name == current}
        for name, text, endpoint, permission in pages
        if person().may(permission)
    ]


def dates(first: str, last: str | None) -> str:
    """ "18 Jul 2016", or "18 Jul 2016 s.d. 22 Jul 2016"."""
    if last is None:
        return gettext("sejak %(hari)s", hari=_day(first))
    return _day(first) if first == last else f"{_day(first)} {gettext('s.d.')} {_day(last)}"


def _day(text: str) -> str:
    with suppress(ValueError):
        return tanggal_pendek(date.fromisoformat(text))
    return text
