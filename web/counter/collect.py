"""The permit is handed over: who receives it, against which identity, and what they think of the service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine.cases import complete
from engine.dossier import TaskView, drop_draft, save_draft, task_view
from engine.errors import Gone, Invalid, Stale, Taken
from web.case.identity import identity
from web.case.papers import dossier
from web.counter import counter
from web.counter.waiting import drawn_form, waiting_task
from web.forms import parse_request_form
from web.inbox.refused import refused_page
from web.inbox.uploads import keep_files
from web.posting import new_key, posted_key
from web.security import needs, office, person


@counter.get("/loket/serahkan/<int:case_id>", endpoint="collect")
@needs("task.complete")
def ask(case_id: int) -> Any:
    """The form of the handing over."""
    view = _view(case_id)
    return _page(view, view.values or None, None)


@counter.post("/loket/serahkan/<int:case_id>")
@needs("task.complete")
def hand_over(case_id: int) -> Any:
    """Done: the case goes to the archive."""
    key = posted_key()
    view = _view(case_id)
    typed: dict[str, Any] = parse_request_form(view.form, request.form) if view.form else {}
    typed, errors, _ = keep_files(view, typed, key)
    try:
        if errors:
            raise Invalid(errors)
        complete(office(), view.task.id, typed, by=person(), key=key)
    except Invalid as wrong:
        save_draft(office(), person(), view.task.id, typed)
        return _page(_view(case_id), typed, wrong.fields), 422
    except (Taken, Gone, Stale) as refused:
        return refused_page(task_view(office(), person(), view.task.id), refused, typed)
    drop_draft(office(), person(), view.task.id)
    flash(gettext("Izin %(resi)s sudah diserahkan.", resi=view.view.case.resi or ""), "success")
    return redirect(url_for("counter.desk", daftar="ambil"), 303)


def _view(case_id: int) -> TaskView:
    return waiting_task(case_id, "collect", gettext("Izin ini belum siap diambil, atau sudah diserahkan."))


def _page(view: TaskView, values: Mapping[str, Any] | None, errors: Mapping[str, Sequence[str]] | None) -> Any:
    return render_template(
        "counter/collect.html",
        view=view,
        case=view.view.case,
        identity=identity(view.view),
        papers=dossier(view.view),
        form=drawn_form(view, values, errors),
        key=new_key(),
    )
