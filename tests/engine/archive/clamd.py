"""A clamd for tests: speaks INSTREAM over TCP or a Unix socket, and knows one virus, the harmless EICAR test file."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Put together here so that scanners of the developer's own machine do not take this file away.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!" + b"$H+H*"


@dataclass
class Clamd:
    """scanned: the contents that came in. limit: bytes it accepts. says: an answer instead of a verdict."""

    scanned: list[bytes] = field(default_factory=list)
    limit: int = 25 * 1024 * 1024
    says: bytes | None = None

    def verdict(self, content: bytes) -> bytes:
        if self.says is not None:
            return self.says
        return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


@contextmanager
def clamd(state: Clamd, path: Path | None = None) -> Iterator[str]:
    """Serves `state`; its address as SIMYANDU_CLAMD has it."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            command = b""
            while not command.endswith(b"\0"):
                command += self.rfile.read(1)
            if command != b"zINSTREAM\0":
                self.wfile.write(b"UNKNOWN COMMAND\0")
                return
            content = b""
            while size := struct.unpack("!I", self.rfile.read(4))[0]:
                content += self.rfile.read(size)
                if len(content) > state.limit:
                    self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                    return
            state.scanned.append(content)
            self.wfile.write(state.verdict(content))

    server: Any
    if path is None:
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        address = f"tcp://127.0.0.1:{server.server_address[1]}"
    else:
        server = socketserver.ThreadingUnixStreamServer(str(path), Handler)
        address = f"unix:{path}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
