"""Which tables of a tariff count on which day: `biaya.tabel` is one file, or files that follow each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from engine.services.tarif_values import TariffError

CALCULATED_ON = "tanggal_hitung"
"""Name by which formulas and tables know the day of calculation (ISO date, Jakarta)."""
_EVER, _NEVER = date.min, date.max


@dataclass(frozen=True)
class Period:
    """A file and the days on which it counts, both included; None: without a bound. row: its place in the list."""

    file: str
    first: str | None
    last: str | None
    row: int

    @property
    def begin(self) -> date:
        """Its first day, for comparing."""
        return date.fromisoformat(self.first) if self.first else _EVER

    @property
    def end(self) -> date:
        """Its last day, for comparing."""
        return date.fromisoformat(self.last) if self.last else _NEVER

    @property
    def shown(self) -> str:
        """As people say it."""
        return f"baris {self.row} ({self.file}, {self.first or 'sejak awal'} s.d. {self.last or 'seterusnya'})"


def periods(biaya: Mapping[str, Any]) -> list[Period]:
    """The tables in order of time; empty without any. Raises TariffError."""
    named = biaya.get("tabel")
    if not named:
        return []
    if isinstance(named, str):
        return [Period(named, None, None, 1)]
    if not isinstance(named, list) or len(named) > 50 or not all(isinstance(entry, Mapping) for entry in named):
        raise TariffError("biaya: 'tabel' harus nama berkas, atau daftar {berkas, mulai, sampai}")
    found = [
        Period(str(entry.get("berkas") or ""), _day(entry.get("mulai"), row), _day(entry.get("sampai"), row), row)
        for row, entry in enumerate(named, start=1)
    ]
    for each in found:
        if not each.file:
            raise TariffError(f"biaya: tabel {each.shown} tidak menyebut 'berkas'")
        if each.begin > each.end:
            raise TariffError(f"biaya: tabel {each.shown} berakhir sebelum mulai")
    return sorted(found, key=lambda each: each.begin)


def table_on(biaya: Mapping[str, Any], day: str | None) -> str | None:
    """The file in force on an ISO date; None where the tariff has no tables. Raises TariffError: none is in force."""
    found = periods(biaya)
    if not found:
        return None
    if day is None:
        return found[-1].file
    at = date.fromisoformat(day[:10])
    for each in found:
        if each.begin <= at <= each.end:
            return each.file
    raise TariffError(f"tidak ada tabel tarif yang berlaku pada {day[:10]}")


def period_problems(biaya: Mapping[str, Any]) -> list[str]:
    """Days that two tables cover, or none between two; each names both. Raises TariffError."""
    found = periods(biaya)
    wrong = []
    for one, other in zip(found, found[1:], strict=False):
        if other.begin <= one.end:
            wrong.append(f"biaya: tabel {one.shown} dan {other.shown} berlaku bersamaan")
        elif other.begin - one.end > timedelta(days=1):
            wrong.append(f"biaya: di antara tabel {one.shown} dan {other.shown} ada hari tanpa tarif")
    return wrong


def _day(value: Any, row: int) -> str | None:
    if value is None or value == "":
        return None
    try:
        return (value if isinstance(value, date) else date.fromisoformat(str(value))).isoformat()[:10]
    except ValueError:
        raise TariffError(f"biaya: tabel baris {row}: tanggal '{value}' tidak terbaca") from None
