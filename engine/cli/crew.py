"""Several processes that answer one address, so that more than one core works: `simyandu serve --processes N`.

The first process binds the socket, starts the others (one of them for the background work alone) and starts anew
whichever dies. It never opens the database and has no second thread, so that it may fork at any time.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

PAUSE = 1.0  # seconds before a process that died is started anew
PATIENCE = 35.0  # seconds that requests under way get when the office closes


class Crew:
    """works: what each process does, with the listening socket, until SIGTERM."""

    def __init__(self, host: str, port: int, works: Sequence[Callable[[socket.socket], None]]) -> None:
        """Binds the address. Raises OSError when it is taken."""
        self._socket = _bound(host, port)
        self._works = works
        self._leash = os.pipe()  # its end tells the crew that the first process is gone, however it went
        self._crew: list[BaseProcess] = []

    @property
    def port(self) -> int:
        """The port bound."""
        port: int = self._socket.getsockname()[1]
        return port

    def start(self) -> None:
        """Start all."""
        self._crew = [self._one(work) for work in self._works]

    def keep(self) -> None:
        """Start anew whichever dies, until a signal ends this."""
        while True:
            wait([one.sentinel for one in self._crew])
            time.sleep(PAUSE)
            self._crew = [
                one if one.is_alive() else self._one(work) for one, work in zip(self._crew, self._works, strict=True)
            ]

    def stop(self) -> None:
        """Let them answer what is under way, and end."""
        for one in self._crew:
            if one.is_alive():
                one.terminate()
        for one in self._crew:
            one.join(PATIENCE)
            if one.is_alive():
                one.kill()
        self._socket.close()

    def _one(self, work: Callable[[socket.socket], None]) -> BaseProcess:
        one = multiprocessing.get_context("fork").Process(target=self._begin, args=(work,))
        one.start()
        return one

    def _begin(self, work: Callable[[socket.socket], None]) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        os.close(self._leash[1])
        threading.Thread(target=self._watch, daemon=True).start()
        work(self._socket)

    def _watch(self) -> None:
        os.read(self._leash[0], 1)
        os.kill(os.getpid(), signal.SIGTERM)


def _bound(host: str, port: int) -> socket.socket:
    family, _, _, _, address = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
        0
    ]
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(1024)
    except OSError:
        found.close()
        raise
    return found
