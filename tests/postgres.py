"""A private PostgreSQL for tests: Debian's own binaries, a throw-away directory, a Unix socket, gone with its parent.

    with PostgresServer() as server:
        url = server.create_database()

The server runs as an unprivileged user (PostgreSQL refuses root) and is told by the kernel when the process that
started it dies, so that a killed test run leaves nothing running. Only Linux knows that signal, as does this project.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import psycopg
from sqlalchemy import make_url

OLDEST = 15
PR_SET_PDEATHSIG = 1
PREFIX = "simyandu-pg-"
FAST_AND_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

_libc = ctypes.CDLL(None, use_errno=True)


class PostgresMissing(RuntimeError):
    """There is no PostgreSQL server of at least version 15 on this machine."""


def find_binaries() -> Path:
    """The folder with initdb and postgres: the newest of Debian's, else that of PATH. Raises: PostgresMissing."""
    homes = list(Path("/usr/lib/postgresql").glob("*/bin"))
    if on_path := shutil.which("postgres"):
        homes.append(Path(on_path).resolve().parent)
    found = [(_version(home), home) for home in homes if (home / "initdb").exists() and (home / "postgres").exists()]
    good = [one for one in found if one[0] >= OLDEST]
    if not good:
        raise PostgresMissing(
            f"These tests need a PostgreSQL server, version {OLDEST} or newer. On Debian: apt-get install postgresql"
        )
    return max(good)[1]


class PostgresServer:
    """One server and its databases. `durable` keeps fsync on, for tests that kill and for benchmarks."""

    def __init__(self, *, durable: bool = False) -> None:
        self.durable = durable
        self._numbers = count(1)
        self._templates: dict[str, str] = {}
        self._said: list[str] = []

    def __enter__(self) -> Self:
        _remove_orphans()
        binaries = find_binaries()
        self.home = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp"))  # a socket's path has room for 107 bytes only
        (self.home / "owner").write_text(str(os.getpid()))
        self._run_as: dict[str, Any] = {}
        if os.geteuid() == 0:
            user = _unprivileged()
            os.chown(self.home, user.pw_uid, user.pw_gid)
            self._run_as = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        try:
            self._start(binaries)
        except BaseException:
            shutil.rmtree(self.home, ignore_errors=True)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(timeout=20)
        self._reader.join(timeout=5)
        shutil.rmtree(self.home, ignore_errors=True)

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database of this server."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.home}"

    def create_database(self, template: str = "template0") -> str:
        """A new database, a copy of `template` (template0 is empty); its URL."""
        name = f"uji_{next(self._numbers)}"
        self._admin(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Forget a database of `create_database`, whoever is still connected."""
        self._admin(f'DROP DATABASE IF EXISTS "{_name(url)}" WITH (FORCE)')

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The URL of a new database that lasts as long as the block."""
        url = self.create_database(template)
        try:
            yield url
        finally:
            self.drop_database(url)

    def template(self, name: str, build: Callable[[str], None]) -> str:
        """The database that `build(url)` filled once and then left alone, for `create_database` to copy."""
        if name not in self._templates:
            url = self.create_database()
            build(url)
            self._templates[name] = _name(url)
        return self._templates[name]

    def _start(self, binaries: Path) -> None:
        data = self.home / "data"
        env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": str(self.home)}
        initdb: list[str | Path] = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync"]
        done = subprocess.run(
            [*initdb, "-E", "UTF8", "--locale=C.UTF-8"],
            cwd=self.home,
            env=env,
            capture_output=True,
            text=True,
            **self._run_as,
        )
        if done.returncode:
            raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.home),
            "max_connections": "60",
            "shared_buffers": "32MB",
            "timezone": "UTC",
            **({} if self.durable else FAST_AND_FORGETFUL),
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.process = subprocess.Popen(
            [binaries / "postgres", "-D", data, *options],
            cwd=self.home,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for the tests, which then stop the server in order
            preexec_fn=_die_with_parent,
            **self._run_as,
        )
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._said.append(line)
            if "ready to accept connections" in line:
                break
        else:
            raise RuntimeError(f"PostgreSQL did not start:\n{''.join(self._said)}")
        self._reader = threading.Thread(target=_drain, args=(self.process.stderr, self._said), daemon=True)
        self._reader.start()

    def _admin(self, statement: str) -> None:
        with psycopg.connect(host=str(self.home), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


def _name(url: str) -> str:
    name = make_url(url).database
    assert name
    return name


def _die_with_parent() -> None:
    # After the change of user, which would clear it. SIGQUIT: PostgreSQL stops at once, with all its children.
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGQUIT, 0, 0, 0)


def _drain(pipe: IO[str], kept: list[str]) -> None:
    with pipe:
        for line in pipe:
            kept.append(line)
            del kept[:-200]


def _version(home: Path) -> int:
    said = subprocess.run([home / "postgres", "--version"], capture_output=True, text=True).stdout
    match = re.search(r"(\d+)", said)
    return int(match[1]) if match else 0


def _unprivileged() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _remove_orphans() -> None:
    """Directories of runs that were killed; their servers went with them."""
    for home in Path("/tmp").glob(f"{PREFIX}*"):
        try:
            owner = int((home / "owner").read_text())
            os.kill(owner, 0)
        except ProcessLookupError:
            shutil.rmtree(home, ignore_errors=True)
        except (OSError, ValueError):
            continue  # somebody else's, or just being made
