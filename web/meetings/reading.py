"""Dates, times and errors of the forms of meetings and visits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import request
from flask_babel import gettext

from engine.errors import Invalid
from web.kit import ZONE
from web.security import office


def today() -> date:
    """The date in Bekasi now."""
    return office().now().astimezone(ZONE).date()


def asked_day(name: str) -> date | None:
    """A date among the address's arguments; None where it is missing or none."""
    try:
        return date.fromisoformat(request.args.get(name, "")[:10])
    except ValueError:
        return None


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def typed_moment(day_name: str, time_name: str, field: str) -> datetime:
    """An aware moment of two fields of the form. Raises Invalid at `field`."""
    try:
        day = date.fromisoformat(request.form.get(day_name, "").strip())
        clock = request.form.get(time_name, "").strip().replace(".", ":")
        return datetime.combine(day, time.fromisoformat(clock), ZONE)
    except ValueError:
        raise Invalid({field: [gettext("Isi tanggal dan jam, misalnya 09.30.")]}) from None


def summary_of(errors: Mapping[str, Sequence[str]], targets: Mapping[str, str]) -> list[dict[str, Any]]:
    """The error summary's entries; targets: field -> id of its control."""
    return [
        {"text": text, "href": f"#{targets.get(name, 'main-content')}"}
        for name, texts in errors.items()
        for text in texts
    ]
