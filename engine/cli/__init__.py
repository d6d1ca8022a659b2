"""The operator's commands. Wrong use: exit 2 and one clear line; problems found: exit 1; never a traceback."""

from __future__ import annotations

import importlib
import logging
import os
import sys

import click
import structlog

from engine.errors import Refused

# name of the command -> where it lives; loaded only when it is used, so that `clock add` does not wait for
# SpiffWorkflow
COMMANDS = {
    "init": "engine.cli.init:init",
    "demo": "engine.cli.demo:demo",
    "serve": "engine.cli.serve:serve",
    "worker": "engine.cli.serve:worker",
    "processes": "engine.cli.processes:processes",
    "replay": "engine.cli.replay:replay",
    "verify": "engine.cli.verify:verify",
    "clock": "engine.cli.clock:clock",
    "bench": "engine.cli.bench:bench",
}


class Lazy(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        place = COMMANDS.get(name)
        if place is None:
            return None
        module, _, attribute = place.partition(":")
        found: click.Command = getattr(importlib.import_module(module), attribute)
        return found


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
def simyandu() -> None:
    """SIMYANDU: kantor perizinan yang berjalan dari diagram SOP-nya."""


def main() -> None:
    """Entry point of the installed command."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping().get(os.environ.get("SIMYANDU_LOG", "INFO").upper(), logging.INFO)
        ),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # whatever stderr is when something is said
    )
    try:
        code = simyandu.main(standalone_mode=False)
        if isinstance(code, int):  # click hands back what `ctx.exit(code)` said
            sys.exit(code)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.Abort:
        sys.exit("Dihentikan.")
    except click.ClickException as wrong:
        click.echo(f"Galat: {wrong.format_message()}", err=True)
        sys.exit(2)
    except Refused as refused:
        click.echo(f"Galat: {refused.detail}", err=True)
        sys.exit(2)
