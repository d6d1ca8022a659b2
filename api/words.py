"""What a problem is called, in the languages of the office, and which of them the client prefers."""

from __future__ import annotations

from flask import has_request_context, request

LANGUAGES = ("id", "en")

TITLES: dict[str, tuple[str, str]] = {
    "malformed": ("Permintaan tidak dapat dibaca", "Request cannot be read"),
    "unauthenticated": ("Belum dikenali", "Not authenticated"),
    "not-allowed": ("Tidak berwenang", "Not allowed"),
    "not-found": ("Tidak ditemukan", "Not found"),
    "method": ("Cara ini tidak dilayani", "Method not allowed"),
    "not-acceptable": ("Bentuk itu tidak tersedia", "Not acceptable"),
    "taken": ("Sudah dikerjakan orang lain", "Taken by somebody else"),
    "stale": ("Data sudah berubah", "The data changed meanwhile"),
    "suspended": ("Permohonan ditangguhkan", "The case is suspended"),
    "needs-consent": ("Perlu persetujuan orang kedua", "A second person must agree"),
    "gone": ("Sudah tidak terbuka", "No longer open"),
    "too-large": ("Terlalu besar", "Too large"),
    "media-type": ("Jenis isi tidak diterima", "Unsupported media type"),
    "invalid": ("Isian belum benar", "Invalid input"),
    "too-many": ("Terlalu banyak permintaan", "Too many requests"),
    "refused": ("Permintaan ditolak", "Request refused"),
    "internal": ("Terjadi kesalahan pada sistem", "Internal error"),
}
"""Slug of a problem -> its title in LANGUAGES."""

OF_STATUS = {
    400: "malformed",
    401: "unauthenticated",
    403: "not-allowed",
    404: "not-found",
    405: "method",
    406: "not-acceptable",
    409: "stale",
    410: "gone",
    413: "too-large",
    414: "too-large",
    415: "media-type",
    422: "invalid",
    429: "too-many",
    431: "too-large",
}


def language() -> str:
    """The client's language of LANGUAGES; Bahasa Indonesia when it does not say."""
    if not has_request_context():
        return LANGUAGES[0]
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def title(slug: str) -> str:
    """A problem's title in the client's language."""
    return TITLES[slug][LANGUAGES.index(language())]


def say(indonesian: str, english: str) -> str:
    """A sentence of the API itself in the client's language. What the engine says is in Bahasa Indonesia."""
    return english if language() == "en" else indonesian
