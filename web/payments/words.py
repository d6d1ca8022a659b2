"""Codes of payments -> words that people read."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from flask_babel import gettext

from engine.payments import ReceiptView
from web.kit import rupiah, tanggal, tanggal_pendek


def day(text: str | None, full: bool = False) -> str:
    """A stored day (ISO), short or in full; anything else as it is."""
    with suppress(ValueError, TypeError):
        return (tanggal if full else tanggal_pendek)(date.fromisoformat(text or ""))
    return text or "–"


def days(first: str, last: str) -> str:
    """One day in full, or a stretch of them."""
    if first == last:
        return day(first, full=True)
    return gettext("%(dari)s sampai %(sampai)s", dari=day(first), sampai=day(last))


def title(row: Any) -> str:
    """What a line is called: the bank's reference; a file that came again by its name."""
    if row.problem == "berkas_ulang":
        return gettext("Berkas %(nama)s", nama=row.file_name or "–")
    return str(row.reference)


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


def deeds(found: ReceiptView) -> list[tuple[str, str, str]]:
    """What may be done about a payment, the likeliest first: (deed, its name, what it means here)."""
    row, asked = found.row, found.asked
    given = rupiah(row.amount)
    match = gettext("Sebut tagihannya. Yang lebih dicatat untuk dikembalikan; yang kurang tidak dapat dicocokkan.")
    if row.problem == "beda_jumlah" and asked is not None:
        rest = row.amount - asked.total
        match = (
            gettext("%(nomor)s lunas; %(sisa)s dicatat untuk dikembalikan.", nomor=row.bill_number, sisa=rupiah(rest))
            if rest > 0
            else gettext("Kurang %(sisa)s: hanya bersama pembayaran lain, dari daftar.", sisa=rupiah(-rest))
        )
    ways = {
        "cocokkan": (gettext("Cocokkan dengan tagihan"), match),
        "kembalikan": (
            gettext("Kembalikan kepada pembayar"),
            gettext("%(jumlah)s dicatat untuk dikembalikan; tagihan tidak berubah.", jumlah=given),
        ),
        "abaikan": (
            gettext("Abaikan"),
            gettext("Tidak ada uang yang berpindah, misalnya karena bank menyampaikannya dua kali."),
        ),
    }
    order = {
        "ganda": ("kembalikan", "cocokkan", "abaikan"),
        "gugur": ("kembalikan", "cocokkan", "abaikan"),
        "baris_ulang": ("abaikan",),
        "berkas_ulang": ("abaikan",),
        "bukan_masuk": ("abaikan",),
    }.get(row.problem or "", tuple(ways))
    if found.same_money:
        order = ("abaikan", "kembalikan")
    return [(name, *ways[name]) for name in order]


def source(code: str) -> str:
    """How the bank told it."""
    return {"api": gettext("program bank"), "csv": gettext("berkas CSV"), "mt940": gettext("berkas MT940")}.get(
        code, code
    )


def badge(code: str) -> str:
    """Its colour in templates/kit/page.html's badge."""
    return {"cocok": "done", "menunggu": "running", "perlu": "incident", "kembali": "withdrawn", "abai": "lapsed"}[code]
