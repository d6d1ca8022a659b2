"""The page behind the QR of a resi. Whoever holds the code sees what the paper says, and where the case stands."""

from __future__ import annotations

import re
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext

from engine.errors import NotFound
from engine.insight.receipt import PublicStatus, find_public, public_status
from web.public import public_pages
from web.security import office, public

_CODE = re.compile(r"[A-Za-z0-9]{6,16}")


@public_pages.get("/resi/<code>")
@public
def status(code: str) -> Any:
    """One application in a few stations. Raises: NotFound."""
    if not _CODE.fullmatch(code):
        raise NotFound(gettext("Resi dengan kode itu tidak ada."))
    found = public_status(office(), code)
    return render_template("public/status.html", case=found, stations=_stations(found), now=office().now())


@public_pages.get("/lacak")
@public
def track() -> Any:
    """Ask for the number and the secret code of a resi. Argument: resi."""
    return render_template("public/track.html", resi=request.args.get("resi", "")[:40], wrong=None)


@public_pages.post("/lacak")
@public
def look_up() -> Any:
    """Lead to the page of the resi, or say that the two do not fit."""
    resi, code = request.form.get("resi", "")[:40], request.form.get("kode", "")[:40]
    try:
        found = find_public(office(), resi, code)
    except NotFound as refused:
        return render_template("public/track.html", resi=resi, wrong=refused.detail), 404
    return redirect(url_for("public.status", code=found), 303)


def _stations(case: PublicStatus) -> list[dict[str, Any]]:
    words = {
        "received": gettext("Berkas diterima"),
        "checked": gettext("Berkas diperiksa"),
        "discussion": gettext("Dibahas dan ditinjau instansi teknis"),
        "payment": gettext("Pembayaran"),
        "issue": gettext("Surat dibuat dan ditandatangani"),
        "ready": gettext("Siap diambil"),
        "collected": gettext("Sudah diambil"),
        "rejected": gettext("Permohonan ditolak"),
        "withdrawn": gettext("Permohonan ditarik"),
    }
    return [{"name": words[one.key], "mark": one.mark, "at": one.at} for one in case.stations]
