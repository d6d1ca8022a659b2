"""Calling one meeting for the cases that were ticked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine.errors import Invalid
from engine.meetings import go_on, propose_slots, schedule_meeting
from engine.meetings.board import waiting_groups
from engine.meetings.commands import Scheduled
from engine.meetings.slots import LENGTH, PLACE
from web.case import words
from web.kit import ZONE
from web.meetings import meetings
from web.meetings.reading import summary_of, typed_moment
from web.posting import new_key, posted_key
from web.security import needs, office, person

MOST = 30  # cases in one meeting
TARGETS = {"waktu": "tanggal", "tempat": "tempat", "agenda": "agenda", "menit": "menit", "permohonan": "permohonan-1"}


@meetings.get("/rapat/jadwal")
@needs("meeting.schedule")
def choose() -> Any:
    """The form, with proposed slots. Argument: permohonan (case ids)."""
    return _page(_ids(request.args.getlist("permohonan")))


@meetings.post("/rapat/jadwal")
@needs("meeting.schedule")
def plan() -> Any:
    """Call it; what could not be done for a case is said, and can be repeated on the meeting's page."""
    ids = _ids(request.form.getlist("permohonan"))
    try:
        start = _start()
        minutes = request.form.get("menit", "")
        found = schedule_meeting(
            office(),
            ids,
            start,
            request.form.get("tempat", ""),
            request.form.get("agenda", ""),
            int(minutes) if minutes.isdecimal() and len(minutes) < 5 else 0,
            by=person(),
            key=posted_key(),
        )
    except Invalid as refused:
        return _page(ids, request.form, refused.fields, 422)
    tell(found)
    return redirect(url_for("meetings.meeting", meeting_id=found.meeting_id), 303)


@meetings.post("/rapat/<int:meeting_id>/lanjutkan")
@needs("meeting.schedule")
def repeat(meeting_id: int) -> Any:
    """Try again what could not be done for some cases."""
    tell(go_on(office(), meeting_id, by=person(), key=posted_key()))
    return redirect(url_for("meetings.meeting", meeting_id=meeting_id), 303)


def tell(found: Scheduled) -> None:
    """What came of it, in a sentence."""
    if found.done:
        text = gettext("Rapat %(nomor)s dijadwalkan untuk %(n)s permohonan.", nomor=found.number, n=len(found.done))
        flash(text + " " + gettext("Undangan dikirim kepada setiap instansi."), "success")
    if found.failed:
        text = gettext("%(n)s permohonan belum masuk; sebabnya ada di bawah, dan dapat diulang.", n=len(found.failed))
        flash(text, "warning")


def _start() -> Any:
    """A proposed slot (`pilihan`, an ISO moment), or the date and time typed below."""
    chosen = request.form.get("pilihan", "")
    if chosen and chosen != "lain":
        try:
            start = datetime.fromisoformat(chosen)
        except ValueError:
            raise Invalid({"waktu": [gettext("Pilih salah satu usulan, atau isi tanggal dan jam.")]}) from None
        if start.tzinfo is None:
            raise Invalid({"waktu": [gettext("Pilih salah satu usulan, atau isi tanggal dan jam.")]})
        return start
    return typed_moment("tanggal", "jam", "waktu")


def _ids(given: list[str]) -> list[int]:
    return list(dict.fromkeys(int(text) for text in given if text.isdecimal() and len(text) < 19))[:MOST]


def _page(ids: list[int], typed: Mapping[str, Any] | None = None, errors: Any = None, status: int = 200) -> Any:
    groups = waiting_groups(office(), person())
    wanted = set(ids)
    group = next((group for group in groups if wanted & {row.id for row in group.cases}), None)
    if group is None and not errors:
        flash(gettext("Pilih sedikitnya satu permohonan yang menunggu rapat."), "warning")
        return redirect(url_for("meetings.board", bagian="jadwal"), 303)
    slots = propose_slots(office(), group.agencies, ids) if group else []
    values = dict(typed) if typed is not None else {"tempat": PLACE, "menit": str(LENGTH), "agenda": ""}
    if typed is None:
        values["agenda"] = gettext("Pembahasan teknis %(n)s permohonan", n=len(ids))
        values["pilihan"] = slots[0].start.isoformat() if slots else "lain"
    page = render_template(
        "meetings/schedule.html",
        group=group,
        chosen=wanted,
        slots=slots,
        typed=values,
        errors=errors or {},
        summary=summary_of(errors or {}, TARGETS),
        agency=words.agency,
        zone=ZONE,
        key=new_key() if typed is None else posted_key(),
    )
    return page, status
