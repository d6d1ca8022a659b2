"""Repairs in the history of a case, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from web.kit import hari_kerja

KINDS = ("case_repaired", "repair_proposed", "repair_consented", "repair_refused")


def deed(name: str) -> str:
    """The name of a repair."""
    names = {
        "suspend": gettext("Tangguhkan permohonan"),
        "resume": gettext("Lanjutkan permohonan"),
        "send_back": gettext("Kembalikan ke langkah sebelumnya"),
        "reassign": gettext("Alihkan tugas"),
        "applicant": gettext("Betulkan data pemohon"),
        "answers": gettext("Betulkan jawaban"),
        "skip": gettext("Lewati langkah"),
    }
    return names.get(name, name)


def told(kind: str, data: Mapping[str, Any]) -> tuple[str, str]:
    """Title and text of a line; kind: of KINDS."""
    what = deed(str(data.get("tindakan", "")))
    reason = gettext("Alasan: %(alasan)s", alasan=data.get("alasan") or "–")
    if kind == "repair_proposed":
        return gettext("Perbaikan diusulkan: %(apa)s", apa=what), reason
    if kind == "repair_consented":
        text = gettext("Diusulkan oleh %(siapa)s", siapa=data.get("diusulkan") or "–")
        return gettext("Perbaikan disetujui: %(apa)s", apa=what), text
    if kind == "repair_refused":
        if data.get("hasil") == "ditarik":
            return gettext("Usulan perbaikan ditarik: %(apa)s", apa=what), reason
        return gettext("Usulan perbaikan ditolak: %(apa)s", apa=what), reason
    parts = [str(data[name]) for name in ("langkah", "pemegang") if data.get(name)]
    if data.get("menit") is not None:
        parts.append(gettext("berdiri %(waktu)s", waktu=hari_kerja(data["menit"])))
    title = f"{what}: {', '.join(parts)}" if parts else what
    return gettext("Perbaikan: %(apa)s", apa=title), reason
