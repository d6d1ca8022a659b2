"""What benchmarks stand on: throw-away offices on databases of both kinds, and times told as few figures."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from engine.bundle import Bundle
from engine.clock import FixedClock
from engine.office import Office
from engine.people import Person, add_person
from engine.settings import Settings
from engine.storage import migrations

MORNING = datetime(2016, 7, 18, 2, 0, tzinfo=UTC)  # Monday 09.00 WIB
WARM = 3  # calls that are not counted
MEMBERS = (
    ("loket", (("loket", None),)),
    ("bidang", (("bidang", "jasa_usaha"),)),
    ("bplh", (("tim_teknis", "BPLH"),)),
    ("dishub", (("tim_teknis", "DISHUB"),)),
)


@dataclass
class Ground:
    """An office of its own. kind: `sqlite-full`, `sqlite-normal` or `postgresql`."""

    kind: str
    office: Office
    clock: FixedClock
    people: dict[str, Person]


def kinds() -> list[str]:
    """The kinds of database that this machine can measure."""
    from tests.postgres import PostgresMissing, find_binaries

    try:
        find_binaries()
    except PostgresMissing:
        return ["sqlite-full", "sqlite-normal"]
    return ["sqlite-full", "sqlite-normal", "postgresql"]


@contextmanager
def ground(kind: str, bundle: Bundle | None = None) -> Iterator[Ground]:
    """An empty office with four people and, if given, one type in force."""
    with tempfile.TemporaryDirectory(prefix="simyandu-bench-") as folder, database(kind, Path(folder)) as url:
        synchronous = "FULL" if kind == "sqlite-full" else "NORMAL"
        clock = FixedClock(MORNING)
        settings = Settings(database_url=url, var_dir=Path(folder), secret="bench", synchronous=synchronous)
        office = Office(settings, clock)
        try:
            migrations.upgrade(office.db)
            with office.db.write() as connection:
                people = {name: add_person(connection, name, name, held, MORNING) for name, held in MEMBERS}
                if bundle is not None:
                    office.definitions.activate(
                        connection, bundle, from_at=MORNING, by_name="bench", decree="bench", now=MORNING
                    )
            yield Ground(kind, office, clock, people)
        finally:
            office.close()


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database; PostgreSQL with fsync on, as in an office."""
    if kind != "postgresql":
        yield f"sqlite:///{folder / 'bench.sqlite3'}"
        return
    from tests.postgres import PostgresServer

    with PostgresServer(durable=True) as server, server.database() as url:
        yield url


def milliseconds(times: Sequence[float]) -> dict[str, float]:
    """Seconds as {p50, p95} in milliseconds."""
    ordered = sorted(times)
    return {
        "p50": round(statistics.median(ordered) * 1000, 3),
        "p95": round(ordered[int(len(ordered) * 0.95)] * 1000, 3),
    }


def ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """Median over median."""
    return round(statistics.median(over) / statistics.median(under), 2)


def turns(first: Callable[[], Any], second: Callable[[], Any], times: int) -> tuple[list[float], list[float]]:
    """How long each of so many calls took, in seconds; the two take turns, so that both have the same neighbours."""
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(times + WARM):
        for place, work in enumerate((first, second)):
            begun = perf_counter()
            work()
            if number >= WARM:
                taken[place].append(perf_counter() - begun)
    return taken


def uji() -> Bundle:
    """The invented type of the engine's tests: registration, check, two signatures, verification, letter."""
    from tests.engine.core.conftest import bundle

    return bundle()


def chain(length: int) -> Bundle:
    """A type whose SOP is so many person's steps one after the other."""
    from tests.engine.core.conftest import _lanes, bundle, props
    from tests.engine.stepping import diagrams as d

    names = [f"langkah{number}" for number in range(1, length + 1)]
    path = ["m", *names, "habis"]
    sop = d.process(
        "UJI",
        [
            _lanes("s", {"Bidang": path}),
            d.start("m"),
            *(d.user(name, props("umum/catatan")) for name in names),
            d.end("habis"),
        ],
        [f"{one}>{two}" for one, two in zip(path, path[1:], strict=False)],
        d.ROOTS,
    )
    return Bundle("UJI", {**bundle().files, "sop.bpmn": sop})
