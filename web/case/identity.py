"""What templates/kit/case.html's identity bar shows of a case."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from engine.dossier import CaseView
from web.case.words import badge_of
from web.kit import tanggal_pendek


def identity(view: CaseView, href: str | None = None) -> dict[str, Any]:
    """href: the case's page, None on the page itself."""
    case = view.case
    clock, why = _clock(view)
    return {
        "resi": case.resi or gettext("Belum ada resi"),
        "type": view.version.name,
        "variant": view.variant_name,
        "applicant": case.applicant_name,
        "promise": case.promised_at,
        "promise_days": case.promise_days,
        "clock": clock,
        "clock_why": why,
        "minutes_left": view.left_minutes if case.decided_at is None else None,
        "state": badge_of(case),
        "href": href,
    }


def _clock(view: CaseView) -> tuple[str, str]:
    """running, stopped or ended; and why it stands."""
    case = view.case
    if case.decided_at is not None or not case.open:
        return "ended", gettext("sejak %(saat)s", saat=tanggal_pendek(case.decided_at or case.closed_at))
    if case.suspended_at is not None:
        return "stopped", gettext("ditangguhkan sejak %(saat)s", saat=tanggal_pendek(case.suspended_at))
    if case.registered_at is None:
        return "stopped", gettext("mulai dihitung saat resi diberikan")
    if case.paused_at is not None:
        waiting = ", ".join(row.name for row in view.open_tasks) or gettext("pemohon")
        since = tanggal_pendek(case.paused_at)
        return "stopped", gettext("menunggu pemohon sejak %(saat)s: %(langkah)s", saat=since, langkah=waiting)
    return "running", ""
