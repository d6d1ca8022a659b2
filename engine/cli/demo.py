"""`demo`: an office with people, types and live cases, to look around in."""

from __future__ import annotations

import click

from engine.cli.common import database_option, json_option, print_json, running_office
from engine.demo import demo as fill
from engine.permissions import ROLES
from engine.storage import migrations


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="Diam bila sudah ada data (untuk `make run`).")
@database_option
@json_option
def demo(if_empty: bool, database: str | None, as_json: bool) -> None:
    """Mengisi basis data kosong: pengguna tiap peran, instansi, jenis izin, dan beberapa ratus permohonan berjalan."""
    with running_office(database, synchronous="NORMAL") as office:
        migrations.upgrade(office.db)
        made = fill(office)
    if made is None:
        if as_json:
            print_json({"created": False})
        elif not if_empty:
            click.echo("Sudah ada data; tidak ada yang diubah.")
        return
    if as_json:
        users = [{"username": user.username, "name": user.name, "roles": sorted(user.groups)} for user in made.users]
        print_json(
            {
                "created": True,
                "password": made.password,
                "users": users,
                "types": list(made.types),
                "refused": made.refused,
                "cases": made.cases,
                "live": made.live,
            }
        )
        return
    click.echo(f"{'Pengguna':<28}{'Nama':<24}Peran")
    for user in made.users:
        roles = ", ".join(f"{ROLES[role]}{f' ({scope})' if scope else ''}" for role, scope in user.memberships)
        click.echo(f"{user.username:<28}{user.name:<24}{roles}")
    click.echo(f"\nKata sandi semua pengguna: {made.password}")
    click.echo("Kata sandi ini hanya ditampilkan sekali ini.")
    click.echo(f"{made.cases} permohonan dari {len(made.types)} jenis izin, {made.live} masih berjalan.")
    for code, why in made.refused.items():
        click.echo(f"{code} tidak diberlakukan: {why}", err=True)
