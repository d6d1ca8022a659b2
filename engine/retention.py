"""How long documents and files are kept: the office's jadwal retensi arsip, processes/shared/retensi.yaml.

The file holds schedules with the date from which each is in force, so that an earlier one is not written over.
"""

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
REST = "lainnya"


@dataclass(frozen=True)
class Rule:
    """years: after the case was closed, of a file after it was archived. fate: musnah (destroyed), permanen (handed to
    the archives), dinilai (looked at again). source: where the rule is from; `assumed` where nobody has said."""

    name: str
    years: int
    fate: str
    source: str


@dataclass(frozen=True)
class Schedule:
    """since: from when it is in force. basis: its decree. kinds: of documents that have a rule of their own; files: of
    the paper file of a case, by the type's family; other, other_file: of all the rest."""

    since: date
    basis: str
    kinds: Mapping[str, Rule]
    files: Mapping[str, Rule]
    other: Rule
    other_file: Rule

    def of(self, kind: str) -> Rule:
        """The rule of a kind of document."""
        return self.kinds.get(kind, self.other)

    def of_file(self, family: str) -> Rule:
        """The rule of the file of a case of this family."""
        return self.files.get(family, self.other_file)


def schedule(processes_dir: Path, day: date) -> Schedule:
    """The schedule in force on a day. Raises ValueError, naming the line, for a schedule that cannot be meant, and when
    none was in force yet."""
    path = processes_dir / FILE
    found = None
    for each in _read(path, path.stat().st_mtime_ns):
        if each.since <= day:
            found = each
    if found is None:
        raise ValueError(f"{FILE}: tidak ada jadwal yang berlaku pada {day.isoformat()}")
    return found


def years_before(day: date, years: int) -> date:
    """The same date so many years earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def years_after(day: date, years: int) -> date:
    """The same date so many years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


@lru_cache(maxsize=4)
def _read(path: Path, stamp: int) -> tuple[Schedule, ...]:
    """Oldest first."""
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    rows = table.get("jadwal") if isinstance(table, dict) else None
    if not isinstance(rows, list) or not rows:
        raise ValueError(f"{FILE}: harus ada 'jadwal', sebuah daftar")
    found = sorted((_schedule(row) for row in rows), key=lambda each: each.since)
    twice = [one.since for one, next_one in zip(found, found[1:], strict=False) if one.since == next_one.since]
    if twice:
        raise ValueError(f"{FILE}: dua jadwal berlaku mulai {twice[0].isoformat()}")
    return tuple(found)


def _schedule(row: Any) -> Schedule:
    since = row.get("berlaku") if isinstance(row, dict) else None
    if type(since) is not date or not row.get("dasar"):
        raise ValueError(f"{FILE}: setiap jadwal harus mempunyai 'berlaku' (tanggal) dan 'dasar'")
    kinds, other = _rules(row, "jenis")
    files, other_file = _rules(row, "berkas")
    return Schedule(since, str(row["dasar"]), kinds, files, other, other_file)


def _rules(row: Mapping[str, Any], part: str) -> tuple[dict[str, Rule], Rule]:
    rows = row.get(part)
    if not isinstance(rows, dict) or REST not in rows:
        raise ValueError(f"{FILE}: '{part}' harus ada, dengan '{REST}'")
    rules = {str(kind): _rule(f"{part} {kind}", values) for kind, values in rows.items()}
    return rules, rules.pop(REST)


def _rule(name: str, row: Any) -> Rule:
    years = row.get("tahun") if isinstance(row, dict) else None
    if isinstance(years, bool) or not isinstance(years, int) or not 0 < years <= LONGEST:
        raise ValueError(f"{FILE}: {name}: 'tahun' adalah bilangan bulat antara 1 dan {LONGEST}")
    if row.get("nasib") not in FATES or not row.get("nama") or not row.get("sumber"):
        raise ValueError(f"{FILE}: {name}: harus ada nama, sumber, dan nasib ({', '.join(sorted(FATES))})")
    return Rule(str(row["nama"]), years, str(row["nasib"]), str(row["sumber"]))
