"""What can be refused, and how: every kind carries its HTTP status, a title and a detail in plain words.

Pages show the detail, the API sends it as problem+json (RFC 9457), commands print it as one line.
"""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A request that was understood and is not carried out. Nothing was changed."""

    status = 400
    title = "Permintaan ditolak"

    def __init__(self, detail: str = "", **extra: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.extra = extra


class NotAllowed(Refused):
    """The person's roles do not carry the permission."""

    status = 403
    title = "Tidak berwenang"


class NotFound(Refused):
    """No such case, task, document, type or version."""

    status = 404
    title = "Tidak ditemukan"


class Taken(Refused):
    """Somebody else holds or finished it. extra: by (name), at (UTC datetime)."""

    status = 409
    title = "Sudah dikerjakan orang lain"


class Stale(Refused):
    """The case moved on since the caller looked at it. extra: version (int, the one in force)."""

    status = 409
    title = "Data sudah berubah"


class Suspended(Refused):
    """The case is suspended: nothing moves until it is resumed."""

    status = 409
    title = "Permohonan ditangguhkan"


class Gone(Refused):
    """The task or case is closed."""

    status = 410
    title = "Sudah tidak terbuka"


class Invalid(Refused):
    """Answers that a form refuses. fields: {field key: [messages]}; the empty key is the form as a whole."""

    status = 422
    title = "Isian belum benar"

    def __init__(self, fields: dict[str, list[str]], detail: str = "") -> None:
        super().__init__(detail or "Periksa kembali isian yang ditandai.")
        self.fields = fields
