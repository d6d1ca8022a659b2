"""The engine's words of the clock, in the page's language: kinds of lines and absences, weekdays, causes of delay."""

from __future__ import annotations

from flask_babel import gettext


def line_kinds() -> dict[str, str]:
    """Kinds of a calendar's line."""
    return {
        "libur": gettext("Kantor tutup"),
        "kerja": gettext("Kantor buka"),
        "jam": gettext("Jam lain pada hari buka"),
        "pekan": gettext("Jam buka sepekan"),
    }


def sources() -> dict[str, str]:
    """Where a line comes from."""
    return {"law": gettext("Peraturan"), "seed": gettext("Catatan kantor"), "assumed": gettext("Perkiraan")}


def weekdays() -> dict[str, str]:
    """Weekdays as they stand in a sentence."""
    return {
        "senin": gettext("senin"),
        "selasa": gettext("selasa"),
        "rabu": gettext("rabu"),
        "kamis": gettext("kamis"),
        "jumat": gettext("jumat"),
        "sabtu": gettext("sabtu"),
        "minggu": gettext("minggu"),
    }


def absence_kinds() -> dict[str, str]:
    """Why somebody is absent."""
    return {
        "cuti": gettext("Cuti"),
        "dinas": gettext("Perjalanan dinas"),
        "sakit": gettext("Sakit"),
        "plh": gettext("Diganti Pelaksana Harian (Plh)"),
    }
