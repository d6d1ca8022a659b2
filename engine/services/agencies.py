"""The names of agencies, as a bundle's instansi.yaml has them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import yaml


@lru_cache(maxsize=64)
def agency_table(content: bytes) -> dict[str, Any]:
    """Code -> {nama, singkat} of an instansi.yaml; empty for anything else."""
    table = yaml.safe_load(content)
    return table if isinstance(table, dict) else {}


def agency_name(bundle: Any, code: str) -> str:
    """The short name of an agency; its code where the file says nothing."""
    row = agency_table(bundle.files.get("instansi.yaml") or b"").get(code)
    return str(row.get("singkat") or row.get("nama") or code) if isinstance(row, dict) else str(row or code)
