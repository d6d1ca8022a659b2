"""`clock add` and `clock between`: the office's calendar from the command line. Exit 2 and one line for wrong use."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import IO, Any

import click

from engine.cli.clock_office import NoDatabase, calendar
from engine.working_time import JAKARTA, CalendarError, OutOfCalendar, WorkingTime

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)


class WrongUse(click.ClickException):
    """Wrong use: one line on stderr, exit 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"Galat: {self.format_message()}", file=file, err=file is None)


class BadCalendar(WrongUse):
    """The calendar file is wrong: a problem found, exit 1."""

    exit_code = 1


class _OneLine(click.Command):
    """A command whose wrong use is one line in Bahasa Indonesia, not click's usage text."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.MissingParameter as error:
            name = error.param.opts[0] if isinstance(error.param, click.Option) else _metavar(error.param)
            raise WrongUse(f"{name} belum diisi") from error
        except click.NoSuchOption as error:
            raise WrongUse(f"pilihan {error.option_name} tidak dikenal") from error
        except click.BadParameter as error:
            raise WrongUse(error.message) from error
        except click.BadOptionUsage as error:
            raise WrongUse(f"pilihan {error.option_name} salah pakai atau belum diisi") from error
        except click.UsageError as error:
            raise WrongUse("isian berlebih") from error


class _OneLineGroup(click.Group):
    """A group that names an unknown command in one line."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            raise WrongUse(f"perintah {args[0]!r} tidak dikenal ({', '.join(self.commands)})") from error


class Moment(click.ParamType[datetime | date]):
    """An ISO date or date and time. Without offset: Jakarta's time; a date alone: the office's opening."""

    name = "waktu"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime | date:
        if isinstance(value, date):
            return value
        text = str(value).strip()
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"{text!r} bukan tanggal atau waktu (contoh: 2016-07-01 atau 2016-07-01T09:30)", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=JAKARTA)


class Days(click.ParamType[Decimal]):
    """A number of hari kerja, zero or more, fractions allowed."""

    name = "hari kerja"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            days = Decimal(str(value).strip().replace(",", "."))
        except InvalidOperation:
            days = Decimal("NaN")
        if not days.is_finite() or days < 0:
            self.fail(f"{value!r} bukan jumlah hari kerja (nol atau lebih, contoh: 3 atau 1.5)", param, ctx)
        return days


_DATABASE = click.option(
    "--database", metavar="URL", help="Basis data dengan kalender kantor; bawaan: SIMYANDU_DATABASE_URL atau var/."
)


@click.group("clock", cls=_OneLineGroup)
def clock() -> None:
    """Kalender kantor: menambah dan menghitung hari kerja.

    Dengan basis data, hari yang ditetapkan pengelola ikut dihitung; tanpa basis data hanya kalender.yaml."""


@clock.command("add", cls=_OneLine)
@click.argument("start", type=Moment(), metavar="START")
@click.option("--working-days", "days", type=Days(), required=True, metavar="N", help="Jumlah hari kerja.")
@_DATABASE
@click.option("--json", "as_json", is_flag=True, help="Satu dokumen JSON: {start, due}.")
def add(start: datetime | date, days: Decimal, database: str | None, as_json: bool) -> None:
    """Kapan N hari kerja sejak START habis."""
    office = _office(database)
    try:
        begin = _moment(office, start)
        due = office.add_days(begin, days)
    except OutOfCalendar as error:
        raise WrongUse(str(error)) from error
    if as_json:
        click.echo(json.dumps({"start": _iso(begin), "due": _iso(due)}))
        return
    click.echo(f"Mulai        {_spoken(begin)}")
    click.echo(f"Jatuh tempo  {_spoken(due)} ({_number(days)} hari kerja)")


@clock.command("between", cls=_OneLine)
@click.argument("first", type=Moment(), metavar="A")
@click.argument("last", type=Moment(), metavar="B")
@_DATABASE
@click.option("--json", "as_json", is_flag=True, help="Satu dokumen JSON: {working_minutes, working_days}.")
def between(first: datetime | date, last: datetime | date, database: str | None, as_json: bool) -> None:
    """Berapa waktu kerja dari A sampai B (negatif bila B lebih dulu)."""
    office = _office(database)
    try:
        minutes = office.between(_moment(office, first), _moment(office, last))
    except OutOfCalendar as error:
        raise WrongUse(str(error)) from error
    days = office.days_of(minutes)
    if as_json:
        click.echo(json.dumps({"working_minutes": minutes, "working_days": days}))
        return
    click.echo(f"{_number(Decimal(str(round(days, 4))))} hari kerja ({minutes} menit kerja)")


def _office(database: str | None) -> WorkingTime:
    try:
        return calendar(database)
    except CalendarError as error:
        raise BadCalendar(f"kalender kantor: {error}") from error
    except NoDatabase as error:
        raise WrongUse(str(error)) from error


def _moment(office: WorkingTime, value: datetime | date) -> datetime:
    if isinstance(value, datetime):
        return value
    return office.opening(value)


def _iso(moment: datetime) -> str:
    return moment.astimezone(JAKARTA).isoformat()


def _spoken(moment: datetime) -> str:
    local = moment.astimezone(JAKARTA)
    return f"{DAYS[local.weekday()]}, {local.day} {MONTHS[local.month - 1]} {local.year} {local:%H.%M} WIB"


def _number(value: Decimal) -> str:
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def _metavar(param: click.Parameter | None) -> str:
    return str(getattr(param, "metavar", None) or getattr(param, "name", None) or "isian")
