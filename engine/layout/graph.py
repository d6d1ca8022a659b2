"""What has to be placed: the nodes, flows and lanes of one process, read from its XML."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"

TASK, EVENT, GATEWAY, BOUNDARY = "task", "event", "gateway", "boundary"
_EVENTS = {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent"}
SIZE = {TASK: (110, 80), EVENT: (36, 36), GATEWAY: (50, 50), BOUNDARY: (36, 36)}


@dataclass
class Node:
    """One flow node. `row` and `column` are cells of the whole diagram; x, y its upper left corner in px."""

    id: str
    tag: str
    kind: str
    name: str
    lane: int = 0
    host: str | None = None
    column: int = -1
    row: int = -1
    span: int = 1
    x: int = 0
    y: int = 0
    w: int = 0
    h: int = 0

    @property
    def cx(self) -> int:
        return self.x + self.w // 2

    @property
    def cy(self) -> int:
        return self.y + self.h // 2


@dataclass(frozen=True)
class Flow:
    """One sequence flow. `normal` is the way a case goes when nothing special happens."""

    id: str
    source: str
    target: str
    name: str
    normal: bool


@dataclass
class Graph:
    """One process (or the inside of one sub-process) to be placed."""

    id: str
    nodes: dict[str, Node]
    flows: list[Flow]
    lanes: list[tuple[str, str]]  # (id, name), top to bottom; empty when the process has none
    out: dict[str, list[Flow]] = field(default_factory=dict)
    into: dict[str, list[Flow]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.out = {key: [] for key in self.nodes}
        self.into = {key: [] for key in self.nodes}
        for flow in self.flows:
            self.out[flow.source].append(flow)
            self.into[flow.target].append(flow)

    def events_of(self, host: str) -> list[Node]:
        """The boundary events that sit on `host`, in the order of the file."""
        return [node for node in self.nodes.values() if node.host == host]


def _kind(tag: str) -> str | None:
    if tag == "boundaryEvent":
        return BOUNDARY
    if tag in _EVENTS:
        return EVENT
    if tag.endswith("Gateway"):
        return GATEWAY
    if tag.endswith("ask") or tag in ("callActivity", "subProcess", "transaction", "adHocSubProcess"):
        return TASK
    return None


def read(scope: etree._Element) -> Graph:
    """The graph of a `process` or sub-process element. Flows to or from unknown nodes are left out."""
    nodes: dict[str, Node] = {}
    defaults: set[str] = set()
    for element in scope:
        tag = etree.QName(element).localname
        kind = _kind(tag)
        if kind is None or not element.get("id"):
            continue
        node = Node(element.get("id"), tag, kind, (element.get("name") or "").strip())
        node.w, node.h = SIZE[kind]
        if kind == BOUNDARY:
            node.host = element.get("attachedToRef")
        nodes[node.id] = node
        if element.get("default"):
            defaults.add(element.get("default"))
    lanes: list[tuple[str, str]] = []
    for lane in scope.findall(f"{BPMN}laneSet/{BPMN}lane"):
        for ref in lane.findall(f"{BPMN}flowNodeRef"):
            if (ref.text or "").strip() in nodes:
                nodes[(ref.text or "").strip()].lane = len(lanes)
        lanes.append((lane.get("id"), (lane.get("name") or "").strip()))
    for node in nodes.values():
        if node.host in nodes:
            node.lane = nodes[node.host].lane
    return Graph(scope.get("id") or "", nodes, _flows(scope, nodes, defaults), lanes)


def _flows(scope: etree._Element, nodes: dict[str, Node], defaults: set[str]) -> list[Flow]:
    elements = [
        element
        for element in scope.findall(f"{BPMN}sequenceFlow")
        if element.get("sourceRef") in nodes and element.get("targetRef") in nodes
    ]
    decided = {element.get("sourceRef") for element in elements if element.get("id") in defaults}
    flows = []
    for element in elements:
        source = element.get("sourceRef")
        normal = element.get("id") in defaults if source in decided else nodes[source].kind != BOUNDARY
        name = (element.get("name") or "").strip()
        flows.append(Flow(element.get("id"), source, element.get("targetRef"), name, normal))
    return flows
