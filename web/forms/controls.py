"""One field -> the macro that draws it and that macro's parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from flask_babel import gettext

from engine.forms import Field
from engine.forms.texts import day, hour, moment

# Text that fits so many letters gets a box of that width; a longer one the full width.
_WIDTHS = ((5, "govuk-input--width-5"), (10, "govuk-input--width-10"), (20, "govuk-input--width-20"))
_LONG_TEXT = 4_000  # letters from which a textarea gets more rows


def control(field: Field, value: Any, errors: Sequence[str], files: Mapping[str, str]) -> dict[str, Any]:
    """{"macro": name, "params": {...}} for forms/form.html. value: as typed or as stored; errors: its messages."""
    params: dict[str, Any] = {"name": field.key, "id": element_id(field.key), "formGroup": {}}
    if field.description:
        params["hint"] = {"text": field.description}
    if errors:
        params["errorMessage"] = {"text": " ".join(errors), "visuallyHiddenText": gettext("Kesalahan")}
    made: dict[str, Any] = _MAKERS[field.type](field, value, params)
    if field.type == "upload":
        made["kept"] = [{"value": ref, "text": files.get(ref, ref), "checked": True} for ref in _several(value)]
    return made


def element_id(key: str) -> str:
    """Id of a field's (first) control; the error summary leads there."""
    return f"isian-{key}"


def label_text(field: Field) -> str:
    """The label, with a remark where the field may stay empty."""
    may = not field.required and field.type != "checkbox"
    return gettext("%(isian)s (boleh dikosongkan)", isian=field.label) if may else field.label


def shown_value(field: Field, value: Any) -> str:
    """A stored or typed value as its control shows it."""
    if value is None or isinstance(value, list | tuple | dict):
        return ""
    if isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        return f"{value:,}".replace(",", ".") if field.money else f"{value:.12g}".replace(".", ",")
    text = str(value)
    with suppress(ValueError):
        return {"date": day, "time": hour, "datetime": moment}.get(field.type, str)(text)
    return text


def _label(field: Field) -> dict[str, Any]:
    return {"text": label_text(field), "classes": "govuk-label--s"}


def _legend(field: Field) -> dict[str, Any]:
    return {"legend": {"text": label_text(field), "classes": "govuk-fieldset__legend--s"}}


def _textfield(field: Field, value: Any, params: dict[str, Any]) -> dict[str, Any]:
    width = next((name for most, name in _WIDTHS if field.max_length <= most), "")
    params |= {"label": _label(field), "value": shown_value(field, value), "classes": width}
    if field.unit:
        params["suffix"] = {"text": field.unit}
    if field.check in ("nik", "npwp"):
        params |= {"inputmode": "numeric", "spellcheck": False, "classes": "govuk-input--width-20"}
    elif field.check in ("email", "phone"):
        kind = "email" if field.check == "email" else "tel"
        params |= {"type": kind, "spellcheck": False, "classes": "govuk-input--width-20"}
    elif field.check == "geo":
        attributes = {"data-geo": gettext("Pakai lokasi saya")}
        params |= {"spellcheck": False, "classes": "govuk-input--width-20", "attributes": attributes}
    return {"macro": "input", "params": params}


def _textarea(field: Field, value: Any, params: dict[str, Any]) -> dict[str, Any]:
    rows = 8 if field.max_length > _LONG_TEXT and field.required else 4
    params |= {"label": _label(field), "value": shown_value(field, value), "rows": rows}
    return {"macro": "textarea", "params": params}


def _number(field: Field, value: Any, params: dict[str, Any]) -> dict[str, Any]:
    params |= {"label": _label(field), "value": shown_value(field, value), "classes": "govuk-input--width-10"}
    params |= {"inputmode": "numeric" if field.decimals == 0 else "decimal", "spellcheck": False}
    if field.money:
        params["prefix"] = {"text": "Rp"}
    if field.unit:
        params["suffix"] = {"text": field.unit}
    return {"macro": "input", "params": params}


def _date(field: Field, value: Any, params: dict[str, Any]) -> dict[str, Any]:
    kind = "datetime-local" if field.type == "datetime" else field.type
    params |= {"label": _label(field), "value": shown_value(field, value), "type": kind}
    return {"macro": "input", "params": params | {"classes": "govuk-input--width-20"}}


def _select(field: Field, value: Any, params: dict[str, Any]) -> dict[str, Any]:
    empty = {"value": "", "text": gettext("Pilih …"), "selected": value in (None, "")}
    items = [{"value": one.value, "text": one.label, "selected": one.value == value} for one in field.options]
    return {"macro": "select", "params": params | {"label": _label(field), "items": [empty, *items]}}


def _radio(field: Field, value: Any, params: dict[str, Any]) -> dict[str, Any]:
    items = [{"value": one.value, "text": one.label, "checked": one.value == value} for one in field.options]
    params |= {"idPrefix": params["id"], "fieldset": _legend(field), "items": items, "classes": "govuk-radios--small"}
    return {"macro": "radios", "params": params}


def _checkbox(field: Field, value: Any, params: dict[str, Any]) -> dict[str, Any]:
    hint = params.pop("hint", {}).get("text", "")
    if field.requirement:
        word = gettext("Wajib") if field.requirement == "wajib" else gettext("Bila ada")
        hint = f"{word}. {hint}".strip()
    item: dict[str, Any] = {"value": "on", "text": field.label, "checked": value in (True, "on", "true", "ya", "1")}
    if hint:
        item["hint"] = {"text": hint}
    params |= {"idPrefix": params["id"], "items": [item], "classes": "govuk-checkboxes--small"}
    return {"macro": "checkboxes", "params": params}


def _checklist(field: Field, value: Any, params: dict[str, Any]) -> dict[str, Any]:
    ticked = _several(value)
    items = [{"value": one.value, "text": one.label, "checked": one.value in ticked} for one in field.options]
    params |= {"idPrefix": params["id"], "fieldset": _legend(field), "items": items}
    return {"macro": "checkboxes", "params": params | {"classes": "govuk-checkboxes--small"}}


def _upload(field: Field, value: Any, params: dict[str, Any]) -> dict[str, Any]:
    attributes = {"accept": field.accept} if field.accept else {}
    params |= {"label": _label(field), "multiple": field.multiple, "attributes": attributes, "javascript": True}
    return {"macro": "upload", "params": params}


def _several(value: Any) -> list[str]:
    given = [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else []
    return [item for item in given if isinstance(item, str) and item]


_MAKERS = {
    "textfield": _textfield,
    "textarea": _textarea,
    "number": _number,
    "date": _date,
    "time": _date,
    "datetime": _date,
    "select": _select,
    "radio": _radio,
    "checkbox": _checkbox,
    "checklist": _checklist,
    "upload": _upload,
}
