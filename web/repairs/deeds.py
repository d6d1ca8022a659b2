"""A repair of one case: the menu, the form, the preview, and the deed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine.dossier import CaseView, case_view, example_context
from engine.errors import Gone, Invalid, NotAllowed, NotFound, Stale
from engine.repair import (
    APPLICANT_FIELDS,
    NAMES,
    NeedsConsent,
    may_repair,
    preview,
    proposals,
    propose,
    repair,
)
from engine.repair.choices import asked, correctable, groups, places
from web.case import words as case_words
from web.case.findings import file_names
from web.case.identity import identity
from web.forms import render_form
from web.posting import new_key, posted_int, posted_key
from web.repairs import repairs, words
from web.repairs.reading import answer_row, arguments
from web.security import needs, office, person

Errors = Mapping[str, list[str]]
CASE = "/permohonan/<int:case_id>/perbaikan"


@repairs.get(CASE)
@needs("case.repair")
def menu(case_id: int) -> Any:
    """What can be repaired on this case, and what was proposed for it."""
    view = _view(case_id)
    offered = [(name, words.deed(name), words.about(name)) for name in NAMES if _applies(name, view)]
    return render_template(
        "repairs/menu.html",
        **_shared(view),
        offered=offered,
        found=proposals(office(), person(), case_id),
        words=words,
    )


@repairs.get(f"{CASE}/<deed>")
@needs("case.repair")
def form(case_id: int, deed: str) -> Any:
    """The form of one repair. Arguments: tugas, jawaban."""
    view = _view(case_id)
    if deed not in NAMES:
        raise NotFound()
    return _form(view, deed, {}, "", {})


@repairs.post(f"{CASE}/<deed>/pratinjau")
@needs("case.repair")
def look(case_id: int, deed: str) -> Any:
    """What it will do; nothing has happened yet."""
    view = _view(case_id)
    args, reason = arguments(deed, view), request.form.get("alasan", "")
    return _looked(view, deed, args, reason)


@repairs.post(f"{CASE}/<deed>")
@needs("case.repair")
def do(case_id: int, deed: str) -> Any:
    """Carry it out, or put it before a second person where one is needed."""
    view = _view(case_id)
    args, reason, key = arguments(deed, view), request.form.get("alasan", ""), posted_key()
    given = {"expected": posted_int("versi"), "by": person(), "key": key}
    asks = request.form.get("usul") == "ya"
    try:
        (propose if asks else repair)(office(), case_id, deed, args, reason, **given)
    except Invalid as refused:
        return _form(view, deed, args, reason, refused.fields, 422)
    except (Stale, NeedsConsent):
        return _looked(_view(case_id), deed, args, reason, gettext("Keadaan sudah berubah: periksa lagi akibatnya."))
    if asks:
        text = gettext("Diusulkan: %(apa)s. Orang lain yang berwenang harus menyetujuinya.", apa=words.deed(deed))
    else:
        text = gettext("Dijalankan: %(apa)s.", apa=words.deed(deed))
    flash(text, "success")
    return redirect(url_for("case.case", case_id=case_id), 303)


def _looked(view: CaseView, deed: str, args: dict[str, Any], reason: str, news: str = "") -> Any:
    errors: dict[str, list[str]] = {}
    if not reason.strip():
        errors["alasan"] = [gettext("Alasan perbaikan wajib diisi.")]
    try:
        seen = preview(office(), person(), view.case.id, deed, args)
    except Invalid as refused:
        return _form(view, deed, args, reason, {**refused.fields, **errors}, 422)
    except (Gone, NotFound) as refused:
        return _form(view, deed, args, reason, {"": [refused.detail]}, refused.status)
    if errors:
        return _form(view, deed, args, reason, errors, 422)
    return render_template(
        "repairs/preview.html",
        **_shared(view),
        deed=deed,
        title=words.deed(deed),
        reason=reason,
        seen=seen,
        why=words.why(seen.consent) if seen.consent else "",
        blocks=words.consequences(seen, view, args),
        carried=orjson.dumps(args).decode(),
        key=new_key(),
        news=news,
    )


def _form(view: CaseView, deed: str, args: Mapping[str, Any], reason: str, errors: Errors, status: int = 200) -> Any:
    page = render_template(
        "repairs/form.html",
        **_shared(view),
        deed=deed,
        title=words.deed(deed),
        about=words.about(deed),
        reason=reason,
        errors=errors,
        typed=args,
        fields=_fields(view, deed, args, errors),
        words=words,
    )
    return page, status


def _fields(view: CaseView, deed: str, args: Mapping[str, Any], errors: Errors) -> dict[str, Any]:
    """What the form of a deed offers."""
    if deed == "send_back":
        return {"places": places(office(), view)}
    if deed == "reassign":
        members = groups(office())
        people = {each.id: each for each_group in members.values() for each in each_group}
        offered = [(key, case_words.group(key)) for key in members]
        return {"groups": offered, "people": sorted(people.values(), key=lambda each: each.name)}
    if deed == "applicant":
        now = {name: getattr(view.case, column) or "" for name, column in APPLICANT_FIELDS.items()}
        return {"applicant": [(name, words.field(name), args.get(name, now[name])) for name in APPLICANT_FIELDS]}
    if deed == "skip":
        ident = args.get("task") or _argument("tugas")
        task = next((row for row in view.open_tasks if row.id == ident), None)
        names = [words.asked(name, view, task.form) for name in asked(view, task)] if task is not None else []
        return {"task": task, "asked": names, "given": args.get("values") or {}}
    if deed == "answers":
        ident = args.get("answer") or _argument("jawaban")
        steps = {row.id: row.name for row in view.tasks}
        answered = [(row.id, steps.get(row.task_id, row.form), row.person, row.at) for row in correctable(view)]
        if not isinstance(ident, int):
            return {"answers": answered}
        row = answer_row(view, ident)
        values = args.get("values") or row.data
        context = example_context(view)
        drawn = render_form(view.version.form(row.form), values, errors, context, files=file_names(view), summary=False)
        return {"answers": answered, "row": row, "step": steps.get(row.task_id, row.form), "drawn": drawn}
    return {}


def _argument(name: str) -> int | None:
    text = request.args.get(name, "") or request.form.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _view(case_id: int) -> CaseView:
    view = case_view(office(), person(), case_id)
    if not may_repair(person(), view.case.bidang):
        raise NotAllowed(gettext("Perbaikan permohonan ini hanya oleh pengelola sistem dan kepala bidangnya."))
    return view


def _applies(deed: str, view: CaseView) -> bool:
    case = view.case
    stands = case.suspended_at is not None
    if not case.open or (deed == "resume") != stands and deed in ("suspend", "resume"):
        return False
    if deed == "skip":
        return not stands and bool(view.open_tasks)
    if deed == "reassign":
        return any(row.group_key != "pemohon" for row in view.open_tasks)
    if deed == "send_back":
        return not stands and any(not place.refused for place in places(office(), view))
    return deed != "answers" or bool(view.answers)


def _shared(view: CaseView) -> dict[str, Any]:
    back = url_for("case.case", case_id=view.case.id)
    return {"view": view, "case": view.case, "identity": identity(view, back)}
