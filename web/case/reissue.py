"""Corrections and duplicates of the letters of a case: asked for, approved, turned down."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine.dossier import CaseView, case_view
from engine.errors import Invalid, NotAllowed, NotFound, Taken
from engine.insight.letters import CaseLetters, case_letters
from engine.reissue import ask, issue, refuse
from engine.services.registry import ServiceError
from web.case import case, words
from web.case.identity import identity
from web.posting import new_key, posted_key
from web.security import needs, office, person


@case.get("/permohonan/<int:case_id>/surat/<int:letter_id>/<edition>")
@needs("letter.reissue")
def reissue_ask(case_id: int, letter_id: int, edition: str) -> Any:
    """What a correction or a duplicate asks for."""
    view, found = _case(case_id)
    return _ask(view, found, _letter(found, letter_id), edition, {}, 200)


@case.post("/permohonan/<int:case_id>/surat/<int:letter_id>/<edition>")
@needs("letter.reissue")
def reissue_do(case_id: int, letter_id: int, edition: str) -> Any:
    """Put the request before who signs."""
    view, found = _case(case_id)
    letter = _letter(found, letter_id)
    given = {name: request.form.get(f"isi-{name}", "") for name, *_ in found.fields}
    changes = {name: text for name, _, value, _ in found.fields if (text := given[name]) != _shown(value)}
    try:
        ask(
            office(),
            letter_id,
            edition,
            request.form.get("alasan", ""),
            request.form.get("polisi", ""),
            changes if edition == "perbaikan" else None,
            by=person(),
            key=posted_key(),
        )
    except Invalid as refused:
        return _ask(view, found, letter, edition, refused.fields, 422)
    except Taken as taken:
        flash(taken.detail, "warning")
        return redirect(url_for("case.records", case_id=case_id), 303)
    flash(gettext("Permintaan dicatat; menunggu persetujuan pejabat penanda tangan."), "success")
    return redirect(url_for("case.records", case_id=case_id), 303)


@case.post("/permohonan/<int:case_id>/permintaan/<int:request_id>")
@needs("letter.approve")
def reissue_decide(case_id: int, request_id: int) -> Any:
    """Approve and sign, or turn down with a reason; the button says which."""
    _, found = _case(case_id)
    if request_id not in {row.id for row in found.requests}:
        raise NotFound()
    back = redirect(url_for("case.records", case_id=case_id), 303)
    try:
        if request.form.get("putusan") == "setuju":
            issue(office(), request_id, by=person(), key=posted_key())
            flash(gettext("Surat ditandatangani dan diterbitkan."), "success")
        else:
            refuse(office(), request_id, request.form.get("sebab", ""), by=person(), key=posted_key())
            flash(gettext("Permintaan ditolak."), "success")
    except Invalid as refused:
        flash(" ".join(message for messages in refused.fields.values() for message in messages), "error")
    except (Taken, NotAllowed) as refused:
        flash(refused.detail, "warning")
    except ServiceError as error:  # the key, not the person: the request stays approved and may be tried again
        flash(gettext("Belum terbit: %(sebab)s", sebab=str(error)), "error")
    return back


def _case(case_id: int) -> tuple[CaseView, CaseLetters]:
    view = case_view(office(), person(), case_id)
    return view, case_letters(office(), view)


def _letter(found: CaseLetters, letter_id: int) -> Any:
    for row in found.rows:
        if row.id == letter_id:
            return row
    raise NotFound()


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def _ask(
    view: CaseView, found: CaseLetters, letter: Any, edition: str, errors: dict[str, list[str]], status: int
) -> Any:
    if edition not in found.editions[letter.id]:
        raise NotFound()
    fields = [
        {
            "name": name,
            "label": label,
            "value": request.form.get(f"isi-{name}", _shown(value)),
            "errors": errors.get(name),
        }
        for name, label, value, _ in found.fields
    ]
    page = render_template(
        "case/reissue.html",
        view=view,
        case=view.case,
        identity=identity(view, url_for("case.case", case_id=view.case.id)),
        letter=letter,
        edition=edition,
        fields=fields,
        errors=errors,
        typed=request.form,
        words=words,
        key=new_key(),
    )
    return page, status
