"""A drawn procedure as the list that Permenpan-RB 35/2012 asks for: step by step, who, with what, how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.definitions import FRAME, Version
from engine.model import Element, Process, boundary_events

Kind = Literal["start", "end", "gateway", "phase", "task"]
_KINDS: dict[str, Kind] = {
    "startEvent": "start",
    "endEvent": "end",
    "exclusiveGateway": "gateway",
    "inclusiveGateway": "gateway",
    "eventBasedGateway": "gateway",
    "callActivity": "phase",
    "subProcess": "phase",
}
_TASKS = frozenset(f"{kind}Task" for kind in ("user", "manual", "service", "script", "send", "receive", "businessRule"))


@dataclass(frozen=True)
class Way:
    """One way out of a step: the answer that takes it (or what the event at its edge is called), and where it leads."""

    answer: str
    target: str


@dataclass(frozen=True)
class Step:
    """One row. waiting steps are those of persons (`person`). days: the share of the SOP's time in hari kerja, None
    when none is written. operator: the service that does it. ways: of a decision. deadlines: events at its edge."""

    process: str
    element: str
    name: str
    lane: str
    kind: Kind
    person: bool
    form: str | None
    kelengkapan: str
    output: str
    days: float | None
    operator: str | None
    called: str | None
    several: bool
    ways: tuple[Way, ...]
    deadlines: tuple[Way, ...]


def steps_of(version: Version, process: str) -> list[Step]:
    """The steps of one process in the order in which a case passes them; gateways that only join are left out.

    Raises: KeyError for a process that the version does not have.
    """
    drawn = version.processes[process]
    return [_step(version, drawn, drawn.elements[ident]) for ident in _order(drawn) if _told(drawn.elements[ident])]


def processes_of(version: Version) -> dict[str, str]:
    """Process id -> name of every drawing: the SOP, the frame around it, the phases."""
    order = [version.code, FRAME, *(ident for ident in version.processes if ident not in (version.code, FRAME))]
    return {ident: version.processes[ident].name or ident for ident in order if ident in version.processes}


def lanes_of(version: Version, process: str) -> list[str]:
    """Names of the lanes, in the order of the drawing."""
    drawn = version.processes[process]
    used = {element.lane for element in drawn.elements.values() if _told(element)}
    return [lane.name for lane in drawn.lanes if lane.name in used]


def persons_steps(version: Version) -> list[Step]:
    """Every step of a person in every process of the version: the frame, the SOP, the phases."""
    return [step for process in version.processes for step in steps_of(version, process) if step.person]


def _told(element: Element) -> bool:
    if element.kind in _TASKS:
        return True
    if element.kind in ("exclusiveGateway", "inclusiveGateway", "eventBasedGateway"):
        return len(element.outgoing) > 1
    return element.kind in _KINDS


def _order(process: Process) -> list[str]:
    """Elements in the order of their longest way from a start, ways back left out; edges of a step after the step."""
    following: dict[str, list[str]] = {ident: [] for ident in process.elements}
    for element in process.elements.values():
        flows = sorted(element.outgoing, key=lambda flow: flow != element.default)  # the normal path first
        following[element.id] += [process.flows[flow].target for flow in flows]
        if element.attached_to:
            following[element.attached_to].append(element.id)
    done: list[str] = []
    state: dict[str, int] = {}
    starts = [e.id for e in process.elements.values() if e.kind == "startEvent"]
    for start in [*starts, *process.elements]:
        _finish(start, following, state, done)
    return done[::-1]


def _finish(start: str, following: dict[str, list[str]], state: dict[str, int], done: list[str]) -> None:
    """Depth first; an element is done after all that follows it, so that the reverse is an order of the steps."""
    stack = [(start, 0)]
    while stack:
        ident, position = stack.pop()
        if position == 0:
            if state.get(ident):
                continue
            state[ident] = 1
        targets = following[ident][::-1]  # the normal path is finished last, hence stands first
        if position < len(targets):
            stack.append((ident, position + 1))
            if not state.get(targets[position]):
                stack.append((targets[position], 0))
        else:
            done.append(ident)


def _step(version: Version, process: Process, element: Element) -> Step:
    share = element.properties.get("waktu", "")
    form = element.properties.get("form")
    gateway = _KINDS.get(element.kind) == "gateway"
    return Step(
        process=process.id,
        element=element.id,
        name=element.name or element.id,
        lane=element.lane or "",
        kind=_KINDS.get(element.kind, "task"),
        person=element.kind in ("userTask", "manualTask"),
        form=version.form_key(form) if form else None,
        kelengkapan=element.properties.get("kelengkapan", ""),
        output=element.properties.get("output", ""),
        days=float(share) if share else None,
        operator=element.operator.id if element.operator else None,
        called=element.called_element,
        several=element.multi_instance is not None,
        ways=tuple(_ways(process, element)) if gateway else (),
        deadlines=tuple(
            Way(edge.name or edge.id, way.target)
            for edge in boundary_events(process, element.id)
            for way in _ways(process, edge)
        ),
    )


def _ways(process: Process, element: Element) -> list[Way]:
    flows = [process.flows[flow] for flow in element.outgoing]
    return [Way(flow.name, process.elements[flow.target].name or flow.target) for flow in flows]
