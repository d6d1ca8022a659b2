"""How fast, next to the floor and to peers: every figure is a ratio of two things measured in the same run.

`simyandu bench [NAME]`, or `python -m benchmarks [NAME]`. See README.md.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

NAMES = ("step", "depth", "size", "inbox", "timers", "timers_burst", "punctuality", "calendar", "replay", "http")


def find(name: str) -> Callable[..., dict[str, Any]]:
    """The benchmark of that name: `run(quick=False) -> figures`. Raises KeyError."""
    if name not in NAMES:
        raise KeyError(name)
    found: Callable[..., dict[str, Any]] = import_module(f"benchmarks.{name}").run
    return found
