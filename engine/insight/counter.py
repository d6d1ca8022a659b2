"""What the counter asks: which types can be applied for, which cases are unfinished or ready to be collected."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import func, select

from engine.definitions import FRAME
from engine.insight.catalogue import active_versions
from engine.insight.lists import day_of
from engine.insight.today import local_today
from engine.office import Office
from engine.settle import APPLICANT
from engine.storage.schema import cases, tasks

REGISTER, HANDOVER = "daftar", "serahkan"  # the frame's steps at the counter
LISTED = 50
Need = Literal["register", "complete", "collect"]


@dataclass(frozen=True)
class Variant:
    code: str
    name: str
    promise_days: float


@dataclass(frozen=True)
class Offer:
    """A type that can be applied for. cost: what its tariff says, in words; empty when it costs nothing."""

    code: str
    name: str
    kind: str
    bidang: str
    promise_days: int
    cost: str
    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class Held:
    """A case that waits for somebody at the counter. need: register (its form is not finished), complete (the applicant
    must bring something), collect (the permit is ready). since: when that began. missing: labels of what is missing."""

    case_id: int
    task_id: int
    need: Need
    step: str
    since: datetime
    resi: str | None
    code: str
    applicant_name: str
    phone: str | None
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Counters:
    """received: resi given today. unfinished: cases without resi. waiting: registered cases whose applicant must act.
    ready: permits to be collected."""

    received: int
    unfinished: int
    waiting: int
    ready: int


def offers(office: Office) -> list[Offer]:
    """Every type in force, by name."""
    with office.db.read() as connection:
        versions = active_versions(office, connection)
    return sorted((_offer(version) for version in versions), key=lambda one: one.name.lower())


def counters(office: Office) -> Counters:
    """The counter's day."""
    start, end = day_of(office, local_today(office))
    received = select(func.count()).where(cases.c.registered_at >= start, cases.c.registered_at < end)
    unfinished = select(func.count()).where(cases.c.state == "pendaftaran")
    waiting = select(func.count()).where(cases.c.state == "berjalan", cases.c.paused_at.is_not(None))
    ready = select(func.count()).where(*_ready())
    with office.db.read() as connection:
        counted = [connection.execute(query).scalar_one() for query in (received, unfinished, waiting, ready)]
    return Counters(*counted)


def unfinished(office: Office) -> list[Held]:
    """Cases that have no resi yet, the newest first: drafts, and those whose applicant brings what is missing."""
    return _listed(office, (cases.c.state == "pendaftaran", tasks.c.state == "open"))


def ready(office: Office) -> list[Held]:
    """Permits that can be collected, the newest first."""
    return _listed(office, _ready())


def at_counter(office: Office, case_ids: list[int]) -> Mapping[int, Held]:
    """What each of these cases needs at the counter; those that need nothing there are left out."""
    if not case_ids:
        return {}
    found = _listed(office, (tasks.c.case_id.in_(case_ids), tasks.c.state == "open"), len(case_ids) * 5)
    return {held.case_id: held for held in found}


def districts(office: Office) -> Mapping[str, tuple[str, ...]]:
    """Kecamatan -> its kelurahan, both by name."""
    path = office.settings.processes_dir / "shared" / "wilayah.csv"
    return _districts(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _districts(path: Path, stamp: int) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["kecamatan"], []).append(row["kelurahan"])
    return {name: tuple(sorted(found[name])) for name in sorted(found)}


def _ready() -> tuple[Any, ...]:
    return (
        tasks.c.group_key == "loket",
        tasks.c.state == "open",
        tasks.c.process == FRAME,
        tasks.c.element == HANDOVER,
    )


def _listed(office: Office, conditions: tuple[Any, ...], limit: int = LISTED) -> list[Held]:
    query = (
        select(
            tasks.c.id,
            tasks.c.case_id,
            tasks.c.process,
            tasks.c.element,
            tasks.c.group_key,
            tasks.c.name,
            tasks.c.created_at,
            cases.c.resi,
            cases.c.code,
            cases.c.applicant_name,
            cases.c.phone,
            cases.c.facts,
        )
        .join(cases, cases.c.id == tasks.c.case_id)
        .where(*conditions)
        .order_by(tasks.c.id.desc())
        .limit(limit)
    )
    with office.db.read() as connection:
        rows = connection.execute(query).all()
    held = []
    for row in rows:
        need = _need(row)
        if need is not None:
            missing = tuple(row.facts.get("kurang") or ()) if need == "complete" else ()
            held.append(
                Held(
                    case_id=row.case_id,
                    task_id=row.id,
                    need=need,
                    step=row.name,
                    since=row.created_at,
                    resi=row.resi,
                    code=row.code,
                    applicant_name=row.applicant_name,
                    phone=row.phone,
                    missing=missing,
                )
            )
    return held


def _need(row: Any) -> Need | None:
    if row.group_key == APPLICANT:
        return "complete"
    if row.process == FRAME and row.element == REGISTER:
        return "register"
    return "collect" if row.process == FRAME and row.element == HANDOVER else None


def _offer(version: Any) -> Offer:
    permit = version.permit
    cost = permit.get("biaya") or {}
    free = cost.get("jenis") in (None, "none")
    return Offer(
        code=version.code,
        name=version.name,
        kind=str(permit.get("kind") or ""),
        bidang=version.bidang,
        promise_days=version.promise_days,
        cost="" if free else str(cost.get("rumus_teks") or cost.get("rumus") or cost.get("jenis")),
        variants=tuple(
            Variant(str(row["kode"]), str(row["nama"]), version.promise_of(str(row["kode"])))
            for row in permit.get("varian") or []
        ),
    )
