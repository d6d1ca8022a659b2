"""Every command of the engine with the permission it needs, and arguments that lead to nothing that exists."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import types
import typing
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_origin

import engine
from engine.cases import Applicant
from engine.documents import Stored
from engine.payments import Incoming
from tests.engine.core.conftest import MONDAY

TABLE = Path(__file__).with_name("commands.txt")
HEAD = """\
# The permission that every command needs; "office": only the office itself, nobody in person.
# Written by: python -m tests.security.write_routes
"""
OFFICE = "office"
SAMPLES: dict[Any, Any] = {
    int: 999,
    str: "x",
    datetime: MONDAY,
    date: MONDAY.date(),
    Applicant: Applicant("Sari"),
    Stored: Stored("0" * 64, 1, "application/pdf"),
    Incoming: Incoming("BJB", "R1", 1, "2016-07-18"),
}


def commands() -> dict[str, Callable[..., Any]]:
    """Everything in the engine that @command made."""
    found = {}
    for module in pkgutil.walk_packages(engine.__path__, "engine."):
        if module.name.startswith(("engine.cli", "engine.storage")) or module.name.endswith("__main__"):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if callable(value) and hasattr(value, "permission") and hasattr(value, "__wrapped__"):
                found[f"{value.__module__}.{value.__name__}"] = value
    return dict(sorted(found.items()))


def arguments(call: Callable[..., Any]) -> dict[str, Any]:
    """A value for everything that the command asks for besides the unit. Raises KeyError: a kind that SAMPLES lacks."""
    body = inspect.unwrap(call)
    hints = typing.get_type_hints(body)
    asked = list(inspect.signature(body).parameters.values())[1:]
    return {one.name: _sample(hints[one.name]) for one in asked if one.default is inspect.Parameter.empty}


def _sample(kind: Any) -> Any:
    origin = get_origin(kind) or kind
    if origin in (types.UnionType, typing.Union):
        return _sample(kind.__args__[0])
    if origin is list:
        return []
    if origin is tuple:
        return (_sample(kind.__args__[0]),)
    if isinstance(origin, type) and issubclass(origin, typing.Mapping):
        return {}
    return SAMPLES[kind]


def written(found: dict[str, Callable[..., Any]]) -> str:
    """The table as it stands in the file."""
    rows = [(name, call.permission or OFFICE) for name, call in found.items()]  # type: ignore[attr-defined]
    width = max(len(name) for name, _ in rows)
    return HEAD + "".join(f"{name:{width}} {permission}\n" for name, permission in rows)


def read() -> dict[str, str]:
    """The table of the file."""
    lines = [line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    return {line[0]: line[1] for line in lines}
