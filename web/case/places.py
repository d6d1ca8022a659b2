"""Visits, burial plots, agencies that join, and permits that end, in the history of a case, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext

from web.case import words
from web.kit import tanggal

Data = Mapping[str, Any]


def told(kind: str, data: Data) -> tuple[str, str]:
    """Title and text of a line; kind: of KINDS."""
    return _SAID[kind](data)


def _planned(d: Data) -> tuple[str, str]:
    title = gettext("Kunjungan dijadwalkan, surat tugas %(nomor)s", nomor=d.get("nomor", ""))
    return title, tanggal(datetime.fromisoformat(d["waktu"])) if d.get("waktu") else ""


def _cancelled(d: Data) -> tuple[str, str]:
    return gettext("Kunjungan %(nomor)s dibatalkan", nomor=d.get("nomor", "")), str(d.get("alasan") or "")


def _joined(d: Data) -> tuple[str, str]:
    who = words.agency(str(d.get("instansi") or ""))
    return gettext("%(instansi)s ikut dalam Tim Teknis", instansi=who), str(d.get("alasan") or "")


def _claimed(d: Data) -> tuple[str, str]:
    before = d.get("menggantikan")
    text = gettext("menggantikan %(nomor)s", nomor=before) if before else ""
    return gettext("%(petak)s dipesan", petak=d.get("petak", "")), text


def _ending(d: Data) -> tuple[str, str]:
    until = tanggal(date.fromisoformat(d["sampai"])) if d.get("sampai") else "–"
    title = gettext("Pemegang izin diingatkan: %(nomor)s berlaku sampai %(hari)s", nomor=d.get("nomor", ""), hari=until)
    return title, ""


_SAID: dict[str, Callable[[Data], tuple[str, str]]] = {
    "visit_checked": lambda d: (gettext("Daftar periksa kunjungan diisi: %(n)s butir", n=d.get("butir", 0)), ""),
    "visit_photo_added": lambda d: (gettext("Foto kunjungan ditambahkan"), ""),
    "visit_planned": _planned,
    "visit_cancelled": _cancelled,
    "visit_recorded": lambda d: (
        gettext("Hasil kunjungan dicatat: %(hasil)s", hasil=words.answer(d.get("kesesuaian"))),
        "",
    ),
    "agency_joined": _joined,
    "plot_claimed": _claimed,
    "permit_ending": _ending,
}
KINDS = tuple(_SAID)
