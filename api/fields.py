"""Fields that the schemas of the API are made of, with messages in Bahasa Indonesia."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import marshmallow as ma
from marshmallow import RAISE, fields, validate

from engine.forms import texts

_MESSAGES: dict[str, str | list[Any] | dict[Any, Any]] = {
    "required": "Harus diisi.",
    "null": "Harus diisi.",
    "validator_failed": "Isian tidak diterima.",
    "invalid": "Isian tidak dikenal bentuknya.",
    "invalid_utf8": "Tulis teks.",
    "type": "Isian tidak dikenal bentuknya.",
    "too_large": "Angka terlalu besar.",
}


class Schema(ma.Schema):
    """What comes in: names that are not known are refused."""

    error_messages = {"unknown": "Isian tidak dikenal.", "type": "Kirim satu objek JSON."}

    class Meta:
        unknown = RAISE


class Answer(ma.Schema):
    """What goes out."""


class Text(fields.String):
    """A text of one line (or several, `lines`), cleaned; `shape` brings it into the stored form."""

    default_error_messages = _MESSAGES | {"invalid": "Tulis teks."}

    def __init__(
        self,
        most: int = 200,
        *,
        least: int = 0,
        lines: bool = False,
        pattern: str | None = None,
        shape: Callable[[str], str] | None = None,
        **options: Any,
    ) -> None:
        rules: list[Any] = [
            validate.Length(
                min=least or None,
                max=most,
                error=f"Antara {least} dan {most} huruf." if least else f"Paling banyak {most} huruf.",
            )
        ]
        if pattern:
            rules.append(validate.Regexp(pattern, error="Bentuk isian tidak sesuai."))
        super().__init__(validate=rules, **options)
        self.most, self.lines, self.shape = most, lines, shape

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if len(text) > 10 * self.most:
            return text  # the length is refused; cleaning it would only cost
        try:
            cleaned = texts.clean(text, self.lines)
            return self.shape(cleaned) if self.shape and cleaned else cleaned
        except ValueError as error:
            raise ma.ValidationError(str(error)) from None


class Choice(fields.String):
    """One of a few words."""

    default_error_messages = _MESSAGES

    def __init__(self, *words: str, **options: Any) -> None:
        super().__init__(validate=validate.OneOf(words, error="Pilih salah satu: " + ", ".join(words) + "."), **options)


class Whole(fields.Integer):
    """A whole number between two bounds."""

    default_error_messages = _MESSAGES | {"invalid": "Tulis bilangan bulat."}

    def __init__(self, least: int, most: int, **options: Any) -> None:
        super().__init__(validate=validate.Range(least, most, error=f"Antara {least} dan {most}."), **options)

    def _validated(self, value: Any) -> Any:
        if isinstance(value, bool | float) or (isinstance(value, str) and len(value) > 20):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class Values(fields.Dict):
    """Answers of a form: {field key: value}; the form itself judges them."""

    default_error_messages = _MESSAGES | {"invalid": "Kirim satu objek JSON."}

    def __init__(self, **options: Any) -> None:
        super().__init__(keys=fields.String(), **options)


class One(fields.Nested):
    """One object inside another."""

    default_error_messages = _MESSAGES


class Same(fields.Nested):
    """A part of the same object, shown as an object of its own."""

    def get_value(self, obj: Any, attr: str, accessor: Any = None, default: Any = ma.missing) -> Any:
        """The object itself."""
        return obj


class Moment(fields.Field):
    """A moment: ISO 8601 in UTC with Z."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def meant(text: str) -> dict[str, Any]:
    """What a field means, for the API's description."""
    return {"metadata": {"description": text}}


def said(kind: type[fields.Field] = fields.String, description: str = "", **options: Any) -> Any:
    """A field of an answer."""
    return kind(metadata={"description": description} if description else {}, **options)
