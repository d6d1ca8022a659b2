"""How long each kind of document is kept, from processes/shared/retensi.yaml (the office's jadwal retensi arsip)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path("shared") / "retensi.yaml"
FATES = frozenset({"musnah", "permanen", "dinilai"})
LONGEST = 200  # years


@dataclass(frozen=True)
class Rule:
    """years: after the case was closed. fate: musnah (destroyed), permanen (handed to the archives), dinilai (looked
    at again). source: where the rule is from; `assumed` where nobody has said."""

    name: str
    years: int
    fate: str
    source: str


@dataclass(frozen=True)
class Schedule:
    """kinds: of documents that have a rule of their own; other: of all the rest."""

    kinds: Mapping[str, Rule]
    other: Rule

    def of(self, kind: str) -> Rule:
        """The rule of a kind of document."""
        return self.kinds.get(kind, self.other)


def schedule(processes_dir: Path) -> Schedule:
    """The schedule as it is now. Raises ValueError, naming the line, for a schedule that cannot be meant."""
    path = processes_dir / FILE
    return _read(path, path.stat().st_mtime_ns)


def years_before(day: date, years: int) -> date:
    """The same date so many years earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


@lru_cache(maxsize=4)
def _read(path: Path, stamp: int) -> Schedule:
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(table, dict) or not isinstance(table.get("jenis"), dict) or "lainnya" not in table:
        raise ValueError(f"{FILE}: harus ada 'jenis' dan 'lainnya'")
    kinds = {str(kind): _rule(str(kind), row) for kind, row in table["jenis"].items()}
    return Schedule(kinds, _rule("lainnya", table["lainnya"]))


def _rule(kind: str, row: Any) -> Rule:
    years = row.get("tahun") if isinstance(row, dict) else None
    if isinstance(years, bool) or not isinstance(years, int) or not 0 < years <= LONGEST:
        raise ValueError(f"{FILE}: {kind}: 'tahun' adalah bilangan bulat antara 1 dan {LONGEST}")
    if row.get("nasib") not in FATES or not row.get("nama") or not row.get("sumber"):
        raise ValueError(f"{FILE}: {kind}: harus ada nama, sumber, dan nasib ({', '.join(sorted(FATES))})")
    return Rule(str(row["nama"]), years, str(row["nasib"]), str(row["sumber"]))
