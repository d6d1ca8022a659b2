"""What the Camat sign instead of the Kepala Badan."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine.delegations import add_delegation, all_delegations, withdraw_delegation
from engine.errors import Gone, Invalid, NotFound
from engine.insight.catalogue import variants_of
from web.calendar import calendar
from web.calendar.frame import dates, tabs
from web.posting import new_key, posted_key
from web.security import needs, office, person

FIELDS = ("what", "first", "last", "decree")


@calendar.get("/pendelegasian", endpoint="delegated")
@needs("absence.view")
def delegated() -> Any:
    """Every delegation, those in force first."""
    return _page({}, {})


@calendar.post("/pendelegasian", endpoint="delegated_add")
@needs("absence.edit")
def add() -> Any:
    """Delegate a type or one of its variants."""
    typed = {name: request.form.get(name, "").strip()[:600] for name in FIELDS}
    code, _, variant = typed["what"].partition(":")
    try:
        if not code:
            raise Invalid({"what": [gettext("Pilih jenis izinnya.")]})
        add_delegation(
            office(),
            code,
            variant or None,
            typed["first"],
            typed["last"] or None,
            typed["decree"],
            by=person(),
            key=posted_key(),
        )
    except Invalid as wrong:
        return _page(typed, dict(wrong.fields)), 422
    except NotFound as missing:
        return _page(typed, {"what": [missing.detail]}), 422
    flash(
        gettext("Pendelegasian dicatat. Langkah tanda tangan yang dicapai mulai tanggal itu menjadi milik Camat."),
        "success",
    )
    return redirect(url_for("calendar.delegated"), 303)


@calendar.post("/pendelegasian/<int:delegation_id>/cabut", endpoint="delegated_withdraw")
@needs("absence.edit")
def withdraw(delegation_id: int) -> Any:
    """End it."""
    try:
        withdraw_delegation(office(), delegation_id, by=person())
    except Gone as gone:
        flash(gone.detail, "information")
    else:
        flash(gettext("Pendelegasian dicabut."), "success")
    return redirect(url_for("calendar.delegated"), 303)


def _page(typed: dict[str, str], errors: dict[str, list[str]]) -> Any:
    found = sorted(all_delegations(office()), key=lambda one: (not one.active, -one.id))
    names = variants_of(office())
    return render_template(
        "calendar/delegations.html",
        tabs=tabs("pendelegasian"),
        entries=found,
        options=[(value, text) for value, text in names.items()],
        name=lambda one: names.get(f"{one.code}:{one.variant}" if one.variant else one.code, one.code),
        dates=dates,
        typed=typed,
        errors=errors,
        key=new_key(),
        may_edit=person().may("absence.edit"),
    )
