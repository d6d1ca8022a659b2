"""What a diagram is made of: plain frozen records, no XML and no engine. Built by `engine.model.read_diagram`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

Role: TypeAlias = Literal[
    "gateway",  # condition of a sequence flow
    "timer",  # timeDate
    "condition",  # conditional event
    "loop",  # loopCondition of a standard loop
    "completion",  # completionCondition of a multi-instance or ad-hoc sub-process
    "cardinality",  # loopCardinality
    "collection",  # loopDataInputRef: always a bare name
    "parameter",  # of a service task
    "payload",  # of a message, signal or error
    "correlation",
    "script",  # assignments
    "preScript",
    "postScript",
]
SCRIPT_ROLES: frozenset[str] = frozenset({"script", "preScript", "postScript"})
"""Roles whose text is assignments (`compile_assignments`); all others are one expression."""


class Written(NamedTuple):
    """One text of the safe language, and who carries it (id of the element or flow; None: the file)."""

    element: str | None
    text: str
    role: Role


@dataclass(frozen=True)
class Bounds:
    """A rectangle on the drawing, in pixels; x and y are its upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Timer:
    kind: Literal["date", "duration", "cycle"]
    text: str


@dataclass(frozen=True)
class Operator:
    """What a service task calls: the name of the service, its parameters as expression texts, where the result goes."""

    id: str
    params: Mapping[str, str]
    result: str | None


@dataclass(frozen=True)
class MultiInstance:
    """A task done once per item: `collection`, `output` name lists, `item` and `output_item` one entry of them."""

    parallel: bool
    collection: str | None = None
    cardinality: str | None = None
    item: str | None = None
    output: str | None = None
    output_item: str | None = None
    completion: str | None = None


@dataclass(frozen=True)
class Loop:
    """A task done again and again (standardLoopCharacteristics)."""

    condition: str | None
    maximum: str | None
    test_before: bool


@dataclass(frozen=True)
class Flow:
    """A sequence flow. `condition` is an expression text or None; `parent` the sub-process it is drawn in, or None."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str | None = None
    parent: str | None = None


@dataclass(frozen=True)
class Element:
    """One node of a process: task, gateway, event, call or sub-process.

    `kind` is its BPMN tag ('userTask', 'boundaryEvent', ...). `incoming` and `outgoing` are flow ids. `lane` is the
    lane's name, that of the surrounding sub-process if it has none itself. `event` is its event definition ('timer',
    'message', 'error', 'escalation', 'signal', 'terminate', 'conditional', 'link', 'compensate', 'cancel') or None;
    `events` all of them. `event_ref` is what the event is known by: a message's or signal's name, an error's or
    escalation's code; None catches all.
    """

    id: str
    kind: str
    name: str = ""
    lane: str | None = None
    parent: str | None = None
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    default: str | None = None
    attached_to: str | None = None
    interrupting: bool = True
    event: str | None = None
    events: tuple[str, ...] = ()
    event_ref: str | None = None
    timer: Timer | None = None
    condition: str | None = None
    called_element: str | None = None
    operator: Operator | None = None
    multi_instance: MultiInstance | None = None
    loop: Loop | None = None
    script: str | None = None
    pre_script: str | None = None
    post_script: str | None = None
    table: str | None = None  # decision id of a business rule task
    variable: str | None = None  # where a task, message or signal puts what it brings
    triggered_by_event: bool = False
    is_compensation: bool = False
    documentation: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Lane:
    id: str
    name: str
    members: tuple[str, ...]  # element ids


@dataclass(frozen=True)
class Process:
    """One process of a file, the contents of its sub-processes included (`Element.parent` tells them apart)."""

    id: str
    name: str
    executable: bool
    lanes: tuple[Lane, ...]
    elements: Mapping[str, Element]
    flows: Mapping[str, Flow]
    properties: Mapping[str, str]


@dataclass(frozen=True)
class Diagram:
    """One BPMN file as read. `pool` is the first participant's name; `shapes`, `edges` the drawing, by BPMN id."""

    name: str
    processes: tuple[Process, ...]
    pool: str | None
    pool_id: str | None
    shapes: Mapping[str, Bounds]
    labels: Mapping[str, Bounds]
    edges: Mapping[str, tuple[tuple[float, float], ...]]
    expressions: tuple[Written, ...]
    repeated_ids: tuple[str, ...]
    without_id: tuple[str, ...]  # tags of nodes and flows that have no id

    @property
    def has_layout(self) -> bool:
        return bool(self.shapes)

    @property
    def process(self) -> Process | None:
        """The process that runs: the first executable one, else the first, else None."""
        return next((process for process in self.processes if process.executable), next(iter(self.processes), None))

    def element(self, element_id: str) -> Element | None:
        return next((p.elements[element_id] for p in self.processes if element_id in p.elements), None)
