"""The receipt of an application: number, promise, what was handed in, how to follow it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.letters.qr import qr_data_uri
from engine.letters.renderer import Renderer, make_renderer
from engine.letters.templates import fill

_TEMPLATE = (Path(__file__).parent / "resi.html").read_text(encoding="utf-8")
_KEYS = (
    "resi",
    "public_code",
    "nama_izin",
    "pemohon",
    "diterima",
    "janji",
    "janji_hk",
    "persyaratan",
    "url",
    "office_name",
)


def draw_resi(facts: Mapping[str, Any], renderer: Renderer | None = None) -> bytes:
    """The resi as PDF.

    `facts`: resi, public_code, nama_izin, pemohon (name), diterima (aware datetime), janji (aware datetime, or None
    while the clock stands), janji_hk (working days), persyaratan [texts handed in], url (page that follows the case,
    goes into the QR), office_name; optional: varian, office_address, office_hours. Raises KeyError when one is
    missing, LetterError when it cannot be drawn.
    """
    missing = [key for key in _KEYS if key not in facts]
    if missing:
        raise KeyError(f"resi lacks {', '.join(missing)}")
    shown = {"varian": "", "office_address": "", "office_hours": "", **facts, "qr": qr_data_uri(str(facts["url"]))}
    html = fill("resi.html", {"resi.html": _TEMPLATE}, shown)
    footer = f"{facts['office_name']} · Resi {facts['resi']}"
    return (renderer or make_renderer()).render(html, footer=footer)
