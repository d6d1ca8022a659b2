"""Who is absent, and who does their work."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine.absences import absences_from, add_absence, withdraw_absence
from engine.errors import Gone, Invalid, NotFound
from engine.insight.staff import staff
from engine.insight.today import local_today
from web.calendar import calendar, words
from web.calendar.frame import dates, tabs
from web.posting import new_key, posted_int, posted_key
from web.security import needs, office, person

FIELDS = ("person", "first", "last", "kind", "substitute", "decree")


@calendar.get("/ketidakhadiran", endpoint="absent")
@needs("absence.view")
def absent() -> Any:
    """Today's and coming absences. Argument: sejak (ISO), for those that are over."""
    return _page({}, {})


@calendar.post("/ketidakhadiran", endpoint="absent_add")
@needs("absence.edit")
def add() -> Any:
    """Note an absence."""
    typed = {name: request.form.get(name, "").strip()[:600] for name in FIELDS}
    try:
        who = posted_int("person")
        if who is None:
            raise Invalid({"person": [gettext("Pilih siapa yang tidak hadir.")]})
        add_absence(
            office(),
            who,
            typed["first"],
            typed["last"] or typed["first"],
            typed["kind"],
            posted_int("substitute"),
            typed["decree"],
            by=person(),
            key=posted_key(),
        )
    except Invalid as wrong:
        return _page(typed, dict(wrong.fields)), 422
    except NotFound as missing:
        return _page(typed, {"person": [missing.detail]}), 422
    flash(gettext("Ketidakhadiran dicatat. Tugasnya terlihat oleh penggantinya pada tanggal itu."), "success")
    return redirect(url_for("calendar.absent"), 303)


@calendar.post("/ketidakhadiran/<int:absence_id>/cabut", endpoint="absent_withdraw")
@needs("absence.edit")
def withdraw(absence_id: int) -> Any:
    """Take it back."""
    try:
        withdraw_absence(office(), absence_id, by=person())
    except Gone as gone:
        flash(gone.detail, "information")
    else:
        flash(gettext("Catatan dicabut."), "success")
    return redirect(url_for("calendar.absent"), 303)


def _page(typed: dict[str, str], errors: dict[str, list[str]]) -> Any:
    may_edit = person().may("absence.edit")
    since = request.args.get("sejak", "")[:10]
    return render_template(
        "calendar/absences.html",
        tabs=tabs("ketidakhadiran"),
        entries=absences_from(office(), since or None),
        since=since,
        today=local_today(office()),
        people=staff(office()) if may_edit else [],
        stands_for=person().stands_for,
        kinds=words.absence_kinds(),
        dates=dates,
        typed=typed,
        errors=errors,
        key=new_key(),
        may_edit=may_edit,
    )
