"""The list of permits that end soon or have ended."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from flask import render_template, request, url_for

from engine.insight.catalogue import names_of
from engine.insight.ending import SOON, permits_ending
from web.case import case, words
from web.security import needs, office, person

TERMS = (30, SOON, 180, 365)  # days that the list offers; assumed


@case.get("/izin/habis", endpoint="ending")
@needs("case.search")
def ending() -> Any:
    """Arguments: keadaan (sudah), hari, jenis, sesudah (date.letter, of the last row of the page before)."""
    ended = request.args.get("keadaan") == "sudah"
    days = next((term for term in TERMS if str(term) == request.args.get("hari")), SOON)
    code = request.args.get("jenis", "").strip()[:20]
    after = _after(request.args.get("sesudah", ""))
    found = permits_ending(office(), person(), days, code=code, ended=ended, after=after)
    given: dict[str, Any] = {}
    if ended:
        given["keadaan"] = "sudah"
    if days != SOON:
        given["hari"] = days
    if code:
        given["jenis"] = code
    return render_template(
        "case/ending.html",
        found=found,
        ended=ended,
        days=days,
        terms=TERMS,
        code=code,
        types=sorted(names_of(office()).items(), key=lambda one: one[1]),
        given=given,
        words=words,
        first_href=url_for("case.ending", **given) if after else None,
        next_href=url_for("case.ending", **given, sesudah=f"{found.after[0]}.{found.after[1]}")
        if found.after
        else None,
    )


def _after(text: str) -> tuple[str, int] | None:
    day, _, letter = text.partition(".")
    with suppress(ValueError):
        if letter.isdecimal() and len(letter) < 19:
            return date.fromisoformat(day).isoformat(), int(letter)
    return None
