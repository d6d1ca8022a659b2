"""One task: the step's form, what earlier steps found, and the case around it; and finishing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from markupsafe import Markup

from engine.cases import complete
from engine.dossier import TaskView, case_view, drop_draft, example_context, save_draft, task_view
from engine.errors import Gone, Invalid, NotAllowed, Refused, Stale, Taken
from engine.payments import asked
from engine.payments.words import PAYMENT_FORM
from engine.unit import Done
from web.case import words
from web.case.findings import answer_rows, file_names, findings
from web.case.history import timeline, told
from web.case.identity import identity
from web.case.papers import dossier, kinds_of
from web.forms import parse_request_form, render_decision, render_form
from web.inbox import inbox
from web.inbox.deeds import next_redirect
from web.inbox.ground import ground
from web.inbox.refused import refused_page
from web.inbox.uploads import SLOT, keep_files
from web.posting import new_key, posted_int, posted_key
from web.security import needs, office, person

LATELY = 8  # lines of the timeline beside the form; the rest is on the case's page


@inbox.get("/tugas/<int:task_id>")
@needs("task.view")
def task(task_id: int) -> Any:
    """One task, to work on or to read."""
    view = task_view(office(), person(), task_id)
    if view.task.state == "cancelled":
        return refused_page(
            view, Gone(gettext("Langkah ini tidak ditunggu lagi: permohonannya berlanjut di langkah lain."))
        )
    return shown(view)


@inbox.post("/tugas/<int:task_id>")
@needs("task.complete")
def finish(task_id: int) -> Any:
    """Finish the task with what was typed; nothing typed is ever lost."""
    view = task_view(office(), person(), task_id)
    key = posted_key()
    session["lanjut"] = bool(request.form.get("lanjut"))
    typed: dict[str, Any] = {}
    try:
        if not view.may_work and view.task.state == "open":
            whose = words.group(view.task.group_key)
            said = gettext("Tugas ini milik %(siapa)s; Anda tidak berwenang mengerjakannya.", siapa=whose)
            return refused_page(view, NotAllowed(said))
        expected = posted_int("versi")
        if view.form is not None:
            typed = parse_request_form(view.form, request.form)
            if view.task.state == "open":
                typed, errors, version = keep_files(view, typed, key)
                # Files that came along moved the case on themselves; whatever else moved it is still noticed.
                if version is not None and expected == view.view.case.version:
                    expected = version
                if errors:
                    raise Invalid(errors)
        done = complete(office(), task_id, typed, expected=expected, by=person(), key=key)
    except Invalid as refused:
        return _again(task_id, typed, refused.fields)
    except (Taken, Gone, Stale) as refused:
        return _moved_on(task_id, typed, refused)
    return _after(view, done, key)


def shown(
    view: TaskView,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, Sequence[str]] | None = None,
    status: int = 200,
    changes: Sequence[str] = (),
) -> Any:
    """The page. typed: what stands in the form (else the draft). changes: what happened to the case meanwhile."""
    row, case, who = view.task, view.view.case, person()
    works = view.may_work and row.holder_id in (None, *who.hands)
    values = typed if typed is not None else view.values or None
    form = view.form
    drawn = Markup("")
    decision = Markup("")
    if works and form is not None:
        slots = requirement_slots(view)
        drawn = render_form(form, values, errors, example_context(view.view), files=file_names(view.view), after=slots)
        if form.decision is not None:
            wrong = (errors or {}).get(form.decision.key, ())
            before = (values or {}).get(form.decision.key)
            decision = render_decision(form.decision, view.next_steps, value=before, error=wrong)
    alone = len(view.view.open_tasks) == 1
    basis = ground(view)
    page = render_template(
        "inbox/task.html",
        view=view,
        case=case,
        row=row,
        works=works,
        mine=row.holder_id == who.id,
        form=drawn,
        decision=decision,
        next_steps=_finishing(view),
        own_answers=_own(view),
        finisher=_finisher(view),
        bill=asked(office(), view.view) if works and row.form == PAYMENT_FORM else None,
        found=[one for one in findings(view.view, row.id) if one["rows"] and one["form"] not in basis["shown"]],
        basis=basis,
        identity=identity(view.view, url_for("case.case", case_id=case.id)),
        left=office().working_time.between(office().now(), row.due_at) if row.due_at else None,
        events=timeline(view.view.events)[:LATELY],
        papers=dossier(view.view),
        kinds=kinds_of(view.view),
        group=words.group(row.group_key),
        # Where several work side by side, what the others do is no reason to look again.
        version=case.version if alone else None,
        key=new_key(),
        changes=changes,
        go_on=session.get("lanjut", False),
        may_add=who.may("document.add") and case.open,
    )
    return page, status


def _again(task_id: int, typed: dict[str, Any], fields: Mapping[str, Sequence[str]]) -> Any:
    """The same page with a message at each field; what was typed is kept as the draft too."""
    save_draft(office(), person(), task_id, typed)
    return shown(task_view(office(), person(), task_id), typed, fields, 422)


def _moved_on(task_id: int, typed: dict[str, Any], refused: Refused) -> Any:
    """Somebody else was here. Done by oneself (a second press): as if it had gone well."""
    fresh = task_view(office(), person(), task_id)
    if fresh.task.state == "done" and fresh.task.closed_by == person().id:
        flash(gettext("“%(langkah)s” sudah Anda selesaikan.", langkah=fresh.task.name), "success")
        return redirect(url_for("inbox.tasks"), 303)
    if typed:
        save_draft(office(), person(), task_id, typed)
    if isinstance(refused, Stale):
        refused = _plainer(fresh, refused)
    if isinstance(refused, Stale):
        seen = posted_int("versi_riwayat") or 0
        news = [told(row.kind, row.data).title for row in fresh.view.events if row.seq > seen]
        return shown(fresh, typed, None, 409, news or [refused.detail])
    return refused_page(fresh, refused, typed)


def _plainer(fresh: TaskView, refused: Stale) -> Refused:
    """The case moved on: where it took this very task along, that is what there is to say."""
    row = fresh.task
    if row.state == "done":
        return Taken(gettext("Tugas ini sudah diselesaikan."), by=_finisher(fresh), at=row.closed_at)
    if row.state != "open":
        return Gone(gettext("Langkah ini tidak ditunggu lagi: permohonannya berlanjut di langkah lain."))
    if row.holder_id not in (None, *person().hands):
        return Taken(gettext("Tugas ini sedang dipegang orang lain."), by=fresh.holder_name, at=row.claimed_at)
    return refused


def _finisher(view: TaskView) -> str | None:
    return next((done.person for done in view.view.tasks if done.id == view.task.id), None)


def _after(view: TaskView, done: Done, key: str) -> Any:
    """What happened, what happens next, who has it; then the list, the next task, or the list of what is missing."""
    drop_draft(office(), person(), view.task.id)
    flash(f"{gettext('“%(langkah)s” selesai.', langkah=view.task.name)} {happens_next(done)}", "success")
    if view.form is not None and view.form.has_requirements and not done.repeated:
        missing = case_view(office(), person(), done.case_id).case.facts.get("kurang")
        if missing:
            return redirect(url_for("case.missing", case_id=done.case_id), 303)
    if session.get("lanjut"):
        return next_redirect(f"{key}-lanjut")
    return redirect(url_for("inbox.tasks"), 303)


def happens_next(done: Done) -> str:
    """Where the case stands now, in a sentence."""
    if done.state in ("selesai", "ditolak", "ditarik") and not done.opened:
        return gettext("Permohonan ditutup: %(hasil)s.", hasil=words.ending(done.state))
    if not done.opened:
        return gettext("Sistem mengerjakan langkah otomatis; tugas berikutnya muncul sendiri.")
    steps = [
        gettext("%(langkah)s (%(siapa)s)", langkah=name, siapa=words.group(group)) for _, name, _, group in done.opened
    ]
    return gettext("Berikutnya: %(langkah)s.", langkah="; ".join(dict.fromkeys(steps)))


def _finishing(view: TaskView) -> list[str]:
    """What finishing leads to, where no decision is asked; a checklist leads to one thing or the other."""
    complete, lacking = view.next_steps.get("berkas_lengkap=ya"), view.next_steps.get("berkas_lengkap=tidak")
    if complete and lacking and complete != lacking:
        return [
            gettext("Bila berkas lengkap → %(langkah)s", langkah=complete),
            gettext("Bila ada yang kurang → %(langkah)s", langkah=lacking),
        ]
    return [f"→ {step}" for step in (view.next_steps.get("", ""),) if step]


def _own(view: TaskView) -> list[Any]:
    """The answers of this task, once it is done; the draft of one who was not first."""
    if view.form is None:
        return []
    given = [row.data for row in view.view.answers if row.task_id == view.task.id]
    return answer_rows(view.form, given[-1], file_names(view.view)) if given else []


def requirement_slots(view: TaskView) -> dict[str, Markup]:
    """Below each requirement: the files that are there for it, and a place for one more."""
    assert view.form is not None
    if not person().may("document.add"):
        return {}
    there: dict[str, list[Any]] = {}
    for row in view.view.documents:
        there.setdefault(row.kind, []).append(row)
    return {
        field.key: Markup(
            render_template("inbox/_slot.html", name=SLOT + field.key, field=field, documents=there.get(field.key, []))
        )
        for field in view.form.fields
        if field.requirement
    }
