"""A form, and the decision that ends it, as HTML. All rules stay in engine.forms; here things are only shown."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template
from markupsafe import Markup

from engine.forms import Field, Form, Group
from engine.forms.feel import Condition
from engine.forms.parts import Part
from web.forms.conditions import own, showing
from web.forms.controls import control, element_id
from web.forms.reading import reading

_TYPED = re.compile(r"(<textarea\b.*?</textarea>)", re.DOTALL)
_LINES = re.compile(r"\s*\n\s*")
Errors = Mapping[str, Sequence[str]]


def render_form(
    form: Form,
    values: Mapping[str, Any] | None = None,
    errors: Errors | None = None,
    context: Mapping[str, Any] | None = None,
    *,
    files: Mapping[str, str] | None = None,
    summary: bool = True,
    decision: bool = False,
    after: Mapping[str, Markup] | None = None,
) -> Markup:
    """The inside of a <form>: error summary, texts, groups and fields; no <form> tag, no buttons.

    values: answers as typed or as stored (None: the form's own first values). errors: Invalid.fields. context: as for
    Form.load. files: names of stored files by reference, for uploads. summary=False leaves the error summary to the
    page. decision=True draws the decision as radio buttons too; else the page draws it with `render_decision`, and a
    first, invisible button keeps the Enter key from taking a decision. after: what the page puts below a field, by key
    (shown and hidden with it).
    """
    shown = {field.key: field.default for field in form.fields} if values is None else values
    drawing = _Drawing(form, shown, errors or {}, context, files or {}, decision, after or {})
    parts = drawing.parts(form.parts)
    guarded = form.decision is not None and not decision
    found = {"parts": parts, "summary": _summary(form, errors or {}) if summary else [], "guarded": guarded}
    return _squeezed(render_template("forms/form.html", **found))


def render_decision(
    field: Field,
    next_steps: Mapping[str, str] | None = None,
    *,
    value: str | None = None,
    error: Sequence[str] = (),
) -> Markup:
    """One submit button per outcome of the decision field, each with what happens next.

    next_steps: {option value: words, e.g. "ke paraf Kabag TU, 1 hari kerja"}. value: the outcome chosen before, when
    the page is shown again for a mistake. error: messages for the field. A click is the answer: the button's name is
    the field's key.
    """
    steps = next_steps or {}
    options = [
        {"value": one.value, "label": one.label, "next": steps.get(one.value, ""), "chosen": one.value == value}
        for one in field.options
    ]
    found = {"field": field, "id": element_id(field.key), "options": options, "error": " ".join(error)}
    return _squeezed(render_template("forms/decision.html", **found))


class _Drawing:
    """What one rendering knows."""

    def __init__(
        self,
        form: Form,
        values: Mapping[str, Any],
        errors: Errors,
        context: Mapping[str, Any] | None,
        files: Mapping[str, str],
        decision: bool,
        after: Mapping[str, Markup],
    ) -> None:
        self.form = form
        self.values = values
        self.errors = errors
        self.context = context
        self.files = files
        self.decision = decision
        self.after = after

    def parts(self, parts: Sequence[Part], around: Condition | None = None) -> list[dict[str, Any]]:
        drawn = (self.part(part, around) for part in parts)
        return [part for part in drawn if part]

    def part(self, part: Part, around: Condition | None) -> dict[str, Any] | None:
        """What forms/form.html draws of one part; None for what cannot be asked on this page."""
        if isinstance(part, Field) and part.decision and not self.decision:
            return None
        found = showing(self.form, own(part.conditional, around), self.context)
        if found.never:
            return None
        frame: dict[str, Any] = {
            "hide_when": json.dumps(found.hide_when, ensure_ascii=False) if found.hide_when is not None else "",
            "words": found.words,
            "by_decision": found.by_decision,
        }
        if isinstance(part, Field):
            errors = self.errors.get(part.key, ())
            return frame | {
                "kind": "field",
                "key": part.key,
                "type": part.type,
                "after": self.after.get(part.key, ""),
                **control(part, self.values.get(part.key), errors, self.files),
            }
        if isinstance(part, Group):
            inner = self.parts(part.parts, part.conditional)
            return frame | {"kind": "group", "id": part.id, "label": part.label, "parts": inner} if inner else None
        return frame | {"kind": "text", "id": part.id, "html": reading(part.markdown)}


def _squeezed(html: str) -> Markup:
    """A template's output without the empty lines that macros leave (half of it); what people typed stays as it is."""
    pieces = _TYPED.split(html)
    pieces[::2] = [_LINES.sub("\n", piece) for piece in pieces[::2]]
    return Markup("".join(pieces))


def _summary(form: Form, errors: Errors) -> list[dict[str, Any]]:
    """The error summary's list in the order of the page, what belongs to no field last."""
    listed = [
        {"text": f"{field.label}: {' '.join(errors[field.key])}", "href": f"#{element_id(field.key)}"}
        for field in form.fields
        if errors.get(field.key)
    ]
    for key, messages in errors.items():
        if key not in form.by_key and messages:
            listed.append({"text": f"{key}: {' '.join(messages)}" if key else " ".join(messages)})
    return listed
