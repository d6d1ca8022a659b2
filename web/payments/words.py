"""Codes of payments -> words that people read."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from flask_babel import gettext

from web.kit import tanggal, tanggal_pendek


def day(text: str | None, full: bool = False) -> str:
    """A stored day (ISO), short or in full; anything else as it is."""
    with suppress(ValueError, TypeError):
        return (tanggal if full else tanggal_pendek)(date.fromisoformat(text or ""))
    return text or "–"


def state(code: str) -> str:
    """Where a payment stands."""
    words = {
        "cocok": gettext("Cocok, sudah dibukukan"),
        "menunggu": gettext("Cocok, menunggu langkahnya"),
        "perlu": gettext("Perlu diselesaikan"),
        "kembali": gettext("Dikembalikan"),
        "abai": gettext("Diabaikan"),
    }
    return words.get(code, code)


def problem(code: str | None) -> str:
    """What keeps it from being booked by itself."""
    words = {
        "tidak_dikenal": gettext("Nomor tidak dikenal"),
        "beda_jumlah": gettext("Jumlah berbeda"),
        "ganda": gettext("Tagihan sudah lunas"),
        "gugur": gettext("Tagihan sudah gugur"),
        "diganti": gettext("Tagihan sudah diganti"),
        "baris_ulang": gettext("Baris sudah pernah diterima"),
        "berkas_ulang": gettext("Berkas sudah pernah dikirim"),
        "bukan_masuk": gettext("Pembatalan oleh bank"),
    }
    return words.get(code or "", code or "")


def deed(code: str) -> str:
    """What somebody did about it."""
    words = {
        "cocokkan": gettext("Dicocokkan"),
        "kembalikan": gettext("Dikembalikan"),
        "abaikan": gettext("Diabaikan"),
    }
    return words.get(code, code)


def source(code: str) -> str:
    """How the bank told it."""
    return {"api": gettext("program bank"), "csv": gettext("berkas CSV"), "mt940": gettext("berkas MT940")}.get(
        code, code
    )


def badge(code: str) -> str:
    """Its colour in templates/kit/page.html's badge."""
    return {"cocok": "done", "menunggu": "running", "perlu": "incident", "kembali": "withdrawn", "abai": "lapsed"}[code]
