"""simyandu processes: what SOPs ship and run, whether they are sound, and which version is in force."""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.cli.common import database_option, json_option, print_json, running_office

if TYPE_CHECKING:
    from engine.check import Finding
    from engine.office import Office


class Processes(click.Group):
    """`layout` is imported only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), "layout"]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name == "layout":
            from importlib import import_module

            found: click.Command = import_module("engine.cli.layout").layout
            return found
        return super().get_command(ctx, name)


@click.group(cls=Processes)
def processes() -> None:
    """SOP: daftar, pemeriksaan, pemberlakuan."""


@processes.command("list")
@database_option
@json_option
def list_(database: str | None, as_json: bool) -> None:
    """Semua jenis yang ada: langkah, jangka waktu, versi yang berlaku."""
    from engine.insight.shipped import shipped

    with running_office(database) as office:
        rows = shipped(office)
    if as_json:
        print_json([row.as_dict() for row in rows])
        return
    click.echo(f"{'KODE':<12} {'VERSI':>5} {'HARI':>4} {'TUGAS':>5} {'LAYANAN':>7} {'JAM':>3}  NAMA")
    for row in rows:
        version = str(row.version or "-")
        counts = f"{row.user_tasks:>5} {row.service_tasks:>7} {row.timers:>3}"
        click.echo(f"{row.code:<12} {version:>5} {row.sop_working_days or '-':>4} {counts}  {row.name}")
    click.echo(f"{sum(row.active for row in rows)} dari {len(rows)} jenis berlaku.")


@processes.command()
@click.argument("files", nargs=-1, metavar="[FILE|KODE]...")
@json_option
def check(files: tuple[str, ...], as_json: bool) -> None:
    """Memeriksa berkas SOP; tanpa FILE: semua yang ada. Keluar 1 bila ada yang salah."""
    from engine.check import check_source
    from engine.services import known_operators

    processes_dir, forms_dir = folders()
    for source in files:
        _must_exist(source, processes_dir)
    sources = files or tuple(sorted(path.parent.name for path in processes_dir.glob("*/sop.bpmn")))
    found: dict[Finding, None] = {}  # a shared phase is told once, however many SOPs call it
    for source in sources:
        found.update(dict.fromkeys(check_source(source, processes_dir, forms_dir, known_operators())))
    findings = sorted(found, key=lambda finding: (finding.severity != "error", finding.file))
    if as_json:
        print_json([finding.as_dict() for finding in findings])
    else:
        _tell(findings)
        errors = sum(finding.severity == "error" for finding in findings)
        click.echo(f"{len(sources)} SOP diperiksa: {errors} kesalahan, {len(findings) - errors} peringatan.", err=True)
    if any(finding.severity == "error" for finding in findings):
        sys.exit(1)


@processes.command()
@click.argument("source", metavar="FILE|KODE")
@click.option("--from", "from_", metavar="TANGGAL", help="Mulai berlaku (YYYY-MM-DD, waktu Jakarta); bawaan: sekarang.")
@click.option("--by", "username", metavar="PENGGUNA", required=True, help="Nama pengguna yang memberlakukan.")
@click.option("--decree", metavar="TEKS", required=True, help="Keputusan yang menjadi dasar.")
@database_option
@json_option
def activate(
    source: str,
    from_: str | None,
    username: str,
    decree: str,
    database: str | None,
    as_json: bool,
) -> None:
    """Memberlakukan SOP yang lulus pemeriksaan. Permohonan yang sedang berjalan tetap pada versinya."""
    from engine.insight.activation import Unsound, activate_source

    if not decree.strip():
        raise click.UsageError("--decree tidak boleh kosong.")
    with running_office(database) as office:
        _must_exist(source, office.settings.processes_dir)
        start = _moment(office, from_)
        try:
            version = activate_source(office, source, username=username, decree=decree.strip(), from_at=start)
        except Unsound as unsound:
            if as_json:
                print_json([finding.as_dict() for finding in unsound.findings])
            else:
                _tell(unsound.findings)
            click.echo("Tidak diberlakukan: pemeriksaan menemukan kesalahan.", err=True)
            sys.exit(1)
    result = {"code": version.code, "version": version.number, "from": start.isoformat()}
    if as_json:
        print_json(result)
    else:
        click.echo(f"{version.code} versi {version.number} berlaku sejak {from_ or 'sekarang'}.")


@processes.command()
@click.argument("code", metavar="KODE")
@click.argument("first", type=click.IntRange(1), metavar="V1")
@click.argument("second", type=click.IntRange(1), metavar="V2")
@database_option
@json_option
def diff(code: str, first: int, second: int, database: str | None, as_json: bool) -> None:
    """Beda dua versi: unsur yang ditambah, dihapus, diubah, jalur, dan berkas lain."""
    from engine.insight.catalogue import version_of
    from engine.insight.differences import differences

    with running_office(database) as office:
        found = differences(version_of(office, code, first), version_of(office, code, second))
    if as_json:
        print_json(found.as_dict())
        return
    for sign, rows in (("+", found.added), ("-", found.removed)):
        for process, element, name in rows:
            click.echo(f"{sign} {process}/{element}  {name}")
    for change in found.changed:
        click.echo(f"~ {change.process}/{change.element}  {change.name}: {', '.join(change.what)}")
    for sign, ways in (("+", found.flows_added), ("-", found.flows_removed), ("~", found.files)):
        for text in ways:
            click.echo(f"{sign} {text}")
    if not found.any:
        click.echo(f"{code} versi {first} dan {second} sama.")


def folders() -> tuple[Path, Path]:
    """processes/ and forms/ without Settings, which would make a secret and a var directory for a mere look."""
    from engine.settings import ROOT

    env = os.environ
    return Path(env.get("SIMYANDU_PROCESSES", ROOT / "processes")), Path(env.get("SIMYANDU_FORMS", ROOT / "forms"))


def _must_exist(source: str, processes_dir: Path) -> None:
    try:
        known = Path(source).exists() or (processes_dir / source / "sop.bpmn").is_file()
    except (OSError, ValueError):
        known = False
    if not known:
        raise click.UsageError(f"{source!r} bukan kode jenis, folder, atau berkas yang ada.")


def _moment(office: Office, text: str | None) -> datetime:
    if text is None:
        return office.now()
    from engine.working_time import JAKARTA

    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(f"--from: {text!r} bukan tanggal (contoh: 2016-07-01).") from error
    if moment.tzinfo is None:
        moment = datetime.combine(date(moment.year, moment.month, moment.day), moment.time() or time(), JAKARTA)
    return moment.astimezone(UTC)


def _tell(findings: Any) -> None:
    for finding in findings:
        word = "SALAH" if finding.severity == "error" else "ingat"
        click.echo(f"{word}  {finding.file}{' ' + finding.element if finding.element else ''}  [{finding.rule}]")
        click.echo(f"       {finding.message}")
