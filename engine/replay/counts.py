"""How many cases a year brought: the office's own table of permits issued 2011-2016, by type and variant.

Sub-rows of that table do not always add up to their type's row; the type's row rules, and its variants keep their
proportions.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from engine.definitions import Version
from engine.errors import Invalid

TABLE, TYPES = "issued-2011-2016.csv", "permits.csv"


def year_counts(shared_dir: Path, year: int) -> dict[str, tuple[int, dict[str, int]]]:
    """Code -> (cases of the type, cases by name of variant) as printed for that year. Raises: Invalid (other year)."""
    with (shared_dir / TYPES).open(encoding="utf-8", newline="") as file:
        code_of = {row["no"]: row["code"] for row in csv.DictReader(_lines(file))}
    counts: dict[str, tuple[int, dict[str, int]]] = {}
    with (shared_dir / TABLE).open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(_lines(file))
        if str(year) not in (rows.fieldnames or ()):
            known = ", ".join(name for name in rows.fieldnames or () if name.isdigit())
            raise Invalid({"year": [f"Tahun {year} tidak ada dalam tabel penerbitan ({known})."]})
        for row in rows:
            code, count = code_of[row["no"]], int(row[str(year)] or 0)
            if not row["variant"]:
                counts[code] = (count, {})
            else:
                counts[code][1][row["variant"]] = count
    return counts


def cases_of(version: Version, total: int, by_name: Mapping[str, int], share: float) -> dict[str, int]:
    """Variant code -> cases to open: `total * share`, half up, in the proportions of the counted variants.

    Names that the type does not know (any more) have no part in it; a type whose variants were not counted gives all
    of them the same.
    """
    variants = [(str(row["kode"]), str(row.get("nama") or "")) for row in version.permit.get("varian") or []]
    counted = {_plain(name): count for name, count in by_name.items()}
    weights = [counted.get(_plain(name), counted.get(_plain(code), 0)) for code, name in variants]
    if not any(weights):
        weights = [1] * len(variants)
    shared = _apportion(int(total * share + 0.5), weights)
    return {code: count for (code, _), count in zip(variants, shared, strict=True) if count}


def _apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Whole numbers that add up to `total` in the proportions of `weights` (largest remainders)."""
    if not weights:
        return []
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda place: (-(total * weights[place] % whole), place))
    for place in by_rest[: total - sum(parts)]:
        parts[place] += 1
    return parts


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _lines(file: Iterable[str]) -> Iterable[str]:
    return (line for line in file if not line.startswith("#"))
