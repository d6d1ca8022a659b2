"""`layout`: places diagrams that carry no positions, or anew on demand. Exit 0 done, 1 a file could not be placed."""

from __future__ import annotations

from pathlib import Path

import click

from engine.errors import Invalid
from engine.layout import lay_out
from engine.xml_safe import XmlRefused


@click.command("layout")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--write", is_flag=True, help="Tulis ke berkasnya; tanpa ini hasilnya dicetak.")
def layout(files: tuple[Path, ...], write: bool) -> None:
    """Atur tata letak diagram BPMN: lajur sebagai baris, langkah sebagai kolom. Arti diagram tidak berubah."""
    failed = False
    for path in files:
        try:
            placed = lay_out(path.read_bytes())
        except (XmlRefused, Invalid) as error:
            reason = error.reason if isinstance(error, XmlRefused) else error.detail
            click.echo(f"Galat: {path}: {reason}", err=True)
            failed = True
            continue
        if write:
            path.write_bytes(placed)
            click.echo(f"{path}: tata letak ditulis", err=True)
        else:
            click.echo(placed.decode("utf-8"), nl=False)
    if failed:
        raise SystemExit(1)
