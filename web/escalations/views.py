"""The list of a superior, and the form in which they answer."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine.dossier import case_view
from engine.errors import Gone, Invalid, NotAllowed
from engine.escalations import (
    acknowledge,
    may_answer,
    reasons,
    record_breach_reason,
    reported,
    waiting,
    waiting_count,
)
from web.case import words
from web.case.identity import identity
from web.escalations import escalations
from web.escalations.words import causes
from web.posting import new_key, posted_key
from web.security import needs, office, person


@escalations.get("/eskalasi", endpoint="waiting")
@needs("escalation.view")
def waiting_page() -> Any:
    """Cases reported and not answered for, the longest past their promise first."""
    found = waiting(office(), person())
    return render_template(
        "escalations/list.html",
        entries=found,
        total=waiting_count(office(), person()),
        group=words.group,
        may_case=person().may("case.view"),
        answerable={entry.case_id for entry in found if may_answer(person(), entry)},
    )


@escalations.get("/eskalasi/<int:case_id>", endpoint="answer")
@needs("case.breach")
def ask(case_id: int) -> Any:
    """The form: why it is late, or what is done about it."""
    return _form(case_id, {})


@escalations.post("/eskalasi/<int:case_id>", endpoint="record")
@needs("case.breach")
def record(case_id: int) -> Any:
    """Write the answer down."""
    late = case_view(office(), person(), case_id).case.late
    said = request.form.get("words", "")
    try:
        if late:
            cause = request.form.get("cause", "")
            record_breach_reason(office(), case_id, cause, said, by=person(), key=posted_key())
        else:
            acknowledge(office(), case_id, said, by=person(), key=posted_key())
    except Invalid as wrong:
        return _form(case_id, dict(wrong.fields)), 422
    except Gone as gone:
        flash(gone.detail, "information")
        return redirect(url_for("escalations.waiting"), 303)
    flash(gettext("Sebab keterlambatan dicatat.") if late else gettext("Laporan dijawab."), "success")
    return redirect(url_for("escalations.waiting"), 303)


def _form(case_id: int, errors: dict[str, list[str]]) -> Any:
    view = case_view(office(), person(), case_id)
    if not may_answer(person(), view.case):
        raise NotAllowed(gettext("Laporan keterlambatan dijawab oleh Kepala Bidangnya atau Kepala Badan."))
    return render_template(
        "escalations/answer.html",
        view=view,
        case=view.case,
        identity=identity(view),
        causes=causes(),
        reasons=reasons(office(), case_id),
        said=reported(office(), case_id),
        typed=request.form,
        errors=errors,
        key=new_key(),
    )
