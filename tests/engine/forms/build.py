"""Small form-js schemas for the tests of this folder."""

from __future__ import annotations

import json
from typing import Any

from engine.forms import Form, compile_form


def component(kind: str, key: str, **more: Any) -> dict[str, Any]:
    """One component; its id is `Isian_<key>`."""
    return {"type": kind, "id": f"Isian_{key}", "key": key, "label": key.capitalize(), **more}


def choice(kind: str, key: str, *values: str, **more: Any) -> dict[str, Any]:
    """A radio, select or checklist."""
    return component(kind, key, values=[{"value": value, "label": value.upper()} for value in values], **more)


def source(*components: dict[str, Any]) -> bytes:
    """The bytes of a form."""
    return json.dumps({"type": "default", "id": "uji", "schemaVersion": 18, "components": list(components)}).encode()


def form(*components: dict[str, Any]) -> Form:
    """A compiled form, key `uji/contoh`."""
    return compile_form(source(*components), "uji/contoh")


def required(**more: Any) -> dict[str, Any]:
    """`validate` of a required component."""
    return {"required": True, **more}


def hide(source: str) -> dict[str, Any]:
    """`conditional` of a component."""
    return {"hide": f"={source}"}
