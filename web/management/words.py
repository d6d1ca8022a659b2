"""Names of the three divisions, and how working time is said in a table."""

from __future__ import annotations

from engine.insight.bottlenecks import StepFigures
from web.kit import hari_kerja

BIDANG = {"jasa_usaha": "Jasa Usaha", "tertentu": "Tertentu", "non_perizinan": "Non Perizinan"}


def bidang(code: str) -> str:
    """A bidang's name; a code that nobody knows is shown as it is."""
    return BIDANG.get(code, code)


def short_days(minutes: float | None) -> str:
    """Working minutes for a small place: "1,5 hk" (hari kerja), "3 jam"."""
    return (
        hari_kerja(minutes).replace(" hari kerja", " hk").replace(" jam kerja", " jam").replace(" menit kerja", " mnt")
    )


def against(figures: StepFigures) -> str:
    """The median against what the diagram allows: "2,5×"; empty when either is not known."""
    if figures.ratio is None:
        return ""
    return "<0,1×" if figures.ratio < 0.1 else f"{figures.ratio:.1f}×".replace(".", ",")
