"""What a role may do to a case as a whole: take it back for the applicant, return it to them, add a document."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine.cases import add_document, return_for_completion, withdraw
from engine.dossier import CaseView, case_view
from engine.errors import Invalid, NotFound, Stale
from web.case import case
from web.case.identity import identity
from web.case.papers import OTHER, requirements
from web.posting import back_to, new_key, posted_int, posted_key
from web.security import needs, office, person


@case.get("/permohonan/<int:case_id>/tarik")
@needs("case.withdraw")
def withdraw_ask(case_id: int) -> Any:
    """What a withdrawal means, before it is done: it cannot be undone."""
    view = case_view(office(), person(), case_id)
    return _ask("case/withdraw.html", view)


@case.post("/permohonan/<int:case_id>/tarik")
@needs("case.withdraw")
def withdraw_do(case_id: int) -> Any:
    """Withdraw, with the applicant's reason."""
    reason = request.form.get("reason", "")
    try:
        done = withdraw(office(), case_id, reason, expected=posted_int("versi"), by=person(), key=posted_key())
    except Invalid as refused:
        view = case_view(office(), person(), case_id)
        return _ask("case/withdraw.html", view, errors=refused.fields, typed=reason, status=422)
    except Stale as refused:
        view = case_view(office(), person(), case_id)
        return _ask("case/withdraw.html", view, errors={"": [refused.detail]}, typed=reason, status=409)
    waiting = "; ".join(name for _, name, _, _ in done.opened)
    text = gettext("Permohonan ditarik dan ditutup.")
    if waiting:
        text = gettext("Penarikan dicatat. Berikutnya: %(langkah)s.", langkah=waiting)
    flash(text, "success")
    return redirect(url_for("case.case", case_id=case_id), 303)


@case.get("/permohonan/<int:case_id>/kembalikan/<int:task_id>")
@needs("case.return")
def return_ask(case_id: int, task_id: int) -> Any:
    """What the applicant must complete, and what happens to the clock meanwhile."""
    view = case_view(office(), person(), case_id)
    return _ask("case/return.html", view, task=_task(view, task_id))


@case.post("/permohonan/<int:case_id>/kembalikan/<int:task_id>")
@needs("case.return")
def return_do(case_id: int, task_id: int) -> Any:
    """Send the case back to its applicant."""
    missing = request.form.get("kekurangan", "")
    view = case_view(office(), person(), case_id)
    task = _task(view, task_id)
    try:
        done = return_for_completion(
            office(), task_id, missing, expected=posted_int("versi"), by=person(), key=posted_key()
        )
    except Invalid as refused:
        return _ask("case/return.html", view, task=task, errors=refused.fields, typed=missing, status=422)
    except Stale as refused:
        fresh = case_view(office(), person(), case_id)
        return _ask("case/return.html", fresh, task=task, errors={"": [refused.detail]}, typed=missing, status=409)
    steps = "; ".join(name for _, name, _, _ in done.opened)
    flash(gettext("Dikembalikan kepada pemohon. Berikutnya: %(langkah)s.", langkah=steps), "success")
    return redirect(url_for("case.case", case_id=case_id), 303)


@case.post("/permohonan/<int:case_id>/berkas")
@needs("document.add")
def add_file(case_id: int) -> Any:
    """Put a file into the dossier; back to the page that it was sent from."""
    view = case_view(office(), person(), case_id)
    target = redirect(back_to(url_for("case.papers", case_id=case_id)), 303)
    file = request.files.get("berkas")
    if file is None or not file.filename:
        flash(gettext("Pilih berkas lebih dahulu."), "error")
        return target
    known = requirements(view)
    kind = request.form.get("jenis", "")
    kind = kind if kind in known else OTHER
    title = known.get(kind) or " ".join(request.form.get("judul", "").split())[:200] or gettext("Berkas lain")
    try:
        stored = office().documents.put(file.read(), name=file.filename)
        add_document(office(), case_id, kind, title, file.filename, stored, by=person(), key=posted_key())
    except Invalid as refused:
        flash(f"{file.filename}: {refused.detail}", "error")
        return target
    flash(gettext("Berkas “%(nama)s” tersimpan sebagai %(jenis)s.", nama=file.filename, jenis=title), "success")
    return target


def _task(view: CaseView, task_id: int) -> Any:
    for row in view.tasks:
        if row.id == task_id:
            return row
    raise NotFound()


def _ask(
    template: str,
    view: CaseView,
    errors: dict[str, list[str]] | None = None,
    typed: str = "",
    status: int = 200,
    **more: Any,
) -> Any:
    page = render_template(
        template,
        view=view,
        case=view.case,
        identity=identity(view, url_for("case.case", case_id=view.case.id)),
        errors=errors or {},
        typed=typed,
        key=new_key(),
        **more,
    )
    return page, status
