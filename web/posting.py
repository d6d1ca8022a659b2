"""What every form that changes something carries, and how it is read back."""

from __future__ import annotations

import re
from uuid import uuid4

from flask import request, url_for

KEY = re.compile(r"[0-9A-Za-z-]{8,60}")


def new_key() -> str:
    """The idempotency key of a form, made when the form is rendered: the same key twice is one deed."""
    return uuid4().hex


def posted_key() -> str:
    """The key that came with the form; a fresh one where it is missing or mangled."""
    key = request.form.get("key", "")
    return key if KEY.fullmatch(key) else new_key()


def posted_int(name: str) -> int | None:
    """A whole number of the form, None where it is missing or no number."""
    text = request.form.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def back_to(default: str) -> str:
    """Where the page goes after a deed: the path that the form names (`kembali`), never another site."""
    target = request.form.get("kembali", "")
    inside = target.startswith("/") and not target.startswith(("//", "/\\")) and "\n" not in target
    return target if inside else default or url_for("home")
