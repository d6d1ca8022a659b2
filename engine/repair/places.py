"""Where a case can be put back to: the persons' steps on the way that led to where it stands now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.definitions import FRAME, Version
from engine.errors import Invalid
from engine.model import Process, boundary_events
from engine.storage.schema import events

FORKS = frozenset({"parallelGateway", "inclusiveGateway"})
DEEP = 6  # branches within branches that are followed
UNDONE = "mundur"  # in a repair's event: the steps that do not count any more


@dataclass(frozen=True)
class Place:
    """A step that was passed. calls: (process, call activity) from the frame to the step's process; at, seq: when it
    was done last; undone: "process/element" of it and all that came after; refused: why the case cannot go there."""

    process: str
    element: str
    name: str
    at: datetime
    seq: int
    calls: tuple[tuple[str, str], ...]
    undone: tuple[str, ...]
    refused: str = ""


@dataclass(frozen=True)
class _Passed:
    process: str
    element: str
    at: datetime
    seq: int


def places_of(connection: Connection, version: Version, case_id: int, open_tasks: Iterable[Any]) -> list[Place]:
    """The steps that a case can go back to, the newest first. open_tasks: its rows."""
    waiting = list(open_tasks)
    way = _way(connection, case_id, waiting)
    here = {(row.process, row.element) for row in waiting}
    found: dict[tuple[str, str], Place] = {}
    for number, passed in enumerate(way):
        process = version.processes.get(passed.process)
        element = process.elements.get(passed.element) if process else None
        if process is None or element is None or process.id == FRAME:
            continue
        if element.kind not in ("userTask", "manualTask") or (process.id, element.id) in here:
            continue
        calls, refused = _calls(version, process.id, {row.process for row in waiting})
        found[process.id, element.id] = Place(
            process.id,
            element.id,
            element.name,
            passed.at,
            passed.seq,
            calls,
            tuple(dict.fromkeys(f"{step.process}/{step.element}" for step in way[number:])),
            refused or _wrong(version, (*calls, (process.id, element.id))),
        )
    return list(reversed(found.values()))


def place_at(places: Iterable[Place], process: str, element: str) -> Place:
    """The place that is asked for. Raises Invalid when the case has not come by there, or cannot be put there."""
    for place in places:
        if (place.process, place.element) == (process, element):
            if place.refused:
                raise Invalid({"langkah": [place.refused]})
            return place
    raise Invalid({"langkah": ["Pilih langkah yang sudah dilewati permohonan ini."]})


def _way(connection: Connection, case_id: int, waiting: Iterable[Any]) -> list[_Passed]:
    """The steps that led here, oldest first: what a loop or a repair went back over is left out."""
    way: list[_Passed] = []
    rows = connection.execute(
        select(events.c.seq, events.c.at, events.c.data).where(events.c.case_id == case_id).order_by(events.c.seq)
    )
    for row in rows:
        undone = set(row.data.get(UNDONE) or ())
        if undone:
            _cut(way, undone)
        for entry in row.data.get("lewat") or ():
            process, _, step = entry.partition("/")
            element = step.partition(">")[0]
            _cut(way, {f"{process}/{element}"})
            way.append(_Passed(process, element, row.at, row.seq))
    _cut(way, {f"{row.process}/{row.element}" for row in waiting})
    return way


def _cut(way: list[_Passed], steps: set[str]) -> None:
    for number, passed in enumerate(way):
        if f"{passed.process}/{passed.element}" in steps:
            del way[number:]
            return


def _calls(version: Version, process: str, live: set[str]) -> tuple[tuple[tuple[str, str], ...], str]:
    """The calls that lead from the frame to a process; and why that cannot be said. live: processes of open tasks."""
    calls: list[tuple[str, str]] = []
    while process != FRAME:
        callers = [
            (owner.id, caller.id)
            for owner in version.processes.values()
            for caller in owner.elements.values()
            if caller.called_element == process and (owner.id, caller.id) not in calls
        ]
        if len(callers) != 1:
            if process in live and calls == []:
                return (), ""  # it runs: which call began it does not matter
            return (), "Bagian itu dipanggil dari beberapa tempat dalam SOP, dan yang mana tidak dapat dipastikan."
        calls.insert(0, callers[0])
        process = callers[0][0]
    return tuple(calls), ""


def _wrong(version: Version, way: Iterable[tuple[str, str]]) -> str:
    """Why a lone token at these steps would not be right."""
    for process, element in way:
        if process == FRAME:
            continue
        drawn = version.processes[process]
        if drawn.elements[element].parent is not None:
            return "Langkah itu berada di dalam subproses: pilih langkah di luarnya."
        if not _on_main_way(drawn, element):
            return "Langkah itu cabang pengingat, bukan jalan utama SOP."
        if _inside_branches(drawn, element):
            return "Langkah itu salah satu dari cabang yang berjalan bersamaan: pilih langkah sebelum percabangannya."
    return ""


def _on_main_way(process: Process, element: str) -> bool:
    """Whether the step is reached without an event that leaves its step open."""
    todo = [one.id for one in process.elements.values() if one.kind == "startEvent" and one.parent is None]
    seen: set[str] = set()
    while todo:
        ident = todo.pop()
        if ident in seen:
            continue
        seen.add(ident)
        todo += [process.flows[flow].target for flow in process.elements[ident].outgoing]
        todo += [event.id for event in boundary_events(process, ident) if event.interrupting]
    return element in seen


def _inside_branches(process: Process, element: str) -> bool:
    """Whether a join lies ahead whose fork lies behind: a lone token would wait there for branches that never come."""
    todo, seen = [(element, 0)], set()
    while todo:
        ident, depth = todo.pop()
        if (ident, depth) in seen or depth > DEEP:
            continue
        seen.add((ident, depth))
        here = process.elements[ident]
        if here.kind in FORKS and ident != element:
            if len(here.incoming) > 1:
                depth -= 1
            if depth < 0:
                return True
            if len(here.outgoing) > 1:
                depth += 1
        todo += [(process.flows[flow].target, depth) for flow in here.outgoing]
        todo += [(event.id, depth) for event in boundary_events(process, ident) if event.interrupting]
    return False


def forgotten(version: Version) -> Mapping[str, None]:
    """Names of workflow data that a multi-instance fills: they must not be there when it begins."""
    names: dict[str, None] = {}
    for process in version.processes.values():
        for element in process.elements.values():
            each = element.multi_instance
            if each is not None:
                names |= dict.fromkeys(name for name in (each.output, each.output_item, each.item) if name)
    return names
