"""A new application, pages 2 and 3: its form with the requirements, and the check before the resi."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine.cases import complete
from engine.dossier import TaskView, case_view, drop_draft, example_context, save_draft, task_view
from engine.errors import Gone, Invalid, Stale, Taken
from engine.insight.counter import Need, at_counter
from web.case.findings import answer_rows, file_names
from web.case.identity import identity
from web.counter import counter
from web.forms import parse_request_form, render_form
from web.inbox.refused import refused_page
from web.inbox.task import requirement_slots
from web.inbox.uploads import keep_files
from web.posting import new_key, posted_key
from web.security import needs, office, person


@counter.get("/loket/permohonan/<int:case_id>")
@needs("case.open")
def form(case_id: int) -> Any:
    """Page 2: the form as it stands (the draft, or what was given when the case came before)."""
    return _form_page(_view(case_id, "register"))


@counter.post("/loket/permohonan/<int:case_id>")
@needs("case.open")
def keep(case_id: int) -> Any:
    """Keep what was typed, with its files; then back to the desk (`simpan`) or on to the check."""
    view = _view(case_id, "register")
    assert view.form is not None
    typed, refused, _ = keep_files(view, parse_request_form(view.form, request.form), posted_key())
    save_draft(office(), person(), view.task.id, typed)
    if request.form.get("simpan") and not refused:
        flash(gettext("Konsep tersimpan. Permohonan ini ada di daftar Belum lengkap."), "success")
        return redirect(url_for("counter.desk"), 303)
    errors: dict[str, Sequence[str]] = dict(refused)
    try:
        view.form.load(typed, example_context(view.view))
    except Invalid as wrong:
        errors = {**wrong.fields, **refused}
    if errors:
        return _form_page(_view(case_id, "register"), typed, errors), 422
    return redirect(url_for("counter.check", case_id=case_id), 303)


@counter.get("/loket/permohonan/<int:case_id>/periksa")
@needs("case.open")
def check(case_id: int) -> Any:
    """Page 3: what will be handed in, what is missing, and what happens next."""
    view = _view(case_id, "register")
    assert view.form is not None
    try:
        loaded = view.form.load(view.values, example_context(view.view))
    except Invalid:
        return redirect(url_for("counter.form", case_id=case_id), 303)
    return _check_page(view, loaded)


@counter.post("/loket/permohonan/<int:case_id>/periksa")
@needs("task.complete")
def hand_in(case_id: int) -> Any:
    """Finish the step: with everything there the resi is given, else the list of what is missing."""
    key = posted_key()
    try:
        view = _view(case_id, "register")
    except Gone:
        if case_view(office(), person(), case_id).case.resi:  # a second press: the first one gave the resi
            return redirect(url_for("counter.resi", case_id=case_id), 303)
        raise
    try:
        done = complete(office(), view.task.id, view.values, by=person(), key=key)
    except Invalid as wrong:
        return _form_page(view, view.values, wrong.fields), 422
    except (Taken, Gone, Stale) as refused:
        return refused_page(task_view(office(), person(), view.task.id), refused)
    drop_draft(office(), person(), view.task.id)
    if done.resi:
        flash(gettext("Permohonan terdaftar. Resi %(resi)s.", resi=done.resi), "success")
        return redirect(url_for("counter.resi", case_id=case_id), 303)
    flash(gettext("Kekurangan dicatat. Permohonan dapat dilanjutkan kapan saja dari daftar Belum lengkap."), "success")
    return redirect(url_for("case.missing", case_id=case_id), 303)


def _view(case_id: int, need: Need) -> TaskView:
    """The task that the counter has at this case. Raises: Gone when there is none of that kind (any more)."""
    held = at_counter(office(), [case_id]).get(case_id)
    if held is None or held.need != need:
        raise Gone(gettext("Permohonan ini tidak sedang menunggu hal itu di loket."))
    return task_view(office(), person(), held.task_id)


def _form_page(
    view: TaskView, typed: Mapping[str, Any] | None = None, errors: Mapping[str, Sequence[str]] | None = None
) -> Any:
    assert view.form is not None
    values = typed if typed is not None else view.values or None
    return render_template(
        "counter/form.html",
        view=view,
        case=view.view.case,
        identity=identity(view.view),
        form=render_form(
            view.form,
            values,
            errors,
            example_context(view.view),
            files=file_names(view.view),
            after=requirement_slots(view),
        ),
        key=new_key(),
    )


def _check_page(view: TaskView, loaded: Mapping[str, Any]) -> Any:
    assert view.form is not None
    missing = view.form.missing(loaded, example_context(view.view))
    files = file_names(view.view)
    return render_template(
        "counter/check.html",
        view=view,
        case=view.view.case,
        identity=identity(view.view),
        rows=answer_rows(view.form, dict(loaded), files),
        documents=view.view.documents,
        missing=missing,
        form_url=url_for("counter.form", case_id=view.view.case.id),
        key=new_key(),
    )
