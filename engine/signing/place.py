"""Where on the last page the signature belongs: above the name of who signs, else in the lower margin."""

from __future__ import annotations

import io
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from engine.signing.box import HEIGHT, WIDTH

MARGIN = (62, 4)  # points from the lower left corner, where no name is found
ABOVE = 13  # points between the name's line and the box


def place_for(content: bytes, name: str) -> tuple[int, tuple[int, int]]:
    """(page number from 0, lower left corner in points)."""
    try:
        pages = PdfReader(io.BytesIO(content)).pages
        last = len(pages) - 1
        found = _place_of(pages[last], name) if name.strip() else None
        width = float(pages[last].mediabox.width)
    except (PyPdfError, ValueError, KeyError, TypeError):
        return -1, MARGIN
    if found is None:
        return last, MARGIN
    x, y = found
    return last, (int(min(max(x, 20), width - WIDTH - 20)), int(max(y + ABOVE, MARGIN[1])))


def _place_of(page: Any, name: str) -> tuple[float, float] | None:
    """The lowest place where the name stands, moved left so that the box lies over its middle."""
    found: list[tuple[float, float]] = []
    wanted = "".join(name.split()).casefold()

    def look(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        if wanted in "".join(text.split()).casefold():
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            half = 0.25 * abs(size * tm[0] * cm[0]) * len(text.strip())
            found.append((x + half - WIDTH / 2, y))

    page.extract_text(visitor_text=look)
    top = float(page.mediabox.height) - HEIGHT
    return min((each for each in found if 0 < each[1] < top), key=lambda each: each[1], default=None)
