"""Names of the agencies (SKPD) of the Tim Teknis, as processes/shared/instansi.yaml says them now."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml

FILE = Path("shared") / "instansi.yaml"


def agency_names(processes_dir: Path) -> Mapping[str, str]:
    """Code -> short name. A code that the file does not know is its own name: ask with `.get(code, code)`."""
    path = processes_dir / FILE
    return _read(path, path.stat().st_mtime_ns) if path.exists() else {}


@lru_cache(maxsize=4)
def _read(path: Path, stamp: int) -> Mapping[str, str]:
    table = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    return {str(code): str(row.get("singkat") or row.get("nama") or code) for code, row in table.items()}
