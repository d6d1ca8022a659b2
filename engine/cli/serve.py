"""simyandu serve: pages, API and background work in one process. simyandu worker: the background half alone."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from socket import socket
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
@click.option(
    "--processes",
    envvar="SIMYANDU_PROCESSES",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Banyaknya proses yang menjawab; lebih dari satu untuk PostgreSQL, kira-kira satu per inti prosesor.",
)
@database_option
def serve(host: str, port: int, trusted_proxy: str | None, processes: int, database: str | None) -> None:
    """Menjalankan kantor: halaman, API, dan pekerjaan latar dalam satu proses."""
    with running_office(database) as office:
        _must_be_ready(office)
        if processes == 1:
            _serve_alone(office, host, port, trusted_proxy)
    if processes > 1:
        _serve_with_crew(host, port, trusted_proxy, processes, database)
    click.echo("SIMYANDU berhenti.")


def _serve_alone(office: Office, host: str, port: int, trusted_proxy: str | None) -> None:
    from engine.work import Scheduler

    with _taken(host, port):
        server = _server(office, trusted_proxy, host=host, port=port)
    scheduler = Scheduler(office)
    with _stopping_on_signals():
        scheduler.start()
        _say_where(host, getattr(server, "effective_port", None) or server.effective_listen[0][1])
        try:
            _answer(server)
        finally:
            scheduler.stop()


def _serve_with_crew(host: str, port: int, trusted_proxy: str | None, processes: int, database: str | None) -> None:
    from engine.cli.crew import Crew

    def pages(listening: socket) -> None:
        with running_office(database) as office:
            server = _server(office, trusted_proxy, sockets=[listening])
            with _stopping_on_signals():
                _answer(server)

    def background(_listening: socket) -> None:
        with running_office(database) as office:
            _work(office)

    with _taken(host, port):
        crew = Crew(host, port, [*(pages for _ in range(processes)), background])
    with _stopping_on_signals():
        try:
            crew.start()
            _say_where(host, crew.port)
            crew.keep()
        except (KeyboardInterrupt, SystemExit):
            pass
        finally:
            crew.stop()


def _server(office: Office, trusted_proxy: str | None, **where: Any) -> Any:
    from waitress import create_server  # type: ignore[import-untyped]

    proxy: dict[str, Any] = {}
    if trusted_proxy:
        proxy = {
            "trusted_proxy": trusted_proxy,
            "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
            "clear_untrusted_proxy_headers": True,
        }
    return create_server(application(office), threads=THREADS, ident=None, **where, **proxy)


def _answer(server: Any) -> None:
    """Until a signal raises SystemExit; the requests under way are answered first."""
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        server.task_dispatcher.shutdown()
    finally:
        server.close()


@contextmanager
def _taken(host: str, port: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise click.ClickException(f"{host}:{port} tidak dapat dipakai: {error.strerror or error}") from error


def _say_where(host: str, port: int) -> None:
    shown = "127.0.0.1" if host in ("0.0.0.0", "*") else f"[{host}]" if ":" in host else host
    click.echo(f"SIMYANDU melayani di http://{shown}:{port} (berhenti: Ctrl+C)")


@click.command()
@database_option
def worker(database: str | None) -> None:
    """Menjalankan pekerjaan latar saja: jam SOP, surat, dan pesan."""
    with running_office(database) as office:
        _must_be_ready(office)
        _work(office, "Pekerjaan latar berjalan (berhenti: Ctrl+C)")
    click.echo("Pekerjaan latar berhenti.")


def _work(office: Office, said: str = "") -> None:
    from engine.work import Scheduler

    scheduler = Scheduler(office)
    try:
        with _stopping_on_signals():
            scheduler.start()
            if said:
                click.echo(said)
            threading.Event().wait()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        scheduler.stop()


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
