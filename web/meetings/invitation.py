"""The page behind the link of an invitation: anybody who holds the link answers for that agency, without signing in."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine.errors import Gone, Invalid
from engine.meetings import invitation_of, reply_by_link
from web.case import words
from web.meetings import meetings
from web.meetings.reading import summary_of
from web.posting import new_key, posted_key
from web.security import office, public


@meetings.get("/undangan/<token>")
@public
def invitation(token: str) -> Any:
    """The invitation and what was answered so far."""
    return _page(token)


@meetings.post("/undangan/<token>")
@public
def answer_invitation(token: str) -> Any:
    """Answer it."""
    try:
        given, note = request.form.get("jawaban", ""), request.form.get("catatan", "")
        reply_by_link(office(), token, given, note, key=posted_key())
    except Invalid as refused:
        return _page(token, request.form, refused.fields, 422)
    except Gone as gone:
        flash(gone.detail, "warning")
    else:
        flash(gettext("Jawaban tercatat. Terima kasih."), "success")
    return redirect(url_for("meetings.invitation", token=token), 303)


def _page(token: str, typed: Any = None, errors: Any = None, status: int = 200) -> Any:
    found = invitation_of(office(), token)
    page = render_template(
        "meetings/invitation.html",
        found=found,
        name=words.agency(found.agency),
        typed=typed or {"jawaban": found.reply or "", "catatan": found.note or ""},
        errors=errors or {},
        summary=summary_of(errors or {}, {"jawaban": "jawaban-1", "catatan": "catatan"}),
        token=token,
        key=new_key(),
    )
    return page, status
