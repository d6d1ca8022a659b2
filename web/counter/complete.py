"""The applicant brings what was missing: before the resi and while the SOP waits for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine.cases import resume
from engine.dossier import TaskView, save_draft, task_view
from engine.errors import Gone, Invalid, Stale, Taken
from engine.insight.counter import at_counter
from web.case.identity import identity
from web.counter import counter
from web.counter.waiting import drawn_form, waiting_task
from web.forms import parse_request_form
from web.inbox.refused import refused_page
from web.inbox.task import happens_next
from web.inbox.uploads import keep_files
from web.posting import new_key, posted_key
from web.security import needs, office, person

BROUGHT = "yang_dilengkapi"  # the field that repeats the list of what was missing


@counter.get("/loket/lengkapi/<int:case_id>", endpoint="complete")
@needs("case.open")
def bring(case_id: int) -> Any:
    """What was missing, and a form for what is brought."""
    view = _view(case_id)
    missing = list(view.view.case.facts.get("kurang") or [])
    values = view.values or (
        {BROUGHT: "\n".join(missing)} if missing and view.form and BROUGHT in view.form.by_key else {}
    )
    return _page(view, values or None, None)


@counter.post("/loket/lengkapi/<int:case_id>")
@needs("case.open")
def take(case_id: int) -> Any:
    """Done: the case goes on where it stood."""
    key = posted_key()
    try:
        view = _view(case_id)
    except Gone:
        held = at_counter(office(), [case_id]).get(case_id)
        if held is not None and held.need == "register":  # a second press: the case is back at its form already
            return redirect(url_for("counter.form", case_id=case_id), 303)
        raise
    typed: dict[str, Any] = parse_request_form(view.form, request.form) if view.form else {}
    typed, errors, _ = keep_files(view, typed, key)
    try:
        if errors:
            raise Invalid(errors)
        done = resume(office(), case_id, typed, by=person(), key=key)
    except Invalid as wrong:
        save_draft(office(), person(), view.task.id, typed)
        return _page(_view(case_id), typed, wrong.fields), 422
    except (Taken, Gone, Stale) as refused:
        return refused_page(task_view(office(), person(), view.task.id), refused, typed)
    if not done.resi:
        flash(gettext("Kelengkapan dicatat. Periksa formulirnya, lalu beri resi."), "success")
        return redirect(url_for("counter.form", case_id=case_id), 303)
    flash(f"{gettext('Kelengkapan dicatat.')} {happens_next(done)}", "success")
    return redirect(url_for("counter.desk"), 303)


def _view(case_id: int) -> TaskView:
    return waiting_task(case_id, "complete", gettext("Permohonan ini tidak sedang menunggu pemohon."))


def _page(view: TaskView, values: Mapping[str, Any] | None, errors: Mapping[str, Sequence[str]] | None) -> Any:
    return render_template(
        "counter/complete.html",
        view=view,
        case=view.view.case,
        identity=identity(view.view),
        missing=list(view.view.case.facts.get("kurang") or []),
        form=drawn_form(view, values, errors),
        key=new_key(),
    )
