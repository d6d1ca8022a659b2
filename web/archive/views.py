"""Search, one file with its deeds, and the list of what may go."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine.archive import lend_file, move_file, return_file
from engine.errors import Gone, Invalid, Stale
from engine.insight.archive import archived_file, documents_due, files_due, search_archive
from web.archive import archive
from web.case import words
from web.kit import ZONE
from web.posting import new_key, posted_key
from web.security import needs, office, person

LOAN_DAYS = 7  # proposed on the form; assumed


@archive.get("/arsip", endpoint="search")
@needs("archive.view")
def search() -> Any:
    """Files by resi, number, name or place. Arguments: cari, rak, boks, keadaan (keluar, lewat), sebelum."""
    wanted = {name: request.args.get(name, "").strip()[:100] for name in ("cari", "rak", "boks", "keadaan")}
    before = request.args.get("sebelum", "")
    found = search_archive(
        office(),
        person(),
        wanted["cari"],
        shelf=wanted["rak"],
        box=wanted["boks"],
        standing=wanted["keadaan"] or None,
        after=int(before) if before.isdecimal() and len(before) < 19 else None,
    )
    given: dict[str, Any] = {name: value for name, value in wanted.items() if value}
    return render_template(
        "archive/search.html",
        found=found,
        wanted=wanted,
        given=given,
        words=words,
        first_href=url_for("archive.search", **given) if before else None,
        next_href=url_for("archive.search", **given, sebelum=found.after) if found.after else None,
    )


@archive.get("/arsip/retensi")
@needs("archive.view")
def due() -> Any:
    """What has outlived its time: files on the shelves, and stored documents by kind."""
    return render_template(
        "archive/due.html",
        files=files_due(office(), person()),
        kinds=documents_due(office(), person()),
        fate=_fate,
        words=words,
    )


@archive.get("/arsip/<int:record_id>", endpoint="file")
@needs("archive.view")
def file_page(record_id: int) -> Any:
    """One file: where it is, who has it, where it was."""
    return _file(record_id)


@archive.post("/arsip/<int:record_id>/keluar")
@needs("archive.lend")
def lend(record_id: int) -> Any:
    """Hand it out."""
    due_on = None
    with suppress(ValueError):
        due_on = date.fromisoformat(request.form.get("kembali_pada", ""))
    taker, reason = request.form.get("peminjam", ""), request.form.get("alasan", "")
    try:
        lend_file(office(), record_id, taker, reason, due_on, by=person(), key=posted_key())
    except (Invalid, Gone, Stale) as refused:
        return _refused(record_id, refused, "keluar")
    flash(gettext("Berkas dicatat keluar, pada %(siapa)s.", siapa=taker.strip()), "success")
    return redirect(url_for("archive.file", record_id=record_id), 303)


@archive.post("/arsip/<int:record_id>/kembali")
@needs("archive.lend")
def bring_back(record_id: int) -> Any:
    """Take it back."""
    try:
        return_file(office(), record_id, request.form.get("catatan", ""), by=person(), key=posted_key())
    except (Invalid, Gone, Stale) as refused:
        return _refused(record_id, refused, "kembali")
    flash(gettext("Berkas diterima kembali. Simpan di tempatnya."), "success")
    return redirect(url_for("archive.file", record_id=record_id), 303)


@archive.post("/arsip/<int:record_id>/pindah")
@needs("archive.move")
def move(record_id: int) -> Any:
    """Put it elsewhere."""
    form = request.form
    try:
        move_file(
            office(),
            record_id,
            form.get("rak", ""),
            form.get("boks", ""),
            form.get("sebab", ""),
            by=person(),
            key=posted_key(),
        )
    except (Invalid, Gone, Stale) as refused:
        return _refused(record_id, refused, "pindah")
    flash(gettext("Berkas dicatat pindah."), "success")
    return redirect(url_for("archive.file", record_id=record_id), 303)


def _fate(name: str) -> str:
    """What happens to documents after their time."""
    words = {
        "musnah": gettext("dimusnahkan"),
        "permanen": gettext("diserahkan ke lembaga kearsipan"),
        "dinilai": gettext("dinilai kembali"),
    }
    return words.get(name, name)


def _refused(record_id: int, refused: Invalid | Gone | Stale, deed: str) -> Any:
    errors = dict(refused.fields) if isinstance(refused, Invalid) else {"": [refused.detail]}
    if deed == "pindah" and "alasan" in errors:
        errors["sebab"] = errors.pop("alasan")
    return _file(record_id, errors, deed), refused.status


def _file(record_id: int, errors: dict[str, list[str]] | None = None, deed: str = "") -> Any:
    today = office().now().astimezone(ZONE).date()
    typed = request.form if errors else {}
    return render_template(
        "archive/file.html",
        view=archived_file(office(), person(), record_id),
        errors=errors or {},
        deed=deed,
        typed=typed,
        default_due=(today + timedelta(days=LOAN_DAYS)).isoformat(),
        today=today.isoformat(),
        words=words,
        key=new_key(),
        may_case=person().may("case.view"),
        may_lend=person().may("archive.lend"),
        may_move=person().may("archive.move"),
    )
