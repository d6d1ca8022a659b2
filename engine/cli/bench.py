"""`bench`: how fast, next to the floor and to peers of the same run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import click

from engine.cli.common import json_option, print_json
from engine.settings import ROOT


@click.command("bench")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--quick", is_flag=True, help="Sedikit ulangan: untuk melihat bahwa ukurannya berjalan.")
@json_option
def bench(names: tuple[str, ...], quick: bool, as_json: bool) -> None:
    """Mengukur kecepatan: step, depth, size, inbox, timers, timers_burst, punctuality, calendar,
    replay, http; semuanya bila tidak disebut."""
    if not (ROOT / "benchmarks").is_dir():
        raise click.ClickException("ukuran kecepatan hanya ada di pohon sumber, bukan pada pemasangan ini")
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    import benchmarks

    unknown = sorted(set(names) - set(benchmarks.NAMES))
    if unknown:
        raise click.UsageError(f"tidak dikenal: {', '.join(unknown)} (ada: {', '.join(benchmarks.NAMES)})")
    found: dict[str, Any] = {}
    for name in names or benchmarks.NAMES:
        found[name] = benchmarks.find(name)(quick)
        if not as_json:
            click.echo(name)
            for line in _lines(found[name], "  "):
                click.echo(line)
    if as_json:
        print_json(found[names[0]] if len(names) == 1 else found)


def _lines(value: dict[str, Any], indent: str) -> Iterator[str]:
    for key, inner in value.items():
        if isinstance(inner, dict) and {"p50", "p95"} != inner.keys():
            yield f"{indent}{key}"
            yield from _lines(inner, indent + "  ")
        else:
            shown = f"p50 {inner['p50']}  p95 {inner['p95']}" if isinstance(inner, dict) else inner
            yield f"{indent}{key:<22} {shown}"
