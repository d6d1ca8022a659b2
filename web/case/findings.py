"""What the steps of a case answered, in words: for the case's page, and as the ground of the step that comes next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from engine.dossier import CaseView
from engine.errors import NotFound
from engine.forms import Form
from engine.minutes import SIGN_FORM
from web.case import words
from web.forms import Row, answered


def findings(view: CaseView, without_task: int | None = None) -> list[dict[str, Any]]:
    """Answers of the steps, the newest first: {step, form, who, at, rows}; those of one task left out."""
    names = {row.id: step_name(row) for row in view.tasks}
    files = file_names(view)
    found = []
    for row in reversed(view.answers):
        if row.task_id == without_task and without_task is not None:
            continue
        try:
            form = view.version.form(row.form)
        except NotFound:  # answered under a version that had this form; the answers stay in the history
            continue
        step = names.get(row.task_id, form.title)
        rows = answer_rows(form, row.data, files)
        found.append({"step": step, "form": row.form, "who": row.person, "at": row.at, "rows": rows})
    return found


def step_name(task: Any) -> str:
    """The step, and for whom where several agencies do it side by side."""
    return f"{task.name} ({words.agency(task.agency)})" if task.form == SIGN_FORM and task.agency else str(task.name)


def answer_rows(form: Form, data: Mapping[str, Any], files: Mapping[str, str]) -> list[Row]:
    """Rows of one form's answers; its checklist as two lines, what is there and what is not."""
    items = {field.key: field.label for field in form.fields if field.requirement}
    rows = list(answered(form, {key: value for key, value in data.items() if key not in items}, files))
    for label, ticked in ((gettext("Diserahkan"), True), (gettext("Belum diserahkan"), False)):
        lines = [text for key, text in items.items() if key in data and bool(data[key]) is ticked]
        if lines:
            rows.append(Row(label=label, value="; ".join(lines)))
    return rows


def file_names(view: CaseView) -> dict[str, str]:
    """Names of the case's stored files by their reference."""
    return {row.sha256: row.file_name for row in view.documents}
