"""Repairs that wait for a second person: the list, one of them as the case stands now, consent and refusal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine.dossier import case_view
from engine.errors import Gone, Invalid, NotFound, Refused, Stale
from engine.repair import Preview, consent, preview, proposal, proposals, refuse
from web.case.identity import identity
from web.posting import new_key, posted_int, posted_key
from web.repairs import repairs, words
from web.security import needs, office, person


@repairs.get("/perbaikan")
@needs("case.repair")
def waiting() -> Any:
    """All that wait, the oldest first."""
    return render_template("repairs/list.html", found=proposals(office(), person()), words=words)


@repairs.get("/perbaikan/<int:proposal_id>")
@needs("case.repair")
def one(proposal_id: int) -> Any:
    """One proposal: who, why, and what it would do now."""
    return _shown(proposal_id, {})


@repairs.post("/perbaikan/<int:proposal_id>/setuju")
@needs("case.repair")
def agree(proposal_id: int) -> Any:
    """Consent: the repair is carried out."""
    try:
        done = consent(office(), proposal_id, expected=posted_int("versi"), by=person(), key=posted_key())
    except Stale:
        return _shown(proposal_id, {"": [gettext("Keadaan sudah berubah: periksa lagi akibatnya.")]}, 409)
    except (Gone, Invalid, NotFound) as refused:
        return _shown(proposal_id, {"": [_said(refused)]}, refused.status)
    flash(gettext("Disetujui dan dijalankan."), "success")
    return redirect(url_for("case.case", case_id=done.case_id), 303)


@repairs.post("/perbaikan/<int:proposal_id>/tolak")
@needs("case.repair")
def disagree(proposal_id: int) -> Any:
    """Refuse it, or take one's own back."""
    try:
        refuse(office(), proposal_id, request.form.get("sebab", ""), by=person(), key=posted_key())
    except Invalid as refused:
        return _shown(proposal_id, {"sebab": [_said(refused)]}, 422)
    except Gone as refused:
        return _shown(proposal_id, {"": [refused.detail]}, 410)
    flash(gettext("Usulan ditutup; permohonan tidak diubah."), "success")
    return redirect(url_for("repairs.waiting"), 303)


def _shown(proposal_id: int, errors: Mapping[str, list[str]], status: int = 200) -> Any:
    found = proposal(office(), person(), proposal_id)
    view = case_view(office(), person(), found.case_id)
    seen: Preview | None = None
    trouble = ""
    if found.state == "menunggu":
        try:
            seen = preview(office(), person(), found.case_id, found.deed, found.args)
        except Refused as refused:
            trouble = _said(refused)
    page = render_template(
        "repairs/one.html",
        found=found,
        title=words.deed(found.deed),
        view=view,
        case=view.case,
        identity=identity(view, url_for("case.case", case_id=found.case_id)),
        blocks=words.consequences(seen, view, found.args) if seen else [],
        why=words.why(seen.consent) if seen and seen.consent else "",
        trouble=trouble,
        errors=errors,
        typed=request.form.get("sebab", ""),
        key=new_key(),
        words=words,
    )
    return page, status


def _said(refused: Refused) -> str:
    if isinstance(refused, Invalid):
        return " ".join(message for messages in refused.fields.values() for message in messages)
    return refused.detail
