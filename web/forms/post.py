"""What a browser posts -> answers for Form.load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from engine.forms import Field, Form

_LISTS = ("checklist", "upload")


def parse_request_form(form: Form, posted: MultiDict[str, str]) -> dict[str, Any]:
    """Answers of the form's own fields from `request.form`; everything else there (CSRF token, buttons) is left out.

    A text, a list for checklists and uploads (references of files already stored: add those just stored yourself), True
    for a ticked box. Nothing is checked here: that is Form.load's affair. A field of one answer that was sent twice is
    handed on as the list it came as, so that load refuses it.
    """
    answers: dict[str, Any] = {}
    for field in form.fields:
        values = posted.getlist(field.key)
        if field.type in _LISTS:
            answers[field.key] = [value for value in values if value]
        elif field.type == "checkbox":
            answers[field.key] = bool(values)
        elif values:
            answers[field.key] = values[0] if len(values) == 1 else values
    return answers


def upload_slots(form: Form, answers: Mapping[str, Any], context: Mapping[str, Any] | None = None) -> tuple[Field, ...]:
    """The upload fields that these answers show: the only ones whose files are worth storing."""
    visible = form.visible(answers, context)
    return tuple(field for field in form.fields if field.type == "upload" and field.key in visible)
