"""A form told to programs: its fields, and a JSON Schema made from the marshmallow class that judges its answers."""

from __future__ import annotations

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from engine.definitions import Version
from engine.forms import Field, Form

OPENAPI = "3.1.0"
_plugin = MarshmallowPlugin(schema_name_resolver=lambda schema: "")
APISpec("forms", "1", OPENAPI, plugins=[_plugin])
_known: dict[tuple[str, str], dict[str, Any]] = {}  # versions never change, so neither does what is told of them


def describe(version: Version, key: str) -> dict[str, Any]:
    """A form of a version: key, title, fields in order, decision (field key or None), schema. Raises NotFound."""
    form = version.form(key)
    place = (version.hash, form.key)
    if place not in _known:
        _known[place] = _description(form)
    return _known[place]


def _description(form: Form) -> dict[str, Any]:
    return {
        "key": form.key,
        "title": form.title,
        "decision": form.decision.key if form.decision else None,
        "fields": [_field(field) for field in form.fields],
        "schema": _plugin.converter.schema2jsonschema(form.schema()),  # type: ignore[union-attr]
    }


def _field(field: Field) -> dict[str, Any]:
    told: dict[str, Any] = {
        "key": field.key,
        "label": field.label,
        "type": field.type,
        "required": field.required,
        "description": field.description,
        "options": [{"value": option.value, "label": option.label} for option in field.options],
        "hidden_when": field.conditional.source if field.conditional else None,
        "min": field.min,
        "max": field.max,
        "max_length": field.max_length,
        "pattern": field.pattern,
        "check": field.check,
        "unit": field.unit,
        "money": field.money,
        "multiple": field.multiple,
        "default": field.default,
        "requirement": field.requirement,
    }
    return {name: value for name, value in told.items() if value not in (None, "", [], False) or name == "required"}
