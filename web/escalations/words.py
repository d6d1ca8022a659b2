"""Causes of a broken promise, in the page's language."""

from __future__ import annotations

from flask_babel import gettext


def causes() -> dict[str, str]:
    """Of engine.escalations.CAUSES."""
    return {
        "tim_teknis": gettext("Tim Teknis tidak hadir atau belum menanggapi"),
        "beban_kerja": gettext("Beban kerja atau petugas kurang"),
        "berkas": gettext("Berkas keliru, hilang, atau harus dilengkapi lagi"),
        "lapangan": gettext("Lapangan tidak dapat dikunjungi"),
        "tanda_tangan": gettext("Pejabat penanda tangan tidak di tempat"),
        "sistem": gettext("Gangguan sistem atau jaringan"),
        "pemohon": gettext("Pemohon meminta waktu"),
        "lain": gettext("Sebab lain"),
    }
