"""`replay`: plays a year of the office."""

from __future__ import annotations

import sys

import click
import structlog

from engine.cli.common import database_option, json_option, print_json, running_office
from engine.errors import Invalid
from engine.replay import activate_shipped, year_start
from engine.replay import replay as play
from engine.replay.ready import shipped_codes
from engine.storage import migrations

log = structlog.get_logger()


@click.command("replay")
@click.option("--year", type=int, default=2016, show_default=True, metavar="Y", help="Tahun yang diputar ulang.")
@click.option("--share", type=float, default=1.0, show_default=True, help="Bagian dari jumlah tahun itu, 0 < x <= 1.")
@click.option("--codes", default=None, metavar="IMB,SIUP", help="Jenis izin; bawaan: semua yang berlaku.")
@click.option("--seed", type=int, default=1, show_default=True, help="Benih: benih yang sama, riwayat yang sama.")
@click.option("--resume", is_flag=True, help="Lanjutkan putar ulang yang terhenti di basis data ini.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Diterima demi keseragaman; urutan perintah satu untuk semua, jadi hasil dan lamanya sama.",
)
@click.option(
    "--synchronous",
    type=click.Choice(["full", "normal"]),
    default="normal",
    show_default=True,
    help="SQLite: full menunggu cakram pada setiap perintah.",
)
@database_option
@json_option
def replay(
    year: int,
    share: float,
    codes: str | None,
    seed: int,
    resume: bool,
    workers: int,
    synchronous: str,
    database: str | None,
    as_json: bool,
) -> None:
    """Memutar ulang satu tahun kantor dengan jumlah nyata, semua peran, dan jam buatan."""
    wanted = None if codes is None else [code.strip() for code in codes.split(",") if code.strip()]
    if wanted == []:
        raise click.UsageError("--codes kosong")
    if workers > 1:
        log.warning("replay is one sequence of commands: more workers change nothing", workers=workers)
    with running_office(database, synchronous=synchronous.upper()) as office:
        migrations.upgrade(office.db)
        shipped = shipped_codes(office)
        unknown = sorted(set(wanted or []) - set(shipped))
        if unknown:
            raise click.UsageError(f"jenis izin tidak dikenal: {', '.join(unknown)}")
        refused = activate_shipped(office, wanted or shipped, year_start(year))
        for code, why in refused.items():
            log.warning("type left out: the check refuses it", code=code, why=why)
        if refused and wanted:
            raise click.ClickException(f"SOP belum lolos pemeriksaan: {', '.join(sorted(refused))}")
        try:
            result = play(office, year, share, wanted, seed, resume, progress=True)
        except Invalid as wrong:
            raise click.UsageError("; ".join(text for texts in wrong.fields.values() for text in texts)) from wrong
    problems = result.pop("refused")
    if as_json:
        print_json(result)
    else:
        _say(result)
    if problems:
        for problem in problems:
            click.echo(problem, err=True)
        sys.exit(1)


def _say(result: dict[str, object]) -> None:
    types = result["by_type"]
    assert isinstance(types, dict)
    click.echo(f"{'Jenis':<12}{'Dibuka':>9}{'Ditutup':>9}")
    for code, row in types.items():
        click.echo(f"{code:<12}{row['opened']:>9}{row['closed']:>9}")
    click.echo(f"{'Jumlah':<12}{result['cases_opened']:>9}{result['cases_closed']:>9}")
    click.echo(
        f"{result['tasks_completed']} tugas, {result['events']} baris riwayat, {result['late_cases']} terlambat, "
        f"{result['seconds']} detik ({result['tasks_per_second']} tugas per detik)"
    )
