"""simyandu serve: pages, API and background work in one process. simyandu worker: the background half alone."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from engine.cli.common import database_option, running_office

if TYPE_CHECKING:
    from engine.office import Office

THREADS = 8


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Alamat yang didengarkan.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: port bebas mana pun.")
@click.option(
    "--trusted-proxy",
    envvar="SIMYANDU_TRUSTED_PROXY",
    metavar="ALAMAT",
    help="Alamat proksi di depan; hanya kepala X-Forwarded-* darinya yang dipercaya.",
)
@database_option
def serve(host: str, port: int, trusted_proxy: str | None, database: str | None) -> None:
    """Menjalankan kantor: halaman, API, dan pekerjaan latar dalam satu proses."""
    from waitress import create_server  # type: ignore[import-untyped]

    from engine.work import Scheduler

    with running_office(database) as office:
        _must_be_ready(office)
        proxy = (
            {
                "trusted_proxy": trusted_proxy,
                "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
                "clear_untrusted_proxy_headers": True,
            }
            if trusted_proxy
            else {}
        )
        try:
            server = create_server(application(office), host=host, port=port, threads=THREADS, ident=None, **proxy)
        except OSError as error:
            raise click.ClickException(f"{host}:{port} tidak dapat dipakai: {error.strerror or error}") from error
        scheduler = Scheduler(office)
        with _stopping_on_signals():
            scheduler.start()
            click.echo(f"SIMYANDU melayani di {_address(host, server)} (berhenti: Ctrl+C)")
            try:
                server.run()  # returns when a signal raised SystemExit, after the requests under way are answered
            except (KeyboardInterrupt, SystemExit):
                server.task_dispatcher.shutdown()
            finally:
                server.close()
                scheduler.stop()
    click.echo("SIMYANDU berhenti.")


@click.command()
@database_option
def worker(database: str | None) -> None:
    """Menjalankan pekerjaan latar saja: jam SOP, surat, dan pesan."""
    from engine.work import Scheduler

    with running_office(database) as office:
        _must_be_ready(office)
        scheduler = Scheduler(office)
        try:
            with _stopping_on_signals():
                scheduler.start()
                click.echo("Pekerjaan latar berjalan (berhenti: Ctrl+C)")
                threading.Event().wait()
        except (KeyboardInterrupt, SystemExit):
            pass
        finally:
            scheduler.stop()
    click.echo("Pekerjaan latar berhenti.")


def application(office: Office) -> Any:
    """The WSGI application: the pages, with the API below /api."""
    from werkzeug.middleware.dispatcher import DispatcherMiddleware

    from web.app import create_app

    pages = create_app(office)
    if find_spec("api.app") is None:
        return pages
    from importlib import import_module

    return DispatcherMiddleware(pages, {"/api": import_module("api.app").create_app(office)})


def _must_be_ready(office: Office) -> None:
    from engine.storage.migrations import head, revision_of

    with office.db.read() as connection:
        found = revision_of(connection)
    if found != head():
        raise click.ClickException("Skema basis data belum siap; jalankan `simyandu init` dahulu.")


def _address(host: str, server: Any) -> str:
    port = getattr(server, "effective_port", None) or server.effective_listen[0][1]
    shown = "127.0.0.1" if host in ("0.0.0.0", "*") else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


@contextmanager
def _stopping_on_signals() -> Iterator[None]:
    """SIGTERM ends the main loop as Ctrl+C does; a second one while stopping changes nothing."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        raise SystemExit(0)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
