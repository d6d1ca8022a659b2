"""Numbers as people type them in Indonesia: a dot for thousands, a comma for decimals."""

from __future__ import annotations

import math
import re

_PLAIN = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,12})?", re.ASCII)
_LOCAL = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3}){1,4}|\d{1,15})(?:,\d{1,12})?", re.ASCII)
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}", re.ASCII)
_NOT_A_NUMBER = "Tulis angka, misalnya 1500 atau 12,5."


def money(value: object) -> int:
    """Whole rupiah of `Rp1.500.000`, `1.500.000,00`, `1500000` or a whole number. Raises: ValueError."""
    if isinstance(value, str):
        text = re.sub(r"^(rp\.?\s*)|(,00|,-)$|\s", "", value.strip().lower())
        if not re.fullmatch(r"-?(?:\d{1,3}(?:\.\d{3}){1,4}|\d{1,15})", text, re.ASCII):
            raise ValueError("Tulis jumlah uang dalam rupiah bulat, misalnya Rp1.500.000.")
        return int(text.replace(".", ""))
    number = _finite(value)
    if isinstance(number, float):
        raise ValueError("Tulis jumlah uang dalam rupiah bulat, misalnya Rp1.500.000.")
    return number


def number(value: object, decimals: int | None) -> int | float:
    """A number with at most `decimals` digits after the comma (None: any), int if it is whole. Raises: ValueError."""
    found = _finite(_typed(value.strip().replace("\u00a0", ""), decimals) if isinstance(value, str) else value)
    if decimals is not None and isinstance(found, float) and round(found, decimals) != found:
        raise ValueError("Tulis angka bulat." if decimals == 0 else f"Paling banyak {decimals} angka di belakang koma.")
    return found


def _typed(text: str, decimals: int | None) -> float | int:
    # 1.500 is fifteen hundred here and one and a half elsewhere: guess only where the field allows just one of the two.
    if _GROUPED.fullmatch(text):
        if decimals is None or decimals >= 3:
            raise ValueError("Angka ini dapat dibaca dua cara. Tulis 1500 (ribuan) atau 1,5 (pecahan).")
        return int(text.replace(".", ""))
    if _PLAIN.fullmatch(text):
        return float(text) if "." in text else int(text)
    if _LOCAL.fullmatch(text):
        plain = text.replace(".", "").replace(",", ".")
        return float(plain) if "." in plain else int(plain)
    raise ValueError(_NOT_A_NUMBER)


def _finite(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(_NOT_A_NUMBER)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(_NOT_A_NUMBER)
        return int(value) if value.is_integer() else value
    return value
