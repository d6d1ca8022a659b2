"""A Field as marshmallow knows it. Validators are marshmallow's own where it has them: OpenAPI shows their limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from engine.forms import numbers, texts
from engine.forms.parts import FILES_LIMIT, Field
from engine.forms.patterns import compile_pattern

REQUIRED = "Harus diisi."
_TICK = "Harus dicentang."
_ABSURD = 100_000  # characters; a longer text is not even cleaned
_ON = frozenset({"on", "true", "ya", "1"})
_OFF = frozenset({"off", "false", "tidak", "0"})
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}", re.ASCII)
_MESSAGES = {"required": REQUIRED, "null": REQUIRED, "invalid": "Isian tidak dikenal bentuknya."}


class _Text(fields.String):
    """A text; `shape` brings it into the stored form or raises ValueError."""

    def __init__(self, shape: Callable[[str], str], lines: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.shape = shape
        self.lines = lines

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("Tulis teks di sini.")
        if len(value) > _ABSURD:
            raise ValidationError("Terlalu panjang.")
        try:
            return self.shape(texts.clean(value, self.lines))
        except ValueError as error:
            raise ValidationError(str(error)) from None


class _Number(fields.Float):
    """A number or whole rupiah."""

    def __init__(self, read: Callable[[object], int | float], **options: Any) -> None:
        super().__init__(**options)
        self.read = read

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            return self.read(value)
        except ValueError as error:
            raise ValidationError(str(error)) from None


class _Tick(fields.Boolean):
    """Ticked or not."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if isinstance(value, bool):
            return value
        word = value.strip().lower() if isinstance(value, str) else ""
        if word in _ON or word in _OFF:
            return word in _ON
        raise ValidationError("Centang atau kosongkan.")


class _Several(fields.List[Any]):
    """Several texts, each once; one text alone is a list of one. `order`: the values allowed, in the order stored."""

    def __init__(self, order: tuple[str, ...] = (), **options: Any) -> None:
        rule = validate.OneOf(order) if order else validate.Length(max=128)
        super().__init__(fields.String(validate=rule), **options)
        self.order = order

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        given = [value] if isinstance(value, str) else value
        if not isinstance(given, list | tuple) or not all(isinstance(item, str) for item in given):
            raise ValidationError("Pilih dari daftar." if self.order else "Pilih berkas yang sudah diunggah.")
        if self.order:
            if not set(given) <= set(self.order):
                raise ValidationError("Pilih dari daftar.")
            return [item for item in self.order if item in given]
        if not all(_REFERENCE.fullmatch(item) for item in given):
            raise ValidationError("Pilih berkas yang sudah diunggah.")
        return list(dict.fromkeys(given))


def marshmallow_field(field: Field, required: bool) -> fields.Field[Any]:
    """The marshmallow field of a Field. Raises: FormError (a pattern that cannot be used)."""
    options: dict[str, Any] = {
        "required": required,
        "error_messages": dict(_MESSAGES),
        "metadata": {"title": field.label} | ({"description": field.description} if field.description else {}),
    }
    return _MAKERS[field.type](field, options)


def _text(field: Field, options: dict[str, Any]) -> fields.Field[Any]:
    least, most = field.min_length or None, field.max_length
    message = f"Paling banyak {most} huruf." if least is None else f"Antara {least} dan {most} huruf."
    rules: list[validate.Validator] = [validate.Length(min=least, max=most, error=message)]
    if field.pattern:
        rules.append(_Matches(field.pattern))
    shape = _SHAPES.get(field.check or field.type, _as_is)
    if field.check == "geo" and field.bounds:
        bounds = field.bounds
        return _Text(lambda text: texts.geo(text, bounds), validate=rules, **options)
    return _Text(shape, lines=field.type == "textarea", validate=rules, **options)


class _Matches(validate.Validator):
    """The field's pattern. It may match anywhere, as in a browser; too long a text is not matched at all."""

    def __init__(self, source: str) -> None:
        self.regex = compile_pattern(source)

    def __call__(self, value: str) -> str:
        if len(value) <= 200 and not self.regex.search(value):
            raise ValidationError("Bentuk isian tidak sesuai.")
        return value


def _number(field: Field, options: dict[str, Any]) -> fields.Field[Any]:
    low, high = field.min, field.max
    limits = validate.Range(min=low, max=high, error=f"Antara {_shown(low)} dan {_shown(high)}.")
    decimals = 0 if field.money else field.decimals
    options["metadata"] |= {"type": "integer"} if decimals == 0 else {}
    read = numbers.money if field.money else lambda value: numbers.number(value, decimals)
    return _Number(read, validate=limits, **options)


def _shown(number: float | None) -> str:
    return f"{number or 0:,}".replace(",", " ").replace(".", ",").replace(" ", ".")


def _choice(field: Field, options: dict[str, Any]) -> fields.Field[Any]:
    return _Text(_as_is, validate=validate.OneOf(field.values, error="Pilih dari daftar."), **options)


def _tick(field: Field, options: dict[str, Any]) -> fields.Field[Any]:
    if options["required"]:
        options["error_messages"] |= {"required": _TICK, "null": _TICK}
        return _Tick(validate=validate.Equal(True, error=_TICK), **options)
    return _Tick(load_default=False, **options)


def _checklist(field: Field, options: dict[str, Any]) -> fields.Field[Any]:
    if not options["required"]:
        options |= {"load_default": list}
    return _Several(field.values, **options)


def _upload(field: Field, options: dict[str, Any]) -> fields.Field[Any]:
    most = FILES_LIMIT if field.multiple else 1
    error = f"Paling banyak {most} berkas."
    return _Several(validate=validate.Length(max=most, error=error), **options)


def _as_is(text: str) -> str:
    return text


_SHAPES: Mapping[str, Callable[[str], str]] = {
    "email": texts.email,
    "phone": texts.phone,
    "nik": texts.nik,
    "npwp": texts.npwp,
    "geo": texts.geo,
    "date": texts.day,
    "time": texts.hour,
    "datetime": texts.moment,
}
_MAKERS: Mapping[str, Callable[[Field, dict[str, Any]], fields.Field[Any]]] = {
    "textfield": _text,
    "textarea": _text,
    "date": _text,
    "time": _text,
    "datetime": _text,
    "number": _number,
    "select": _choice,
    "radio": _choice,
    "checkbox": _tick,
    "checklist": _checklist,
    "upload": _upload,
}


class _Answers(Schema):
    """What every form's schema has in common: names that are not in the form are refused."""

    error_messages = {"unknown": "Isian tidak dikenal.", "type": "Isian tidak dikenal bentuknya."}

    class Meta:
        unknown = RAISE


def schema_class(name: str, of: Iterable[tuple[Field, bool]]) -> type[Schema]:
    """Schema class of (field, required) pairs, its name shown in OpenAPI."""
    return _Answers.from_dict({field.key: marshmallow_field(field, required) for field, required in of}, name=name)
