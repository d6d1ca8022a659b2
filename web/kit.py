"""What every page stands on: words for dates, money and working time, the addresses of assets, the language.

`register(app)` puts it all into a Flask application; views and templates need nothing else from here.

Filters
    tanggal(value)          aware datetime -> "Rabu, 6 Juli 2016 14.30 WIB"; a date -> "Rabu, 6 Juli 2016"
    nama_bulan(value)       a date's month: "Juli"
    tanggal_pendek(value)   "6 Jul 2016", with a time of day when the value is a datetime: "6 Jul 2016 14.30"
    rupiah(value)           integer rupiah -> "Rp187.625"
    hari_kerja(minutes)     working minutes -> "1,5 hari kerja", "3 jam kerja", "20 menit kerja"; 480 minutes are a day
    sisa_waktu(minutes)     "sisa 2 hari kerja", "terlambat 3 jam kerja", "jatuh tempo sekarang"
    angka(value)            number with Indonesian (or English) separators: "1.234", "81,8"
Globals
    asset(name)             address of a built file by its plain name ("app.css"), through manifest.json
    static_file(name)       address of a file that lies in web/static as it is
    page_locale()           "id" or "en"; page_languages() and language_url(code) serve the language switch
Every filter shows "–" for None, so that a template need not ask.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, Response, current_app, has_request_context, request, url_for
from flask_babel import Babel, get_locale, gettext, ngettext
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"
MANIFEST = STATIC / "build" / "manifest.json"
CATALOGUES = HERE / "i18n"

ZONE = ZoneInfo("Asia/Jakarta")
DAY_MINUTES = 480
"""Working minutes in a working day, whatever the office's opening hours."""

LANGUAGES = (("id", "ID", "Bahasa Indonesia"), ("en", "EN", "English"))
"""Code, short name and full name of each language of the pages; the first is the source language."""

LANGUAGE_KEY = "bahasa"
"""Name of the query argument and of the cookie that carry the chosen language."""

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
"""Header that all pages are made to work under: no inline script, no inline style, nothing from elsewhere."""

DASH = "–"

_DAYS = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "id": (
        "Januari", "Februari", "Maret", "April", "Mei", "Juni",
        "Juli", "Agustus", "September", "Oktober", "November", "Desember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
_SHORT_MONTHS = {
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}


class AssetMissing(LookupError):
    """A page asks for a file that the front-end build has not made; `npm run build` makes it."""


def page_locale() -> str:
    """Language of the page being made: "id" or "en"."""
    locale = get_locale()
    return locale.language if locale is not None and locale.language in _DAYS else "id"


def tanggal(value: date | datetime | None) -> str:
    """A date in full, with the time of day and the zone for a datetime.

    Raises: ValueError for a datetime without a zone: it could be any moment.
    """
    if value is None:
        return DASH
    language = page_locale()
    local = _local(value)
    day = f"{_DAYS[language][local.weekday()]}, {local.day} {_MONTHS[language][local.month - 1]} {local.year}"
    return f"{day} {local:%H.%M} WIB" if isinstance(local, datetime) else day


def tanggal_pendek(value: date | datetime | None) -> str:
    """A date for lists: "6 Jul 2016", or "6 Jul 2016 14.30" for a datetime. Raises: as tanggal."""
    if value is None:
        return DASH
    local = _local(value)
    day = f"{local.day} {_SHORT_MONTHS[page_locale()][local.month - 1]} {local.year}"
    return f"{day} {local:%H.%M}" if isinstance(local, datetime) else day


def nama_bulan(value: date | None) -> str:
    """The name of a date's month: "Juli"."""
    return DASH if value is None else _MONTHS[page_locale()][value.month - 1]


def _local(value: date | datetime) -> date | datetime:
    if not isinstance(value, datetime):
        return value
    if value.utcoffset() is None:
        raise ValueError(f"a time without a zone cannot be shown: {value!r}")
    return value.astimezone(ZONE)


def angka(value: int | float | Decimal | None, decimals: int = 1) -> str:
    """A number for reading: thousands separated, at most `decimals` digits after the comma, half rounded up."""
    if value is None:
        return DASH
    step = Decimal(1).scaleb(-decimals)
    rounded = Decimal(str(value)).quantize(step, rounding=ROUND_HALF_UP)
    text = f"{rounded:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text == "-0":
        text = "0"
    return text.translate(str.maketrans(",.", ".,")) if page_locale() == "id" else text


def rupiah(value: int | None) -> str:
    """Money, always written the Indonesian way: 187625 -> "Rp187.625", -5000 -> "-Rp5.000". Whole rupiah only.

    Raises: TypeError for anything but an int: money is never a float here.
    """
    if value is None:
        return DASH
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"rupiah are whole numbers, not {value!r}")
    return f"{'-' if value < 0 else ''}Rp{abs(value):,}".replace(",", ".")


def hari_kerja(minutes: int | float | None) -> str:
    """Working minutes as a person says them: days from 480 up, hours from 60 up, minutes below. The sign is dropped
    (sisa_waktu says on which side of now a time lies)."""
    if minutes is None:
        return DASH
    size = abs(Decimal(str(minutes)))
    # The unit follows what would be shown: never "8 jam kerja" or "60 menit kerja".
    hours = (size / 60).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    if hours * 60 >= DAY_MINUTES:
        days = angka(size / DAY_MINUTES)
        return str(ngettext("%(n)s hari kerja", "%(n)s hari kerja", 1 if days == "1" else 2, n=days))
    if size >= Decimal("59.5"):
        shown = angka(hours)
        return str(ngettext("%(n)s jam kerja", "%(n)s jam kerja", 1 if shown == "1" else 2, n=shown))
    shown = angka(size, 0)
    return str(ngettext("%(n)s menit kerja", "%(n)s menit kerja", 1 if shown == "1" else 2, n=shown))


def sisa_waktu(minutes: int | float | None) -> str:
    """Working minutes until a promise; below zero when it is past. Late is a word, never only a sign or a colour."""
    if minutes is None:
        return DASH
    if abs(minutes) < 0.5:
        return str(gettext("jatuh tempo sekarang"))
    if minutes < 0:
        return str(gettext("terlambat %(waktu)s", waktu=hari_kerja(minutes)))
    return str(gettext("sisa %(waktu)s", waktu=hari_kerja(minutes)))


class Assets:
    """Plain names of built files to their hashed ones, read from manifest.json again whenever it changes."""

    def __init__(self, manifest: Path = MANIFEST) -> None:
        self._manifest = manifest
        self._stamp = -1
        self._names: dict[str, str] = {}

    def path(self, name: str) -> str:
        """Path below web/static. Raises: AssetMissing."""
        try:
            stamp = self._manifest.stat().st_mtime_ns
        except FileNotFoundError:
            raise AssetMissing(f"{self._manifest} is missing: run `npm ci --ignore-scripts && npm run build`") from None
        if stamp != self._stamp:
            self._names = json.loads(self._manifest.read_text(encoding="utf-8"))
            self._stamp = stamp
        found = self._names.get(name)
        if found is None and name == "LICENSES.txt":
            found = name
        if found is None:
            raise AssetMissing(f"{name} is not in {self._manifest}; it has {', '.join(sorted(self._names))}")
        return f"build/{found}"


def static_file(name: str) -> str:
    """Address of a file in web/static that the build does not touch."""
    return url_for("static", filename=name)


def asset(name: str) -> str:
    """Address of a built file by its plain name. Raises: AssetMissing."""
    assets: Assets = current_app.extensions["simyandu_assets"]
    return url_for("static", filename=assets.path(name))


def page_languages() -> Iterable[tuple[str, str, str]]:
    """Code, short name, full name of each language, for the switch in the header."""
    return LANGUAGES


def language_url(code: str) -> str:
    """This page in another language: the same address with ?bahasa=code."""
    arguments = request.args.to_dict(flat=False)
    arguments[LANGUAGE_KEY] = [code]
    return f"{request.script_root}{request.path}?{urlencode(arguments, doseq=True)}"


def choose_locale() -> str:
    """The visitor's language: asked for in the address, else remembered in the cookie, else Bahasa Indonesia."""
    if not has_request_context():
        return LANGUAGES[0][0]
    codes = [code for code, _, _ in LANGUAGES]
    for wanted in (request.args.get(LANGUAGE_KEY), request.cookies.get(LANGUAGE_KEY)):
        if wanted in codes:
            return str(wanted)
    return codes[0]


def _remember_language(response: Response) -> Response:
    """Keeps for a year the language that was asked for in the address."""
    wanted = request.args.get(LANGUAGE_KEY)
    if wanted in [code for code, _, _ in LANGUAGES]:
        response.set_cookie(
            LANGUAGE_KEY, str(wanted), max_age=365 * 86400, httponly=True, samesite="Lax", secure=request.is_secure
        )
    return response


def compile_catalogues(folder: Path = CATALOGUES) -> list[Path]:
    """Makes messages.mo of every messages.po that is newer; the .mo files made.

    A folder that cannot be written to keeps what it has: what is not translated there is shown in the source language.
    """
    made = []
    for source in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        if not os.access(source.parent, os.W_OK):
            continue
        with source.open("rb") as text:
            catalogue = read_po(text, locale=source.parent.parent.name)
        # Several processes may start at once: each writes its own file, and the last one renamed stays.
        with tempfile.NamedTemporaryFile(dir=source.parent, suffix=".tmp", delete=False) as compiled:
            write_mo(compiled, catalogue)
        os.chmod(compiled.name, 0o644)
        os.replace(compiled.name, target)
        made.append(target)
    return made


FILTERS: dict[str, Callable[..., str]] = {
    "nama_bulan": nama_bulan,
    "tanggal": tanggal,
    "tanggal_pendek": tanggal_pendek,
    "rupiah": rupiah,
    "hari_kerja": hari_kerja,
    "sisa_waktu": sisa_waktu,
    "angka": angka,
}


def register(app: Flask) -> None:
    """Gives an application the filters, the globals, the languages and the macros of govuk_frontend_jinja.

    The application serves web/static as its static folder and finds web/templates by itself.
    """
    app.extensions["simyandu_assets"] = Assets()
    compile_catalogues()
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(CATALOGUES))
    app.config.setdefault("BABEL_DEFAULT_LOCALE", LANGUAGES[0][0])
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", ZONE.key)
    Babel(app, locale_selector=choose_locale)
    app.after_request(_remember_language)

    own = app.jinja_loader
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_loader = ChoiceLoader([own, govuk] if own is not None else [govuk])

    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(
        asset=asset,
        static_file=static_file,
        page_locale=page_locale,
        page_languages=page_languages,
        language_url=language_url,
    )
