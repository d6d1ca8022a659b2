"""The week or day of meetings, cases that wait for one, agencies that are waited for, one's own calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine.errors import Invalid
from engine.meetings.board import (
    meetings_between,
    not_recorded,
    own_times,
    waiting_for_agencies,
    waiting_groups,
)
from engine.meetings.own_time import drop_busy, write_busy
from web.case import words
from web.kit import ZONE
from web.meetings import meetings
from web.meetings.reading import asked_day, monday_of, summary_of, today, typed_moment
from web.posting import new_key
from web.security import needs, office, person

PARTS = ("minggu", "jadwal", "instansi", "kalender")


@meetings.get("/rapat", endpoint="board")
@needs("agenda.view")
def board() -> Any:
    """Arguments: bagian (minggu, jadwal, instansi, kalender), minggu or hari (ISO date)."""
    part = request.args.get("bagian", "minggu")
    return _page(part if part in PARTS else "minggu")


def _page(part: str, typed: Any = None, errors: Any = None, status: int = 200) -> Any:
    who = person()
    groups = waiting_groups(office(), who) if who.may("meeting.schedule") else []
    silent = waiting_for_agencies(office(), who)
    tabs = [
        _tab("minggu", gettext("Jadwal"), part),
        _tab("instansi", gettext("Menunggu instansi"), part, len(silent)),
        _tab("kalender", gettext("Kalender saya"), part),
    ]
    if who.may("meeting.schedule"):
        tabs.insert(1, _tab("jadwal", gettext("Belum dijadwalkan"), part, sum(len(group.cases) for group in groups)))
    shown: dict[str, Any] = {"part": part, "tabs": tabs, "agency": words.agency, "key": new_key()}
    if part == "minggu":
        shown |= _week()
    elif part == "jadwal":
        shown["groups"] = groups
    elif part == "instansi":
        shown |= {"silent": silent, "late": not_recorded(office(), who)}
    else:
        shown |= {
            "times": own_times(office(), who),
            "agencies": sorted(scope for role, scope in who.memberships if role == "tim_teknis" and scope),
            "typed": typed or {},
            "errors": errors or {},
            "summary": summary_of(errors or {}, {"sampai": "sampai_tanggal", "mulai": "mulai_tanggal"}),
            "may_write": who.may("calendar.own"),
            "me": who.id,
        }
    return render_template("meetings/board.html", now=office().now(), **shown), status


def _tab(part: str, text: str, current: str, count: int | None = None) -> dict[str, Any]:
    href = url_for("meetings.board", bagian=None if part == "minggu" else part)
    return {"href": href, "text": text, "current": part == current, "count": count}


def _week() -> dict[str, Any]:
    day = asked_day("hari")
    first = day or monday_of(asked_day("minggu") or today())
    length = 1 if day else 7
    found = meetings_between(office(), person(), first, length)
    by_day: dict[Any, list[Any]] = {}
    for meeting in found:
        by_day.setdefault(words_day(meeting.row.held_at), []).append(meeting)
    calendar = office().working_time.calendar
    days = []
    for number in range(length):
        date_ = first + timedelta(days=number)
        closed = calendar.closed_because(date_)
        if closed and number > 4 and date_ not in by_day:  # a weekend without meetings is no row
            continue
        days.append({"date": date_, "meetings": by_day.get(date_, []), "closed": closed, "today": date_ == today()})
    here, name = url_for("meetings.board"), "hari" if day else "minggu"
    step = timedelta(days=length)
    return {
        "days": days,
        "one_day": day is not None,
        "first": first,
        "last": first + timedelta(days=length - 1),
        "before": f"{here}?{name}={(first - step).isoformat()}",
        "after": f"{here}?{name}={(first + step).isoformat()}",
        "none": not found,
    }


def words_day(moment: datetime) -> date:
    """The date in Bekasi of a moment."""
    return moment.astimezone(ZONE).date()


@meetings.post("/rapat/sibuk")
@needs("calendar.own")
def add_busy() -> Any:
    """Write an entry into one's own or one's agency's calendar."""
    try:
        start = typed_moment("mulai_tanggal", "mulai_jam", "mulai")
        end = typed_moment("sampai_tanggal", "sampai_jam", "sampai")
        note, agency = request.form.get("keterangan", ""), request.form.get("instansi", "")[:40]
        write_busy(office(), person(), start, end, note, agency)
    except Invalid as refused:
        return _page("kalender", request.form, refused.fields, 422)
    flash(gettext("Tercatat. Waktu itu tidak akan diusulkan untuk rapat."), "success")
    return redirect(url_for("meetings.board", bagian="kalender"), 303)


@meetings.post("/rapat/sibuk/<int:ident>/hapus")
@needs("calendar.own")
def remove_busy(ident: int) -> Any:
    """Take an entry back."""
    drop_busy(office(), person(), ident)
    flash(gettext("Catatan kalender dihapus."), "success")
    return redirect(url_for("meetings.board", bagian="kalender"), 303)
