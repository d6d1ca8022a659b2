"""Somebody was faster, or the case moved on: said calmly, with what one had typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template, url_for

from engine.dossier import TaskView
from engine.errors import Gone, NotAllowed, Refused, Taken
from web.case.findings import answer_rows, file_names
from web.case.identity import identity


def refused_page(view: TaskView, refused: Refused, typed: Mapping[str, Any] | None = None) -> Any:
    """The page of a task that cannot be done any more, or not by this person. typed: what was sent and is kept as the
    person's draft."""
    held = isinstance(refused, Taken) and view.task.state == "open"
    kept = typed if typed is not None else view.values if view.draft_at else None
    return (
        render_template(
            "inbox/refused.html",
            view=view,
            identity=identity(view.view, url_for("case.case", case_id=view.view.case.id)),
            detail=refused.detail,
            gone=isinstance(refused, Gone),
            denied=isinstance(refused, NotAllowed),
            held=held,
            by=refused.extra.get("by"),
            at=refused.extra.get("at"),
            rows=answer_rows(view.form, kept, file_names(view.view)) if view.form and kept else [],
        ),
        refused.status,
    )
