"""`verify`: is everything that is stored true?"""

from __future__ import annotations

import sys

import click

from engine import verify as checking
from engine.cli.common import database_option, json_option, print_json, running_office

SHOWN = 50  # problems printed without --json


@click.command("verify")
@click.option("--case", "case_id", type=int, default=None, metavar="ID", help="Hanya satu permohonan.")
@click.option("--files", is_flag=True, help="Baca juga setiap berkas dan bandingkan dengan SHA-256-nya.")
@database_option
@json_option
def verify(case_id: int | None, files: bool, database: str | None, as_json: bool) -> None:
    """Memeriksa rantai riwayat, dan apakah tugas serta tenggat cocok dengan keadaan setiap permohonan."""
    with running_office(database) as office:
        verdict = checking.verify(office, case_id, files)
    if case_id is not None and verdict.cases == 0:
        raise click.UsageError(f"permohonan {case_id} tidak ada")
    if as_json:
        counted = {"cases": verdict.cases, "events": verdict.events, **({"files": verdict.files} if files else {})}
        print_json({"ok": verdict.ok, **counted, "problems": verdict.problems})
    else:
        for problem in verdict.problems[:SHOWN]:
            click.echo(problem)
        if len(verdict.problems) > SHOWN:
            click.echo(f"... dan {len(verdict.problems) - SHOWN} lagi")
        said = "semuanya benar" if verdict.ok else f"{len(verdict.problems)} masalah"
        read = f", {verdict.files} berkas" if files else ""
        click.echo(f"{verdict.cases} permohonan, {verdict.events} baris riwayat{read}: {said}")
    if not verdict.ok:
        sys.exit(1)
