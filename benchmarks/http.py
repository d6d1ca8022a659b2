"""Completed tasks over HTTP: eight clients against the server as it is started, on PostgreSQL where there is one.

The peer of the same run is one client alone; the floor is the same command called in a process, without HTTP.
"""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from time import perf_counter
from typing import Any

from benchmarks.ground import Ground, ground, kinds, milliseconds, ratio, uji
from benchmarks.walk import whole_case
from engine.clock import SystemClock
from engine.people import Person, add_person, create_token

CLIENTS = 8
LIMIT = 600  # requests a minute of one token (api.limits): a client stays below it


def run(quick: bool = False) -> dict[str, Any]:
    """{tasks_per_second, alone_per_second, eight_over_one, http_ms, in_process_ms, http_over_in_process}."""
    kind = kinds()[-1]
    each = 10 if quick else 100
    with ground(kind, uji()) as place:
        place.office.clock = SystemClock()
        in_process = [t for n in range(3 if quick else 12) for t in whole_case(place, f"w{n}")]
        people = [_clerk(place, number) for number in range(CLIENTS + 1)]
        with _served(place) as address:
            ready = [_open(address, one, each // 2) for one in people]
            begun = perf_counter()
            alone = _complete(address, people[CLIENTS], ready[CLIENTS])
            alone_rate = len(alone) / (perf_counter() - begun)
            begun = perf_counter()
            with ThreadPoolExecutor(CLIENTS) as pool:
                rounds = list(pool.map(lambda n: _complete(address, people[n], ready[n]), range(CLIENTS)))
            rate = sum(map(len, rounds)) / (perf_counter() - begun)
    together = [taken for one in rounds for taken in one]
    return {
        "database": kind,
        "clients": CLIENTS,
        "tasks_per_second": round(rate, 1),
        "alone_per_second": round(alone_rate, 1),
        "eight_over_one": round(rate / alone_rate, 2),
        "http_ms": milliseconds(together),
        "alone_ms": milliseconds(alone),
        "in_process_ms": milliseconds(in_process),
        "http_over_in_process": ratio(alone, in_process),
    }


def _clerk(place: Ground, number: int) -> tuple[Person, str]:
    now = place.office.now()
    with place.office.db.write() as connection:
        held = (("loket", None), ("bidang", "jasa_usaha"))
        person = add_person(connection, f"klien{number}", f"Klien {number}", held, now)
        return person, create_token(connection, person.id, "bench", now, timedelta(days=1))


def _open(address: tuple[str, int], who: tuple[Person, str], number: int) -> list[int]:
    """Opens cases, uncounted; their first tasks."""
    connection = http.client.HTTPConnection(*address, timeout=60)
    body = {"type": "UJI", "variant": "baru", "applicant": {"name": "Sari"}}
    answers = [
        _ask(connection, who[1], "POST", "/api/v1/cases", body, f"{who[0].username}-{turn}") for turn in range(number)
    ]
    return [answer["opened"][0]["task_id"] for answer in answers]


def _complete(address: tuple[str, int], who: tuple[Person, str], first: list[int]) -> list[float]:
    """Completes two tasks of each case; how long each completion took, in seconds."""
    connection = http.client.HTTPConnection(*address, timeout=60)
    taken: list[float] = []
    for task in first:
        for answers in ({"usaha": "Warung", "ktp": True}, {"berkas_sah": "tidak"}):
            begun = perf_counter()
            path = f"/api/v1/tasks/{task}/complete"
            done = _ask(connection, who[1], "POST", path, {"answers": answers}, f"{who[0].username}-t{task}")
            taken.append(perf_counter() - begun)
            task = done["opened"][0]["task_id"]
    return taken


def _ask(connection: http.client.HTTPConnection, token: str, method: str, path: str, body: Any, key: str | None) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    if key:
        headers["Idempotency-Key"] = key
    connection.request(method, path, json.dumps(body) if body is not None else None, headers)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status >= 400:
        raise RuntimeError(f"{method} {path}: {answer.status} {content[:500]!r}")
    return json.loads(content)


@contextmanager
def _served(place: Ground) -> Iterator[tuple[str, int]]:
    """`simyandu serve` on a free port, with the office's clock being the machine's."""
    url = place.office.settings.database_url
    command = [sys.executable, "-c", _SERVE, url, str(place.office.settings.var_dir)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        found = re.search(r"http://([\d.]+):(\d+)", line)
        if found is None:
            raise RuntimeError(f"the server did not start: {line!r}")
        yield found[1], int(found[2])
    finally:
        server.terminate()
        server.wait(timeout=30)


# The invented type's services are registered by the tests that invented it.
_SERVE = """
import os, sys
os.environ["SIMYANDU_VAR"] = sys.argv[2]
import tests.engine.core.conftest
from engine.cli.serve import serve
sys.stdout.reconfigure(line_buffering=True)
serve(["--port", "0", "--database", sys.argv[1], "--processes", "2"])
"""
