"""The page behind the code of a letter: what it says, whether it still holds, and whether a file is that letter."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext

from engine.errors import NotFound
from engine.insight.letters import Comparison, LetterCheck, check_letter, compare
from engine.upload_checks import MAX_BYTES
from web.kit import tanggal
from web.public import public_pages
from web.security import office, public

_CODE = re.compile(r"[A-Za-z0-9]{6,16}")


@public_pages.get("/cek")
@public
def ask_letter() -> Any:
    """Ask for the code that is printed beside the signature. Argument: kode."""
    code = "".join(request.args.get("kode", "").split())
    if _CODE.fullmatch(code):
        return redirect(url_for("public.check", code=code.upper()), 303)
    return render_template("public/check_ask.html", code=code[:40], wrong=bool(code))


@public_pages.get("/cek/<code>")
@public
def check(code: str) -> Any:
    """What the letter says. Raises: NotFound."""
    return _page(_letter(code), None, "", 200)


@public_pages.post("/cek/<code>")
@public
def check_file(code: str) -> Any:
    """Compare a file with the letter; the file is not kept."""
    letter = _letter(code)
    sent = request.files.get("berkas")
    content = sent.read(MAX_BYTES + 1) if sent is not None else b""
    if not content:
        return _page(letter, None, gettext("Pilih berkas PDF yang hendak dicocokkan."), 422)
    if len(content) > MAX_BYTES:
        return _page(letter, None, gettext("Berkas lebih dari %(n)s MB.", n=MAX_BYTES // 1024 // 1024), 422)
    return _page(letter, compare(office(), letter, content), "", 200)


def _letter(code: str) -> LetterCheck:
    if not _CODE.fullmatch(code):
        raise NotFound(gettext("Tidak ada surat dengan kode itu."))
    return check_letter(office(), code)


def _page(letter: LetterCheck, found: Comparison | None, wrong: str, status: int) -> Any:
    until = tanggal(date.fromisoformat(letter.valid_until)) if letter.valid_until else None
    more = {"until": until, "now": office().now(), "says": _says(found)}
    page = render_template("public/check.html", letter=letter, found=found, wrong=wrong, **more)
    return page, status


def _says(found: Comparison | None) -> tuple[str, str] | None:
    """(variant of the alert, what the comparison means)."""
    if found is None:
        return None
    words = {
        "sama": ("success", gettext("Berkas ini persis surat yang diterbitkan, dan tanda tangannya utuh.")),
        "naskah": ("warning", gettext("Isinya sama, tetapi ini naskah yang belum ditandatangani.")),
        "lain": ("warning", gettext("Ini surat lain dari kantor ini, bernomor %(nomor)s.", nomor=found.other)),
        "ditandatangani": (
            "warning",
            gettext("Tanda tangannya utuh dan milik kantor ini, tetapi berkasnya tidak tercatat sebagai surat ini."),
        ),
        "berubah": ("error", gettext("Berkas ini pernah ditandatangani, lalu diubah. Jangan dipercaya.")),
        "asing": ("error", gettext("Berkas ini bukan surat yang diterbitkan kantor ini.")),
    }
    return words[found.result]
