"""An office for tests in a browser: the people of the demo, every SOP that ships in force, served as `simyandu serve`
does. Its clock is set, so that a working day does not depend on when the tests run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import yaml
from playwright.sync_api import ConsoleMessage, Page
from sqlalchemy import select
from waitress import create_server

from engine import work
from engine.cli.serve import application
from engine.clock import FixedClock
from engine.demo import LIGHT, demo
from engine.demo_people import OFFICE, agency_people
from engine.meetings import chase_meetings
from engine.office import Office
from engine.people import add_person
from engine.people.sessions import IDLE
from engine.replay.ready import activate_shipped, shipped_codes
from engine.settings import ROOT, Settings
from engine.storage import migrations
from engine.storage.schema import incidents

MONDAY = datetime(2016, 7, 18, 2, 0, tzinfo=UTC)  # 09.00 WIB
PASSWORD = "kantor-perizinan-2016"
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
T = TypeVar("T")


@dataclass
class House:
    """A served office. sessions: cookies of those who have signed in, and when they came last."""

    office: Office
    clock: FixedClock
    address: str
    sessions: dict[str, tuple[datetime, Any]] = field(default_factory=dict)

    def sign_in(self, page: Page, username: str) -> None:
        """The page's browser is that person's: by name and password, or with a session that has not idled too long."""
        page.context.clear_cookies()
        seen, cookies = self.sessions.get(username, (None, []))
        if seen is not None and self.clock.now() - seen < IDLE - timedelta(minutes=2):
            page.context.add_cookies(cookies)
            self.sessions[username] = self.clock.now(), cookies
            return
        page.goto(f"{self.address}/masuk")
        page.locator("[name=name]").fill(username)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form button[type=submit]").click()
        page.wait_for_url(lambda url: urlsplit(url).path != "/masuk")
        self.sessions[username] = self.clock.now(), page.context.cookies()

    def until(self, moment: datetime) -> None:
        """The clock goes to `moment`, a day at a time, as it does where nobody sleeps through it; the work is done."""
        self.go_on(0)
        while self.clock.now() < moment:
            self.clock.set(min(self.clock.now() + timedelta(days=1), moment))
            self.go_on(0)

    def go_on(self, minutes: int = 3) -> None:
        """Time passes, and the office's own work is done, without a failure."""
        self.clock.advance(minutes=minutes)
        aside(work.run_all, self.office)
        chase_meetings(self.office)
        with self.office.db.read() as connection:
            query = select(incidents.c.element, incidents.c.cause).where(incidents.c.state == "open")
            failed = list(connection.execute(query))
        assert not failed, failed


@contextmanager
def open_house(folder: Path, now: datetime = MONDAY) -> Iterator[House]:
    """An office in `folder`, with people and types but no case, on a free port of this machine."""
    clock = FixedClock(now)
    settings = Settings(f"sqlite:///{folder / 'kantor.sqlite3'}", folder, synchronous="NORMAL", secret="uji" * 12)
    office = Office(settings, clock)
    migrations.upgrade(office.db)
    agencies = list(yaml.safe_load((ROOT / "processes/shared/instansi.yaml").read_text(encoding="utf-8")))
    with office.db.write() as connection:
        for member in (*OFFICE, *agency_people(agencies)):
            add_person(connection, *member, now, PASSWORD, hasher=LIGHT)
    refused = activate_shipped(office, shipped_codes(office), now - timedelta(days=30))
    assert not refused, refused
    with serving(office) as address:
        yield House(office, clock, address)
    office.close()


@contextmanager
def demo_house(folder: Path, now: datetime, cases: int) -> Iterator[House]:
    """The demo office (engine.demo) as it stands at `now`, with about `cases` cases."""
    clock = FixedClock(now)
    settings = Settings(f"sqlite:///{folder / 'kantor.sqlite3'}", folder, synchronous="NORMAL", secret="uji" * 12)
    office = Office(settings, clock)
    migrations.upgrade(office.db)
    made = aside(demo, office, cases)
    assert made is not None and not made.refused, made
    with serving(office) as address:
        yield House(office, clock, address)
    office.close()


@contextmanager
def serving(office: Office) -> Iterator[str]:
    """Pages and API over HTTP, as `simyandu serve` serves them; its address. Background work is left to the caller."""
    sockets: dict[int, object] = {}
    server = create_server(application(office), host="127.0.0.1", port=0, threads=8, ident=None, map=sockets)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.task_dispatcher.shutdown()
    server.close()
    sockets.clear()  # the loop ends when there is nothing left to listen to
    thread.join(timeout=20)
    assert not thread.is_alive()


def aside(do: Callable[..., T], *arguments: Any) -> T:
    """Do it in another thread: Playwright's loop runs in this one, and signing letters wants a loop of its own."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(do, *arguments).result()


def complaints(page: Page) -> list[str]:
    """A list that fills with the errors of the page's console."""
    found: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            found.append(f"{page.url}: {message.text}")

    page.on("console", listen)
    return found
