"""The year, its lines and its changes; adding and withdrawing a line after seeing what would move."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine.calendar_admin import Draft, Kept, add_line, all_lines, changes, checked, withdraw_line
from engine.calendar_moves import preview
from engine.errors import Gone, Invalid, NotFound
from engine.insight.calendar import runs, week_hours, year_of, years
from engine.insight.today import local_today
from engine.working_time import WEEKDAYS
from web.calendar import calendar, words
from web.calendar.frame import dates, tabs
from web.posting import new_key, posted_key
from web.security import needs, office, person

FIELDS = ("first", "last", "kind", "note", "decree", "source")


@calendar.get("/kalender", endpoint="year")
@needs("calendar.view")
def year_page() -> Any:
    """The months of a year. Argument: tahun."""
    today = local_today(office())
    asked = request.args.get("tahun", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else today.year
    if year not in years():
        abort(404)
    kept = all_lines(office())
    return render_template(
        "calendar/year.html",
        tabs=tabs("kalender"),
        year=year,
        today=today,
        months=year_of(office(), year),
        week=week_hours(office(), today),
        before=url_for("calendar.year", tahun=year - 1) if year - 1 in years() else None,
        after=url_for("calendar.year", tahun=year + 1) if year + 1 in years() else None,
        lines=[line for line in kept if line.first[:4] <= str(year) <= line.last[:4]],
        changes=changes(office(), 5),
        kinds=words.line_kinds(),
        sources=words.sources(),
        dates=dates,
        runs=runs,
        named=words.weekdays(),
        may_edit=person().may("calendar.edit"),
    )


@calendar.get("/kalender/perubahan", endpoint="progress")
@needs("calendar.view")
def progress() -> Any:
    """The changes and how far each has come: a part of the page, asked for while one is under way."""
    return render_template("calendar/_changes.html", changes=changes(office(), 5))


@calendar.get("/kalender/baris")
@needs("calendar.edit")
def ask_line() -> Any:
    """The form of a new line."""
    day = request.args.get("tanggal", "")[:10]
    return _form({"first": day, "last": "", "kind": "libur", "source": "law"}, {})


@calendar.post("/kalender/baris")
@needs("calendar.edit")
def add() -> Any:
    """First what the line would move, then, when that is confirmed, the line."""
    form = request.form
    typed = {name: form.get(name, "").strip()[:600] for name in FIELDS} | {
        f"jam_{day}": form.get(f"jam_{day}", "").strip()[:20] for day in WEEKDAYS
    }
    draft = Draft(
        first=typed["first"],
        last=typed["last"] or typed["first"],
        kind=typed["kind"],
        note=typed["note"],
        decree=typed["decree"],
        hours={} if typed["kind"] == "libur" else {day: typed[f"jam_{day}"] for day in WEEKDAYS},
        source=typed["source"],
    )
    try:
        line = checked(office(), draft)
        if form.get("langkah") != "simpan":
            seen = preview(office(), line)
            return render_template(
                "calendar/confirm.html",
                typed=typed,
                draft=draft,
                seen=seen,
                kinds=words.line_kinds(),
                dates=dates,
                runs=runs,
                named=words.weekdays(),
                key=new_key(),
            )
        add_line(office(), draft, by=person(), key=posted_key())
    except Invalid as wrong:
        return _form(typed, dict(wrong.fields)), 422
    flash(gettext("Kalender diubah. Tenggat yang terbuka sedang digeser."), "success")
    return redirect(url_for("calendar.year", tahun=line.first.year) + "#perubahan", 303)


@calendar.get("/kalender/baris/<int:line_id>/cabut", endpoint="withdraw_ask")
@needs("calendar.edit")
def withdraw_ask(line_id: int) -> Any:
    """What withdrawing would move, and by what decree."""
    return _withdraw(_line(line_id), {})


@calendar.post("/kalender/baris/<int:line_id>/cabut", endpoint="withdraw")
@needs("calendar.edit")
def withdraw(line_id: int) -> Any:
    """Take a line out of force."""
    line = _line(line_id)
    try:
        withdraw_line(office(), line_id, request.form.get("decree", ""), by=person(), key=posted_key())
    except Invalid as wrong:
        return _withdraw(line, dict(wrong.fields)), 422
    except Gone as gone:
        flash(gone.detail, "information")
    else:
        flash(gettext("Baris dicabut. Tenggat yang terbuka sedang digeser."), "success")
    return redirect(url_for("calendar.year", tahun=line.first[:4]) + "#perubahan", 303)


def _line(line_id: int) -> Kept:
    found = next((line for line in all_lines(office()) if line.id == line_id), None)
    if found is None:
        raise NotFound(gettext("Baris kalender itu tidak ada."))
    return found


def _withdraw(line: Kept, errors: dict[str, list[str]]) -> Any:
    return render_template(
        "calendar/withdraw.html",
        line=line,
        seen=preview(office(), None, without=line.id) if line.withdrawn_at is None else None,
        kinds=words.line_kinds(),
        dates=dates,
        typed=request.form,
        errors=errors,
        key=new_key(),
    )


def _form(typed: dict[str, str], errors: dict[str, list[str]]) -> Any:
    return render_template(
        "calendar/line.html",
        typed=typed,
        errors=errors,
        kinds=words.line_kinds(),
        sources=words.sources(),
        weekdays=words.weekdays(),
        key=new_key(),
    )
