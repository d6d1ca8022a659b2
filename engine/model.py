"""What a diagram says, read from its XML without any engine: elements, lanes, flows, properties, drawing.

`read_diagram` never judges: a diagram with mistakes is read as it stands, and `engine.check` tells what is wrong.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

from engine.model_parts import (
    SCRIPT_ROLES,
    Bounds,
    Diagram,
    Element,
    Flow,
    Lane,
    Loop,
    MultiInstance,
    Operator,
    Process,
    Role,
    Timer,
    Written,
)
from engine.xml_safe import XmlRefused, parse

__all__ = [
    "SCRIPT_ROLES",
    "Bounds",
    "Diagram",
    "Element",
    "Flow",
    "Lane",
    "Loop",
    "MultiInstance",
    "Operator",
    "Process",
    "Timer",
    "Written",
    "after",
    "before",
    "boundary_events",
    "expressions_of",
    "read_diagram",
]

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DI = "{http://www.omg.org/spec/DD/20100524/DI}"
SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"

TASKS = frozenset(
    f"{kind}ask" for kind in ("t", "userT", "manualT", "serviceT", "scriptT", "sendT", "receiveT", "businessRuleT")
)
SCOPES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
GATEWAYS = frozenset(f"{kind}Gateway" for kind in ("exclusive", "inclusive", "parallel", "eventBased", "complex"))
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
NODES = TASKS | SCOPES | GATEWAYS | EVENTS | {"callActivity"}

# Every place where the engine would hand a text to its script engine, wherever it stands in the file.
_TEXT_ROLES: dict[str, Role] = {
    f"{BPMN}conditionExpression": "gateway",
    f"{BPMN}timeDate": "timer",
    f"{BPMN}condition": "condition",
    f"{BPMN}loopCondition": "loop",
    f"{BPMN}completionCondition": "completion",
    f"{BPMN}loopCardinality": "cardinality",
    f"{BPMN}loopDataInputRef": "collection",
    f"{BPMN}script": "script",
    f"{BPMN}messagePath": "correlation",
    f"{SPIFF}messagePayload": "payload",
    f"{SPIFF}payloadExpression": "payload",
    f"{SPIFF}expression": "correlation",
    f"{SPIFF}preScript": "preScript",
    f"{SPIFF}postScript": "postScript",
}


def read_diagram(content: bytes, name: str) -> Diagram:
    """The diagram in `content`; `name` is its file name, kept for messages.

    Raises XmlRefused: what `xml_safe.parse` refuses, and code `not-bpmn` when the root is not `bpmn:definitions`.
    """
    root = parse(content)
    if root.tag != f"{BPMN}definitions":
        raise XmlRefused("berkas XML ini bukan diagram BPMN", "not-bpmn")
    refs = _references(root)
    participants = list(root.iter(f"{BPMN}participant"))
    nodes = [node for node in root.iter() if _is_node(node) or node.tag == f"{BPMN}sequenceFlow"]
    ids = Counter(node.get("id") for node in root.iter() if node.get("id") is not None and _has_own_id(node))
    shapes, labels = _shapes(root)
    return Diagram(
        name=name,
        processes=tuple(_process(node, refs) for node in root.iter(f"{BPMN}process")),
        pool=participants[0].get("name") if participants else None,
        pool_id=participants[0].get("id") if participants else None,
        shapes=shapes,
        labels=labels,
        edges=_edges(root),
        expressions=tuple(_written(root)),
        repeated_ids=tuple(sorted(identity for identity, count in ids.items() if count > 1)),
        without_id=tuple(_local(node) for node in nodes if not node.get("id")),
    )


def after(process: Process, element_id: str) -> tuple[str, ...]:
    """Ids of the elements that `element_id`'s flows lead to, in the order of the file."""
    element = process.elements[element_id]
    return tuple(process.flows[flow].target for flow in element.outgoing)


def before(process: Process, element_id: str) -> tuple[str, ...]:
    """Ids of the elements whose flows lead to `element_id`."""
    element = process.elements[element_id]
    return tuple(process.flows[flow].source for flow in element.incoming)


def boundary_events(process: Process, element_id: str) -> tuple[Element, ...]:
    """The boundary events attached to `element_id`."""
    return tuple(element for element in process.elements.values() if element.attached_to == element_id)


def expressions_of(diagram: Diagram) -> list[tuple[str | None, str, Role]]:
    """Every text of the safe language in the diagram: (id of the element or flow, text, role)."""
    return list(diagram.expressions)


# Reading.


def _local(node: Any) -> str:
    return str(node.tag).rpartition("}")[2]


def _is_node(node: Any) -> bool:
    return str(node.tag).startswith(BPMN) and _local(node) in NODES


def _has_own_id(node: Any) -> bool:
    """Ids of multi-instance items are names of data, and those of parameters names of services: both may come again."""
    return str(node.tag).startswith((BPMN, BPMNDI)) and not _local(node).endswith("DataItem")


def _text(node: Any, path: str) -> str | None:
    found = node.find(path)
    return None if found is None else (found.text or "").strip()


def _references(root: Any) -> dict[str, str | None]:
    """What events refer to: the id of an error, escalation, message or signal -> its code or name."""
    names = {"error": "errorCode", "escalation": "escalationCode", "message": "name", "signal": "name"}
    return {
        node.get("id"): node.get(attribute) or node.get("name")
        for tag, attribute in names.items()
        for node in root.iter(f"{BPMN}{tag}")
        if node.get("id")
    }


def _process(node: Any, refs: dict[str, str | None]) -> Process:
    flows: dict[str, Flow] = {}
    for number, flow in enumerate(node.iter(f"{BPMN}sequenceFlow")):
        identity = flow.get("id") or f"(alur {number + 1} tanpa id)"
        condition = _text(flow, f".//{BPMN}conditionExpression")
        parent = _parent_scope(flow)
        flows.setdefault(
            identity,
            Flow(
                identity,
                flow.get("sourceRef", ""),
                flow.get("targetRef", ""),
                flow.get("name", "").strip(),
                condition,
                parent,
            ),
        )
    incoming: dict[str, list[str]] = {}
    outgoing: dict[str, list[str]] = {}
    for one in flows.values():
        outgoing.setdefault(one.source, []).append(one.id)
        incoming.setdefault(one.target, []).append(one.id)
    lanes = tuple(_lane(lane) for lane in node.iter(f"{BPMN}lane"))
    lane_of = {member: lane.name for lane in lanes for member in lane.members}
    elements: dict[str, Element] = {}
    for number, inner in enumerate(item for item in node.iter() if _is_node(item)):
        identity = inner.get("id") or f"({_local(inner)} {number + 1} tanpa id)"
        parent = _parent_scope(inner)
        lane = lane_of.get(identity) or (elements[parent].lane if parent in elements else None)
        element = _element(inner, identity, parent, lane, refs, incoming.get(identity, []), outgoing.get(identity, []))
        elements.setdefault(identity, element)
    executable = node.get("isExecutable", "true") == "true"  # as the engine reads a missing attribute
    return Process(node.get("id", ""), node.get("name", ""), executable, lanes, elements, flows, _properties(node))


def _parent_scope(node: Any) -> str | None:
    parent = node.getparent()
    return (parent.get("id") or None) if parent is not None and _local(parent) in SCOPES else None


def _lane(node: Any) -> Lane:
    members = tuple((ref.text or "").strip() for ref in node.findall(f"{BPMN}flowNodeRef"))
    return Lane(node.get("id", ""), (node.get("name") or "").strip(), members)


def _element(
    node: Any,
    identity: str,
    parent: str | None,
    lane: str | None,
    refs: dict[str, str | None],
    incoming: list[str],
    outgoing: list[str],
) -> Element:
    definitions = [child for child in node if _local(child).endswith("EventDefinition")]
    events = tuple(_local(child).removesuffix("EventDefinition") for child in definitions)
    first = definitions[0] if definitions else None
    extension = f"{BPMN}extensionElements/{SPIFF}"
    return Element(
        id=identity,
        kind=_local(node),
        name=(node.get("name") or "").strip(),
        lane=lane,
        parent=parent,
        incoming=tuple(incoming),
        outgoing=tuple(outgoing),
        default=node.get("default"),
        attached_to=node.get("attachedToRef"),
        interrupting=node.get("cancelActivity", node.get("isInterrupting", "true")).lower() == "true",
        event=events[0] if events else None,
        events=events,
        event_ref=_event_ref(node, first, refs),
        timer=_timer(node),
        condition=_text(node, f"{BPMN}conditionalEventDefinition/{BPMN}condition"),
        called_element=node.get("calledElement"),
        operator=_operator(node.find(f"{extension}serviceTaskOperator")),
        multi_instance=_multi_instance(node.find(f"{BPMN}multiInstanceLoopCharacteristics")),
        loop=_loop(node.find(f"{BPMN}standardLoopCharacteristics")),
        script=_text(node, f"{BPMN}script"),
        pre_script=_text(node, f"{extension}preScript"),
        post_script=_text(node, f"{extension}postScript"),
        table=_text(node, f"{extension}calledDecisionId"),
        variable=_text(node, f"{extension}variableName") or _text(node, f".//{SPIFF}messageVariable"),
        triggered_by_event=node.get("triggeredByEvent") == "true",
        is_compensation=node.get("isForCompensation") == "true",
        documentation=_text(node, f"{BPMN}documentation") or "",
        properties=_properties(node),
    )


def _event_ref(node: Any, definition: Any, refs: dict[str, str | None]) -> str | None:
    if definition is None:
        return refs.get(node.get("messageRef", ""))
    if _local(definition) == "linkEventDefinition":
        name: str | None = definition.get("name")
        return name
    for attribute in ("errorRef", "escalationRef", "messageRef", "signalRef"):
        if definition.get(attribute) is not None:
            return refs.get(definition.get(attribute))
    return node.get("name") if _local(definition) in ("messageEventDefinition", "signalEventDefinition") else None


def _timer(node: Any) -> Timer | None:
    kinds: tuple[tuple[str, Literal["date", "duration", "cycle"]], ...] = (
        ("timeDate", "date"),
        ("timeDuration", "duration"),
        ("timeCycle", "cycle"),
    )
    for tag, kind in kinds:
        text = _text(node, f"{BPMN}timerEventDefinition/{BPMN}{tag}")
        if text is not None:
            return Timer(kind, text)
    return None


def _operator(node: Any) -> Operator | None:
    if node is None:
        return None
    params = {param.get("id", ""): param.get("value", "") for param in node.iter(f"{SPIFF}parameter")}
    return Operator(node.get("id", ""), params, node.get("resultVariable") or None)


def _multi_instance(node: Any) -> MultiInstance | None:
    if node is None:
        return None
    item, output_item = node.find(f"{BPMN}inputDataItem"), node.find(f"{BPMN}outputDataItem")
    return MultiInstance(
        parallel=node.get("isSequential") != "true",
        collection=_text(node, f"{BPMN}loopDataInputRef"),
        cardinality=_text(node, f"{BPMN}loopCardinality"),
        item=None if item is None else item.get("id"),  # the engine goes by the id, not by the name
        output=_text(node, f"{BPMN}loopDataOutputRef"),
        output_item=None if output_item is None else output_item.get("id"),
        completion=_text(node, f"{BPMN}completionCondition"),
    )


def _loop(node: Any) -> Loop | None:
    if node is None:
        return None
    return Loop(_text(node, f"{BPMN}loopCondition"), node.get("loopMaximum"), node.get("testBefore") == "true")


def _properties(node: Any) -> dict[str, str]:
    path = f"{BPMN}extensionElements/{SPIFF}properties/{SPIFF}property"
    return {item.get("name", ""): item.get("value", "") for item in node.findall(path)}


def _written(root: Any) -> Iterator[Written]:
    for node in root.iter():
        role = _TEXT_ROLES.get(node.tag)
        if role is not None:
            yield Written(_owner(node), (node.text or "").strip(), role)
        elif node.tag == f"{SPIFF}parameter":
            yield Written(_owner(node), node.get("value", "").strip(), "parameter")


def _owner(node: Any) -> str | None:
    while node is not None and not (_is_node(node) or node.tag == f"{BPMN}sequenceFlow"):
        node = node.getparent()
    return None if node is None else node.get("id")


# The drawing.


def _bounds(node: Any) -> Bounds | None:
    found = None if node is None else node.find(f"{DC}Bounds")
    if found is None:
        return None
    try:
        numbers = [float(found.get(side, "nan")) for side in ("x", "y", "width", "height")]
    except ValueError:
        return None
    return Bounds(*numbers) if all(math.isfinite(number) and abs(number) < 1e7 for number in numbers) else None


def _shapes(root: Any) -> tuple[dict[str, Bounds], dict[str, Bounds]]:
    shapes: dict[str, Bounds] = {}
    labels: dict[str, Bounds] = {}
    for tag in ("BPMNShape", "BPMNEdge"):
        for node in root.iter(f"{BPMNDI}{tag}"):
            identity = node.get("bpmnElement", "")
            own, label = _bounds(node), _bounds(node.find(f"{BPMNDI}BPMNLabel"))
            if own is not None and tag == "BPMNShape":
                shapes[identity] = own
            if label is not None:
                labels[identity] = label
    return shapes, labels


def _edges(root: Any) -> dict[str, tuple[tuple[float, float], ...]]:
    edges: dict[str, tuple[tuple[float, float], ...]] = {}
    for node in root.iter(f"{BPMNDI}BPMNEdge"):
        try:
            points = tuple(
                (float(way.get("x", "nan")), float(way.get("y", "nan"))) for way in node.iter(f"{DI}waypoint")
            )
        except ValueError:
            continue
        if all(math.isfinite(number) and abs(number) < 1e7 for point in points for number in point):
            edges[node.get("bpmnElement", "")] = points
    return edges
