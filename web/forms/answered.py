"""Stored answers as people read them: rows for the kit's `summary` macro."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any, TypedDict

from flask_babel import gettext
from markupsafe import Markup

from engine.forms import Field, Form
from web.kit import rupiah, tanggal


class Row(TypedDict):
    """One answer: the field's label and the answer in words, lines kept."""

    label: str
    value: str


def answered(form: Form, answers: Mapping[str, Any], files: Mapping[str, str] | None = None) -> list[Row]:
    """Rows of the answers that are there, in the form's order. files: names of stored files by reference.

    Answers of an older version of the form are shown as far as this one knows their fields.
    """
    rows = ((field, answers.get(field.key)) for field in form.fields)
    return [
        Row(label=field.label, value=_said(field, value, files or {})) for field, value in rows if not _nothing(value)
    ]


def _nothing(value: Any) -> bool:
    return value is None or value == "" or value == []


def _said(field: Field, value: Any, files: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return gettext("ya") if value else gettext("tidak")
    if isinstance(value, list):
        names = [files.get(item, item) if field.type == "upload" else field.label_of(item) for item in value]
        return _lines(names)
    if isinstance(value, int | float):
        shown = rupiah(value) if field.money and isinstance(value, int) else f"{value:.12g}".replace(".", ",")
        return f"{shown} {field.unit}".strip()
    text = str(value)
    if field.options:
        return field.label_of(text)
    if field.type == "date":
        with suppress(ValueError):
            return tanggal(date.fromisoformat(text))
    if field.type in ("time", "datetime"):
        return _moment(text)
    if field.check == "npwp" and len(text) == 15:
        return f"{text[:2]}.{text[2:5]}.{text[5:8]}.{text[8]}-{text[9:12]}.{text[12:]}"
    return _lines(text.split("\n"))


def _moment(text: str) -> str:
    day, _, clock = text.rpartition("T")
    with suppress(ValueError):
        return " ".join(filter(None, [tanggal(date.fromisoformat(day)) if day else "", clock.replace(":", "."), "WIB"]))
    return text


def _lines(lines: list[str]) -> str:
    return Markup("<br>").join(lines) if len(lines) > 1 else "".join(lines)
