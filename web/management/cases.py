"""The cases behind a number: a list with the filters that the number stands for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext

from engine.insight.catalogue import names_of
from engine.insight.counter import districts
from engine.insight.lists import COUNTED, Filter, list_cases
from web.case.words import badge_of
from web.kit import angka, tanggal
from web.management import management
from web.management.words import BIDANG
from web.security import needs, office, person

ARGUMENTS = (
    "jenis",
    "bidang",
    "kecamatan",
    "status",
    "keadaan",
    "masuk",
    "putus",
    "lewat",
    "lewat_pada",
    "hasil",
    "langkah",
)


@management.get("/daftar")
@needs("case.search")
def cases() -> Any:
    """Arguments: those of ARGUMENTS (langkah: process/element), setelah (mark of a page)."""
    given: dict[str, Any] = {name: value for name in ARGUMENTS if (value := request.args.get(name, "").strip()[:80])}
    wanted = filter_of(given)
    after = request.args.get("setelah")
    page = list_cases(office(), person(), wanted, after)
    lines: list[Any] = list(page.lines)  # read as the case's rows are: they have the same names
    return render_template(
        "management/cases.html",
        page=page,
        total=f"{angka(COUNTED)}+" if page.total >= COUNTED else angka(page.total),
        lines=[(line, badge_of(line)) for line in lines],
        title=_title(given),
        fields=_fields(given),
        applied=len(given),
        clear_href=url_for("management.cases"),
        first_href=url_for("management.cases", **given) if after else None,
        next_href=url_for("management.cases", **given, setelah=page.after) if page.after else None,
    )


def filter_of(given: Mapping[str, str]) -> Filter:
    """The engine's filter of a page's arguments; what is mangled asks for nothing."""
    process, _, element = given.get("langkah", "").partition("/")
    return Filter(
        code=given.get("jenis"),
        bidang=given.get("bidang"),
        kecamatan=given.get("kecamatan"),
        state=given.get("status"),
        standing=given.get("keadaan"),
        received=_day(given.get("masuk")),
        decided=_day(given.get("putus")),
        decided_late="lewat" in given,
        late_on=_day(given.get("lewat_pada")),
        outcome=given.get("hasil"),
        step=(process, element) if element else None,
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _title(given: Mapping[str, str]) -> str:
    """What the list holds, in words."""
    standing = {
        "late": gettext("Permohonan terlambat"),
        "risk": gettext("Permohonan hampir terlambat"),
        "paused": gettext("Permohonan yang menunggu pemohon"),
        "incident": gettext("Permohonan dengan masalah"),
    }
    if given.get("keadaan") in standing:
        return standing[given["keadaan"]]
    if day := _day(given.get("masuk")):
        return gettext("Diterima %(tanggal)s", tanggal=tanggal(day))
    if day := _day(given.get("putus")):
        words = gettext("Diputus lewat janji %(tanggal)s", tanggal=tanggal(day))
        return words if "lewat" in given else gettext("Diputus %(tanggal)s", tanggal=tanggal(day))
    if day := _day(given.get("lewat_pada")):
        return gettext("Melewati janji pada akhir %(tanggal)s", tanggal=tanggal(day))
    if given.get("langkah"):
        return gettext("Permohonan di satu langkah")
    return gettext("Daftar permohonan")


def _fields(given: Mapping[str, str]) -> list[dict[str, Any]]:
    states = {
        "open": gettext("belum ditutup"),
        "pendaftaran": gettext("pendaftaran"),
        "berjalan": gettext("berjalan"),
        "terbit": gettext("siap diambil atau diarsipkan"),
        "selesai": gettext("selesai"),
        "ditolak": gettext("ditolak"),
        "ditarik": gettext("ditarik"),
    }
    standing = {
        "late": gettext("terlambat"),
        "risk": gettext("hampir terlambat"),
        "paused": gettext("menunggu pemohon"),
        "incident": gettext("ada masalah"),
    }
    choices: dict[str, tuple[str, dict[str, str]]] = {
        "jenis": (gettext("Jenis"), {code: f"{code} · {name}" for code, name in names_of(office()).items()}),
        "bidang": (gettext("Bidang"), BIDANG),
        "kecamatan": (gettext("Kecamatan"), {name: name for name in districts(office())}),
        "status": (gettext("Status"), states),
        "keadaan": (gettext("Keadaan"), standing),
    }
    fields: list[dict[str, Any]] = [
        {
            "name": name,
            "label": label,
            "options": [{"value": value, "text": text} for value, text in options.items()],
            "value": given.get(name, ""),
        }
        for name, (label, options) in choices.items()
    ]
    for name, label in (("masuk", gettext("Diterima tanggal")), ("putus", gettext("Diputus tanggal"))):
        fields.append({"name": name, "label": label, "kind": "date", "value": given.get(name, "")})
    if given.get("langkah"):
        fields.append({"name": "langkah", "label": gettext("Langkah"), "kind": "text", "value": given["langkah"]})
    return fields
