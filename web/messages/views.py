"""The page /pesan: the log with its filters, and trying again what failed."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine.errors import Gone, Invalid, Stale
from engine.insight.messages import STATES, failed_messages, message_log
from engine.messages.channels import ALL
from engine.messages.commands import mark_posted, retry_message
from web.case import words as case_words
from web.messages import messages, words
from web.posting import back_to, new_key, posted_key
from web.security import needs, office, person

CHANNELS = (*ALL, "surat")


@messages.get("/pesan", endpoint="log")
@needs("message.view")
def page() -> Any:
    """Messages, the newest first. Arguments: keadaan, saluran, sebelum."""
    state, channel = request.args.get("keadaan", ""), request.args.get("saluran", "")
    state, channel = state if state in STATES else "", channel if channel in CHANNELS else ""
    before = request.args.get("sebelum", "")
    found = message_log(
        office(),
        person(),
        state=state or None,
        channel=channel or None,
        after=int(before) if before.isdecimal() and len(before) < 19 else None,
    )
    wanted: dict[str, Any] = {name: value for name, value in (("keadaan", state), ("saluran", channel)) if value}
    return render_template(
        "messages/log.html",
        found=found,
        state=state,
        channel=channel,
        states=[(name, words.state(name)[1], found.counts[name]) for name in STATES],
        channels=[{"value": name, "text": words.channel(name)} for name in CHANNELS],
        notices=[words.closed(name, why) for name, why in found.closed.items()],
        words=words,
        case_words=case_words,
        key=new_key(),
        may_retry=person().may("message.retry"),
        may_case=person().may("case.view"),
        first_href=url_for("messages.log", **wanted) if before else None,
        next_href=url_for("messages.log", **wanted, sebelum=found.after) if found.after else None,
    )


@messages.post("/pesan/<int:message_id>/ulang")
@needs("message.retry")
def retry(message_id: int) -> Any:
    """Try one again; the worker takes it in the next moments."""
    try:
        retry_message(office(), message_id, by=person(), key=posted_key())
    except (Gone, Stale) as refused:
        flash(refused.detail, "information")
    else:
        flash(gettext("Pesan ini dikirim lagi dalam beberapa saat."), "success")
    return redirect(back_to(url_for("messages.log")), 303)


@messages.post("/pesan/ulang")
@needs("message.retry")
def retry_all() -> Any:
    """Try again all that failed, one transaction each."""
    key, count = posted_key(), 0
    for ident in failed_messages(office(), person()):
        try:
            retry_message(office(), ident, by=person(), key=f"{key}-{ident}")
        except (Gone, Stale):
            continue
        count += 1
    if count:
        flash(gettext("%(n)s pesan dikirim lagi dalam beberapa saat.", n=count), "success")
    else:
        flash(gettext("Tidak ada pesan yang perlu diulang."), "information")
    return redirect(url_for("messages.log", keadaan="queued"), 303)


@messages.post("/pesan/<int:message_id>/pos")
@needs("message.retry")
def posted(message_id: int) -> Any:
    """Note that a letter on paper was posted."""
    try:
        mark_posted(office(), message_id, request.form.get("cara", ""), by=person(), key=posted_key())
    except Invalid as refused:
        flash(" ".join(text for texts in refused.fields.values() for text in texts), "error")
    except (Gone, Stale) as refused:
        flash(refused.detail, "information")
    else:
        flash(gettext("Surat dicatat terkirim."), "success")
    return redirect(back_to(url_for("messages.log")), 303)
