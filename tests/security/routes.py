"""Every address of the pages and the API with what it needs, as the applications say themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask

TABLE = Path(__file__).with_name("routes.txt")
HEAD = """\
# What every address needs: a permission, "signed-in" (everybody who is known) or "public".
# Written by: python -m tests.security.write_routes
"""
PUBLIC, SIGNED_IN, NOTHING = "public", "signed-in", "NOTHING"


def need(view: Any) -> str:
    """The word for what a view needs."""
    if getattr(view, "public", False):
        return PUBLIC
    return (view.permission or SIGNED_IN) if hasattr(view, "permission") else NOTHING


def routes(apps: dict[str, Flask]) -> list[tuple[str, str, str, str]]:
    """(application, method, rule, need), sorted."""
    return sorted(
        (name, method, rule.rule, need(app.view_functions[rule.endpoint]))
        for name, app in apps.items()
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


def written(rows: list[tuple[str, str, str, str]]) -> str:
    """The table as it stands in the file."""
    width = max(len(rule) for _, _, rule, _ in rows)
    return HEAD + "".join(f"{app:4} {method:6} {rule:{width}} {need}\n" for app, method, rule, need in rows)


def read() -> list[tuple[str, str, str, str]]:
    """The table of the file."""
    lines = TABLE.read_text().splitlines()
    found = [tuple(line.split()) for line in lines if line and not line.startswith("#")]
    return [(app, method, rule, need) for app, method, rule, need in found]
