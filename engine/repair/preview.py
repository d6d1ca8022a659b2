"""What a repair will do, seen before it is done: it is done in a transaction that is rolled back, and looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.command import MAX_FAILURES
from engine.office import Office
from engine.people import Person
from engine.repair.deeds import FALLEN, REPAIRED, carry_out
from engine.repair.kept import Kept
from engine.repair.plan import plan_of
from engine.repair.rights import must_repair
from engine.unit import ServiceFailed, Unit

TOLD = frozenset({"meeting_cancelled", "meeting_left", "visit_cancelled"})  # events that `falls` tells
_FALLEN = ("jenis", "nomor", "waktu", "nasib")


@dataclass(frozen=True)
class Clock:
    """A moment that changes. name: of the timer, or "" for the promise; None: it stands, or is not there."""

    name: str
    before: datetime | None
    after: datetime | None
    fate: str  # pindah, berhenti, berjalan, gugur, baru


@dataclass(frozen=True)
class Fallen:
    """A meeting or visit that the case waits for no more. kind: rapat, kunjungan. at: when it was to be (ISO). fate:
    dibatalkan, tanpa_permohonan (it takes place without the case), sudah_berlangsung (it was held and stays on
    record)."""

    kind: str
    number: str
    at: str | None
    fate: str


@dataclass(frozen=True)
class Preview:
    """closes, opens: names of steps. automatic: (step, why it will fail or ""). story: (kind, data) of the lines of
    history. messages: (recipient, template). kept: what stays although the case goes back over it. falls: meetings and
    visits that fall away. consent: of engine.repair.plan.Plan. version: of the case now."""

    deed: str
    closes: tuple[str, ...]
    opens: tuple[str, ...]
    clocks: tuple[Clock, ...]
    automatic: tuple[tuple[str, str], ...]
    story: tuple[tuple[str, dict[str, Any]], ...]
    messages: tuple[tuple[str, str], ...]
    kept: tuple[Kept, ...]
    falls: tuple[Fallen, ...]
    changes: dict[str, list[Any]]
    consent: str
    version: int

    def stored(self) -> dict[str, Any]:
        """For the row of a proposal: JSON-able, moments as ISO text."""
        return dict(_plain(asdict(self)))


def preview(office: Office, person: Person, case_id: int, deed: str, args: Mapping[str, Any]) -> Preview:
    """Changes nothing. Raises what the repair itself would: NotAllowed, NotFound, Invalid, Gone."""
    with office.db.write() as connection:
        return foresee(office, connection, person, case_id, deed, args)


def foresee(
    office: Office, connection: Connection, person: Person, case_id: int, deed: str, args: Mapping[str, Any]
) -> Preview:
    """The same inside a transaction: what was tried is rolled back before it returns."""
    failures: dict[tuple[str, str], str] = {}
    while True:
        trial = connection.begin_nested()
        try:
            unit = Unit(office, connection, person, office.now(), None, "", failures, repairing=True)
            unit.lock(case_id)
            must_repair(unit)
            return _done(unit, deed, args)
        except ServiceFailed as failed:
            if len(failures) >= MAX_FAILURES or failed.place in failures:
                raise
            failures[failed.place] = failed.cause
        finally:
            trial.rollback()


def _done(unit: Unit, deed: str, args: Mapping[str, Any]) -> Preview:
    case = unit.case
    before, armed, promised, version = dict(unit.open_tasks), dict(unit.armed), case.promised_at, case.version
    plan = plan_of(unit, deed, args)
    carry_out(unit, deed, args, "-", plan)
    own = next(event for event in unit.events if event.kind == REPAIRED)
    names = unit.version.element
    return Preview(
        deed=deed,
        closes=tuple(row.name for token, row in before.items() if token not in unit.open_tasks),
        opens=tuple(row.name for token, row in unit.open_tasks.items() if token not in before),
        clocks=tuple(_clocks(unit, armed, promised)),
        automatic=tuple((names(call.process, call.element).name, call.cause or "") for call in unit.calls),
        story=tuple((event.kind, event.data) for event in unit.events if event is not own and event.kind not in TOLD),
        messages=tuple((str(row["recipient"]), str(row["template"])) for row in unit.outgoing),
        kept=plan.kept,
        falls=tuple(Fallen(*(row[name] for name in _FALLEN)) for row in own.data.get(FALLEN) or ()),
        changes=dict(own.data.get("ubah") or {}),
        consent=plan.consent,
        version=version,
    )


def _clocks(unit: Unit, armed: Mapping[str, Any], promised: datetime | None) -> Iterator[Clock]:
    if unit.case.promised_at != promised:
        yield Clock("", promised, unit.case.promised_at, _fate(promised, unit.case.promised_at))
    live = {} if unit.case.run is None else {timer.token: timer for timer in unit.run.timers()}
    for token, row in armed.items():
        if token not in live:
            yield Clock(row.name or row.element, row.due_at, None, "gugur")
        elif live[token].due != row.due_at:
            yield Clock(row.name or row.element, row.due_at, live[token].due, _fate(row.due_at, live[token].due))
    for token, timer in live.items():
        if token not in armed:
            name = unit.version.element(timer.process, timer.element).name or timer.element
            yield Clock(name, None, timer.due, "baru")


def _fate(before: datetime | None, after: datetime | None) -> str:
    return "berhenti" if after is None else "berjalan" if before is None else "pindah"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
