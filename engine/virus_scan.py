"""Asking clamd whether a file carries a virus: its INSTREAM command, over its Unix socket or TCP."""

from __future__ import annotations

import re
import socket
import struct
from dataclasses import dataclass
from urllib.parse import urlsplit

from engine.message_settings import WrongSetting

TIMEOUT = 15.0  # seconds for one file; a file that takes longer waits in quarantine
CHUNK = 64 * 1024
_FOUND = re.compile(r"stream: (.+) FOUND")
_MOST = 4096  # bytes of an answer


class ScannerDown(Exception):
    """No verdict: the scanner is not there, too slow, or says that it cannot."""


@dataclass(frozen=True)
class Scanner:
    """`unix:/run/clamav/clamd.ctl` or `tcp://host:3310`. Raises WrongSetting for anything else."""

    address: str
    timeout: float = TIMEOUT

    def __post_init__(self) -> None:
        if not self._unix() and (self._tcp() is None):
            raise WrongSetting("SIMYANDU_CLAMD: unix:/jalur/soket atau tcp://server:port")

    def virus_in(self, content: bytes) -> str | None:
        """The name of the virus, None when there is none. Raises ScannerDown."""
        try:
            with self._connect() as connection:
                connection.sendall(b"zINSTREAM\0")
                view = memoryview(content)
                for start in range(0, len(content), CHUNK):
                    part = view[start : start + CHUNK]
                    connection.sendall(struct.pack("!I", len(part)))
                    connection.sendall(part)
                connection.sendall(struct.pack("!I", 0))
                said = _read(connection)
        except OSError as error:
            raise ScannerDown(f"Pemindai virus tidak menjawab: {error or type(error).__name__}") from error
        if said == "stream: OK":
            return None
        if found := _FOUND.fullmatch(said):
            return found[1]
        raise ScannerDown(f"Pemindai virus menjawab: {said[:200] or 'tidak ada'}")

    def _unix(self) -> str | None:
        scheme, _, path = self.address.partition(":")
        return path if scheme == "unix" and path.startswith("/") else None

    def _tcp(self) -> tuple[str, int] | None:
        try:
            parts = urlsplit(self.address)
            port = parts.port or 3310
        except ValueError:
            return None
        return (parts.hostname, port) if parts.scheme == "tcp" and parts.hostname else None

    def _connect(self) -> socket.socket:
        if path := self._unix():
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(self.timeout)
            try:
                connection.connect(path)
            except OSError:
                connection.close()
                raise
            return connection
        where = self._tcp()
        assert where is not None
        return socket.create_connection(where, timeout=self.timeout)


def _read(connection: socket.socket) -> str:
    said = b""
    while len(said) < _MOST and not said.endswith(b"\0"):
        part = connection.recv(_MOST)
        if not part:
            break
        said += part
    return said.rstrip(b"\0").decode("utf-8", "replace").strip()
