"""One meeting: who comes, which cases, and afterwards who came and what came of each case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template

from engine.cases import acting_groups
from engine.meetings.board import Meeting, one_meeting
from web.case import words
from web.meetings import meetings
from web.meetings.reading import summary_of
from web.posting import new_key
from web.security import needs, office, person

OUTCOMES = ("lanjut", "lapangan", "lengkapi", "tolak")


@meetings.get("/rapat/<int:meeting_id>")
@needs("agenda.view")
def meeting(meeting_id: int) -> Any:
    """The meeting's page."""
    return shown(one_meeting(office(), person(), meeting_id))


def _target(form: str, name: str) -> str:
    """The id of the control that a message belongs to."""
    if form == "hasil":
        field, _, ident = name.rpartition("-")
        return f"hasil-{ident}-1" if field in ("hasil", "hasil_pembahasan") else name
    first = {"waktu": "tanggal", "jawaban": "jawaban-1", "hadir": "hadir-1"}.get(name, name)
    return f"{form}-{first}"


def shown(
    found: Meeting, form: str = "", typed: Mapping[str, Any] | None = None, errors: Any = None, status: int = 200
) -> Any:
    """The page. form: which of its forms was refused, with what was typed into it and the messages."""
    who, now, row = person(), office().now(), found.row
    groups = acting_groups(who)
    bidang = any(f"bidang:{case.bidang}" in groups for case in found.cases)
    live = row.state == "diundang"
    begun = row.held_at is not None and row.held_at <= now
    own = [one.agency for one in found.invitations if f"tim_teknis:{one.agency}" in who.groups]
    page = render_template(
        "meetings/meeting.html",
        found=found,
        row=row,
        live=live,
        begun=begun,
        may_plan=live and bidang and who.may("meeting.schedule"),
        may_reply=live and not begun and who.may("meeting.reply"),
        own=own,
        may_record=begun and row.state != "dibatalkan" and who.may("meeting.record") and (bidang or bool(own)),
        may_decide=live and begun and bool(own) and any(case.state == "diundang" for case in found.cases),
        outcomes=[(value, words.answer(value)) for value in OUTCOMES],
        answer=words.answer,
        agency=words.agency,
        form=form,
        typed=typed or {},
        errors=errors or {},
        summary=summary_of(errors or {}, {name: _target(form, name) for name in errors or {}}),
        key=new_key(),
    )
    return page, status
