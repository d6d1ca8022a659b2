"""Drafts: what somebody types is kept on the server, theirs alone."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, redirect, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf

from engine.dossier import drop_draft, save_draft, task_view
from engine.errors import Invalid
from web.forms import parse_request_form
from web.inbox import inbox
from web.inbox.uploads import keep_files
from web.kit import ZONE
from web.posting import posted_key
from web.security import needs, office, person, signed_in


@inbox.post("/tugas/<int:task_id>/konsep")
@needs("task.complete")
def save(task_id: int) -> Any:
    """Keep the form as it stands. JSON for the script ({text}), a redirect for the button."""
    view = task_view(office(), person(), task_id)
    if view.form is None:
        raise Invalid({"": [gettext("Langkah ini tidak mempunyai formulir.")]})
    typed = parse_request_form(view.form, request.form)
    errors: dict[str, list[str]] = {}
    if view.task.state == "open":
        typed, errors, _ = keep_files(view, typed, posted_key())
    at = save_draft(office(), person(), task_id, typed)
    words = gettext("Konsep tersimpan %(jam)s", jam=f"{at.astimezone(ZONE):%H.%M}")
    if request.accept_mimetypes.best == "application/json":
        return jsonify(text=words)
    flash(gettext("%(konsep)s. Tugasnya belum diselesaikan.", konsep=words), "success")
    for messages in errors.values():
        flash(" ".join(messages), "error")
    return redirect(url_for("inbox.task", task_id=task_id), 303)


@inbox.post("/tugas/<int:task_id>/konsep/buang")
@needs("task.complete")
def drop(task_id: int) -> Any:
    """Forget a draft."""
    drop_draft(office(), person(), task_id)
    flash(gettext("Konsep dibuang."), "success")
    return redirect(url_for("inbox.task", task_id=task_id), 303)


@inbox.get("/tugas/kunci")
@signed_in
def fresh_token() -> Any:
    """A form token of the present session, for a page that outlived the one it was made in."""
    return jsonify(csrf_token=generate_csrf())
