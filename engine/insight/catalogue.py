"""The SOP catalogue: every type in force, with what its open cases and its latest decisions say about the promise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from statistics import median
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from engine.bundle import Bundle
from engine.check import Finding, check
from engine.definitions import Version
from engine.errors import NotFound
from engine.office import Office
from engine.services import known_operators
from engine.storage.schema import activations, cases, process_versions, tasks

SAMPLE = 50  # latest decided cases of a type that a median is taken from
SINCE = timedelta(days=365)
ASSUMED = "assumed"
OPEN = ("pendaftaran", "berjalan", "terbit")  # states of cases that are not closed
_DECIDED = (
    select(cases.c.registered_at, cases.c.decided_at, cases.c.paused_minutes)
    .where(
        cases.c.code == bindparam("code"), cases.c.decided_at >= bindparam("since"), cases.c.registered_at.is_not(None)
    )
    .order_by(cases.c.decided_at.desc())
    .limit(SAMPLE)
)


@dataclass(frozen=True)
class Entry:
    """One type. number: version in force; open: cases not closed; median_minutes: working time from the resi to the
    decision without the time the clock stood, of the latest `decided` cases (None: none yet); assumed: how many facts
    of it are assumptions."""

    code: str
    name: str
    kind: str
    family: str
    bidang: str
    number: int
    promise_days: int
    open: int
    late: int
    median_minutes: float | None
    decided: int
    assumed: int


@dataclass(frozen=True)
class Activation:
    """When a version was put into force, by whom and on what ground. current: in force now; future: not yet."""

    number: int
    hash: str
    from_at: datetime
    by_name: str
    decree: str
    at: datetime
    current: bool
    future: bool


def catalogue(office: Office) -> list[Entry]:
    """All types in force, by code."""
    with office.db.read() as connection:
        versions = active_versions(office, connection)
        held = connection.execute(
            select(cases.c.code, func.count().label("open"), func.count().filter(cases.c.late.is_(True)).label("late"))
            .where(cases.c.state.in_(OPEN))
            .group_by(cases.c.code)
        )
        counts = {row.code: (row.open, row.late) for row in held}
        worked = {version.code: decided_minutes(office, connection, version.code) for version in versions}
    return [_entry(version, counts.get(version.code, (0, 0)), worked[version.code]) for version in versions]


def active_versions(office: Office, connection: Connection) -> list[Version]:
    """The version in force of every type, by code."""
    rows = connection.execute(
        select(activations.c.code, activations.c.hash)
        .where(activations.c.from_at <= office.now())
        .order_by(activations.c.from_at, activations.c.id)
    )
    latest = {row.code: row.hash for row in rows}
    return [office.definitions.version(connection, latest[code]) for code in sorted(latest)]


def decided_minutes(office: Office, connection: Connection, code: str) -> list[int]:
    """Working minutes from the resi to the decision of the type's latest SAMPLE decided cases, pauses left out."""
    rows = connection.execute(_DECIDED, {"code": code, "since": office.now() - SINCE})
    between = office.working_time.between
    return [between(row.registered_at, row.decided_at) - row.paused_minutes for row in rows]


def names_of(office: Office) -> dict[str, str]:
    """Code -> name of every type in force."""
    with office.db.read() as connection:
        return {version.code: version.name for version in active_versions(office, connection)}


def variants_of(office: Office) -> dict[str, str]:
    """`CODE` and `CODE:variant` -> name, of every type in force: for choosing one or the other."""
    found: dict[str, str] = {}
    with office.db.read() as connection:
        for version in active_versions(office, connection):
            found[version.code] = f"{version.code}: {version.name}"
            rows = version.permit.get("varian") or []
            for row in rows if len(rows) > 1 else ():
                found[f"{version.code}:{row['kode']}"] = f"{version.code}, {row['nama']}"
    return found


def version_of(office: Office, code: str, number: int | None = None) -> Version:
    """The version of a type in force, or the one of that number. Raises: NotFound."""
    with office.db.read() as connection:
        if number is None:
            return office.definitions.active(connection, code, office.now())
        digest = connection.execute(
            select(process_versions.c.hash).where(process_versions.c.code == code, process_versions.c.number == number)
        ).scalar_one_or_none()
        if digest is None:
            raise NotFound(f"{code} tidak mempunyai versi {number}.")
        return office.definitions.version(connection, digest)


def activations_of(office: Office, code: str) -> list[Activation]:
    """Every activation of a type, the newest first."""
    now = office.now()
    with office.db.read() as connection:
        rows = connection.execute(
            select(activations, process_versions.c.number)
            .join(process_versions, process_versions.c.hash == activations.c.hash)
            .where(activations.c.code == code)
            .order_by(activations.c.from_at.desc(), activations.c.id.desc())
        ).all()
    current = next((row.id for row in rows if row.from_at <= now), None)
    return [
        Activation(
            row.number, row.hash, row.from_at, row.by_name, row.decree, row.at, row.id == current, row.from_at > now
        )
        for row in rows
    ]


def waiting_at(office: Office, code: str) -> dict[tuple[str, str], int]:
    """(process, element) -> open tasks of the type's cases there."""
    with office.db.read() as connection:
        rows = connection.execute(
            select(tasks.c.process, tasks.c.element, func.count().label("n"))
            .where(tasks.c.code == code, tasks.c.state == "open")
            .group_by(tasks.c.process, tasks.c.element)
        )
        return {(row.process, row.element): row.n for row in rows}


@lru_cache(maxsize=256)
def findings_of(bundle: Bundle) -> tuple[Finding, ...]:
    """What the check says of a version; bundles never change, so it is asked once."""
    return tuple(check(bundle, known_operators()))


def assumed_of(permit: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Facts of permit.yaml whose source is an assumption: (where, what), in the order of the file."""
    return list(_assumed(permit, ""))


def _assumed(value: Any, path: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if isinstance(inner, str) and ASSUMED in inner:
                owner = str(key).removesuffix("_sumber") if key != "sumber" else ""
                what = value.get("teks") or value.get("nama") or value.get(owner) or value.get("keterangan")
                where = ".".join(part for part in (path, owner) if part)
                found.append((where or str(key), str(what) if what not in (None, "", []) else inner))
            else:
                found += _assumed(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            name = inner.get("kode", number) if isinstance(inner, Mapping) else number
            found += _assumed(inner, f"{path}.{name}")
    return found


def _entry(version: Version, held: tuple[int, int], worked: list[int]) -> Entry:
    return Entry(
        code=version.code,
        name=version.name,
        kind=str(version.permit.get("kind") or ""),
        family=version.family,
        bidang=version.bidang,
        number=version.number,
        promise_days=version.promise_days,
        open=held[0],
        late=held[1],
        median_minutes=median(worked) if worked else None,
        decided=len(worked),
        assumed=len(assumed_of(version.permit)),
    )
