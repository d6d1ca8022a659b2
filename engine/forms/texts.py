"""Texts as people type them, brought into the one form that is stored.

Each function raises ValueError with a message in Bahasa Indonesia.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_NOT_LINE = re.compile(r"\s+")
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}")
_PHONE = re.compile(r"[+(]?[0-9][0-9 ().-]{5,24}")
_GEO = re.compile(r"\s*(-?\d{1,3}(?:\.\d{1,15})?)\s*[,;]\s*(-?\d{1,3}(?:\.\d{1,15})?)\s*", re.ASCII)
_MONTHS = (
    *("januari", "februari", "maret", "april", "mei", "juni"),
    *("juli", "agustus", "september", "oktober", "november", "desember"),
)
_DATE = re.compile(r"(\d{1,2})[/. -](\d{1,2}|[a-z]{3,9})[/. -](\d{4})", re.ASCII)
_TIME = re.compile(r"(\d{1,2})[.:](\d{2})(?::\d{2}(?:\.\d{1,6})?)?(?:\s*wib)?", re.ASCII)
INDONESIA = (-11.5, 94.5, 6.5, 141.5)  # south, west, north, east in degrees


def clean(text: str, lines: bool) -> str:
    """Text in NFC, without outer space; without `lines` every run of space and line ends is one space."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if lines:
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    elif not text.isprintable() or "  " in text:
        text = _NOT_LINE.sub(" ", text).strip()
    else:
        text = text.strip()
    if not text.isprintable() and _CONTROL.search(text):
        raise ValueError("Ada huruf yang tidak dapat disimpan.")
    return text


def email(text: str) -> str:
    """Address in small letters after the @."""
    if len(text) > 254 or not _EMAIL.fullmatch(text) or ".." in text:
        raise ValueError("Tulis alamat surel yang benar, misalnya nama@contoh.id.")
    name, _, domain = text.rpartition("@")
    return f"{name}@{domain.lower()}"


def phone(text: str) -> str:
    """Number in E.164: `0812-3456-7890` becomes `+6281234567890`."""
    digits = re.sub(r"[^0-9]", "", text)
    if _PHONE.fullmatch(text):
        if text.startswith("+"):
            digits = "+" + digits
        elif digits.startswith("0"):
            digits = "+62" + digits[1:]
        elif digits.startswith("62"):
            digits = "+" + digits
    if not re.fullmatch(r"\+[1-9][0-9]{7,14}", digits):
        raise ValueError("Tulis nomor telepon yang benar, misalnya 0812-3456-7890.")
    return digits


def nik(text: str) -> str:
    """The 16 digits of a population number; spaces are tolerated."""
    digits = text.replace(" ", "")
    if not re.fullmatch(r"[1-9][0-9]{15}", digits):
        raise ValueError("NIK terdiri atas 16 angka.")
    return digits


def npwp(text: str) -> str:
    """The 15 digits of a taxpayer number, from `01.234.567.8-432.000` or without punctuation."""
    digits = re.sub(r"[ .-]", "", text)
    if not re.fullmatch(r"[0-9]{15}", digits):
        raise ValueError("NPWP terdiri atas 15 angka, misalnya 01.234.567.8-432.000.")
    return digits


def geo(text: str, bounds: tuple[float, float, float, float] = INDONESIA) -> str:
    """`lat,lon` in degrees with six decimals (about 0.1 m), inside bounds (south, west, north, east)."""
    match = _GEO.fullmatch(text)
    if match is None:
        raise ValueError("Tulis titik sebagai lintang,bujur, misalnya -6.238270,106.975573.")
    lat, lon = round(float(match[1]), 6), round(float(match[2]), 6)
    south, west, north, east = bounds
    if not (south <= lat <= north and west <= lon <= east):
        raise ValueError("Titik ini di luar wilayah; periksa urutannya: lintang dahulu, lalu bujur.")
    return f"{lat + 0.0:.6f},{lon + 0.0:.6f}"


def day(text: str) -> str:
    """ISO date of `2016-07-06`, `6/7/2016`, `06-07-2016` or `6 Juli 2016`; years 1900 to 2200."""
    text = text.strip().lower()
    try:
        if match := _DATE.fullmatch(text):
            month = int(match[2]) if match[2].isdigit() else _month(match[2])
            found = date(int(match[3]), month, int(match[1]))
        else:
            found = date.fromisoformat(text if len(text) == 10 else "")
    except ValueError:
        raise ValueError("Tulis tanggal yang benar, misalnya 6/7/2016.") from None
    if not 1900 <= found.year <= 2200:
        raise ValueError("Tahun tidak masuk akal.")
    return found.isoformat()


def _month(word: str) -> int:
    return next(number for number, name in enumerate(_MONTHS, 1) if name.startswith(word)) if _is_month(word) else 0


def _is_month(word: str) -> bool:
    return any(name.startswith(word) for name in _MONTHS)


def hour(text: str) -> str:
    """`14:30` of `14.30`, `14:30:00` or `14.30 WIB`."""
    match = _TIME.fullmatch(text.strip().lower())
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError("Tulis jam yang benar, misalnya 14.30.")
    return f"{int(match[1]):02}:{match[2]}"


def moment(text: str) -> str:
    """`2016-07-06T14:30`, office time, of a date and a time with `T` or a space between."""
    text = re.sub(r"\s*wib$", "", text.strip(), flags=re.IGNORECASE)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        head, _, tail = text.replace("T", " ").rpartition(" ")
        if not head:
            raise ValueError("Tulis tanggal dan jam, misalnya 6/7/2016 14.30.") from None
        return f"{day(head)}T{hour(tail)}"
    if found.tzinfo is not None:
        raise ValueError("Tulis jam kantor tanpa zona waktu.")
    return f"{day(found.date().isoformat())}T{found:%H:%M}"
