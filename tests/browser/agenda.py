"""An office with meetings and visits behind a server that can be switched off and on, for tests in a browser."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from playwright.sync_api import BrowserContext
from werkzeug.serving import BaseWSGIServer, make_server

from engine.people import start_session
from tests.engine.meetings.conftest import PEOPLE, Desk
from web.app import create_app
from web.security import COOKIE


@dataclass
class Site:
    """The office's pages at `url`; `off` makes the address dead, `on` brings it back."""

    desk: Desk
    app: Flask = field(init=False)
    port: int = 0
    _server: BaseWSGIServer | None = None

    def __post_init__(self) -> None:
        self.app = create_app(self.desk.office)
        self.on()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def on(self) -> None:
        self._server = make_server("127.0.0.1", self.port, self.app, threaded=True)
        self.port = self._server.port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def off(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def enter(self, context: BrowserContext, who: str) -> None:
        """Sign somebody in."""
        with self.desk.office.db.write() as connection:
            token = start_session(connection, PEOPLE[who].id, self.desk.office.now())
        cookie: Any = {"name": COOKIE, "value": token, "url": self.url}
        context.add_cookies([cookie])
