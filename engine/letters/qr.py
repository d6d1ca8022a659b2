"""QR codes as data URIs, so that a letter needs nothing from outside."""

from __future__ import annotations

import segno

MAX_TEXT = 500


def qr_data_uri(text: str) -> str:
    """A PNG data URI of `text` with medium error correction. Raises ValueError for empty or overlong text."""
    if not text or len(text) > MAX_TEXT:
        raise ValueError("a QR code holds 1 to 500 characters here")
    return segno.make(text, error="m", micro=False).png_data_uri(scale=6, border=2)
