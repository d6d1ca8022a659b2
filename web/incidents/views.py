"""What failed, and trying it again, one or all."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine.automatic import retry_incident
from engine.errors import Gone, Stale
from engine.insight.incidents import Incident, incident, incident_page, open_incidents
from web.case import words
from web.incidents import incidents
from web.posting import back_to, new_key, posted_key
from web.security import needs, office, person


@incidents.get("/masalah", endpoint="incidents")
@needs("incident.view")
def page() -> Any:
    """Open incidents, the oldest first, and those settled lately. Arguments: layanan, setelah."""
    operator = request.args.get("layanan", "")[:80] or None
    after = request.args.get("setelah", "")
    found = incident_page(office(), person(), operator, int(after) if after.isdecimal() and len(after) < 19 else None)
    return render_template(
        "incidents/list.html",
        found=found,
        operator=operator,
        options=[{"value": name, "text": f"{words.service(name)} ({count})"} for name, count in found.operators],
        service=words.service,
        next_href=url_for("incidents.incidents", layanan=operator, setelah=found.after) if found.after else None,
        first_href=url_for("incidents.incidents", layanan=operator) if after else None,
        key=new_key(),
        may_retry=person().may("incident.retry"),
        may_case=person().may("case.view"),
    )


@incidents.post("/masalah/<int:incident_id>/ulang")
@needs("incident.retry")
def retry(incident_id: int) -> Any:
    """Try one again and say how it went."""
    before = incident(office(), person(), incident_id)
    try:
        retry_incident(office(), incident_id, by=person(), key=posted_key())
    except Gone as gone:
        flash(gone.detail, "information")
    else:
        category, text = _outcome(before, incident(office(), person(), incident_id))
        flash(text, category)
    return redirect(back_to(url_for("incidents.incidents")), 303)


@incidents.post("/masalah/ulang")
@needs("incident.retry")
def retry_all() -> Any:
    """Try all of a service again (or all there are), one transaction each."""
    operator = request.form.get("layanan", "")[:80] or None
    key = posted_key()
    settled = again = failed = 0
    for ident in open_incidents(office(), person(), operator):
        before = incident(office(), person(), ident)
        try:
            retry_incident(office(), ident, by=person(), key=f"{key}-{ident}")
        except (Gone, Stale):
            continue
        now = incident(office(), person(), ident)
        settled += now.resolved_at is not None
        again += now.resolved_at is None and now.next_try is not None
        failed += now.resolved_at is None and now.attempts > before.attempts
    parts = [
        gettext("%(n)s selesai", n=settled) if settled else "",
        gettext("%(n)s dicoba lagi oleh sistem dalam beberapa saat", n=again) if again else "",
        gettext("%(n)s masih gagal", n=failed) if failed else "",
    ]
    said = ", ".join(part for part in parts if part)
    flash(f"{said}." if said else gettext("Tidak ada masalah yang perlu diulang."), "warning" if failed else "success")
    return redirect(url_for("incidents.incidents", layanan=operator), 303)


def _outcome(before: Incident, now: Incident) -> tuple[str, str]:
    if now.resolved_at is not None:
        return "success", gettext("“%(langkah)s” berhasil. Permohonan berjalan lagi.", langkah=now.name)
    if now.attempts > before.attempts:
        return "error", gettext("“%(langkah)s” masih gagal: %(sebab)s", langkah=now.name, sebab=now.cause)
    return "success", gettext("“%(langkah)s” dicoba lagi oleh sistem dalam beberapa saat.", langkah=now.name)
