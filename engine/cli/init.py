"""simyandu init: create or upgrade the schema. Safe to repeat."""

from __future__ import annotations

import click

from engine.cli.common import database_option, json_option, print_json, running_office


@click.command()
@database_option
@json_option
def init(database: str | None, as_json: bool) -> None:
    """Menyiapkan atau memutakhirkan skema basis data; aman diulang."""
    from engine.storage.migrations import upgrade

    with running_office(database) as office:
        result = upgrade(office.db)
    if as_json:
        print_json(result)
    else:
        click.echo(f"Skema basis data siap (revisi {result['revision']}).")
