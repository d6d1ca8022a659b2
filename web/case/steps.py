"""A process as rows of the Permenpan table (templates/kit/diagram.html), in the order in which a case meets them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.model import Element, Process

_KINDS = {
    "startEvent": "start",
    "endEvent": "end",
    "exclusiveGateway": "gateway",
    "inclusiveGateway": "gateway",
    "parallelGateway": "gateway",
    "callActivity": "phase",
}
_LEFT_OUT = frozenset({"boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"})


def step_rows(process: Process, state: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    """Rows and lanes for `steps_table`. state: of engine.dossier.diagram_state."""
    rows = [_row(element, state) for element in _met(process) if element.kind not in _LEFT_OUT and element.name]
    used = {row["lane"] for row in rows}
    lanes = list(dict.fromkeys(lane.name for lane in process.lanes if lane.name in used))
    return rows, lanes


def _row(element: Element, state: Mapping[str, Any]) -> dict[str, Any]:
    here = "late" if element.id in state["late"] else "active" if element.id in state["active"] else None
    share = element.properties.get("waktu", "")
    return {
        "name": element.name,
        "lane": element.lane or "",
        "kind": _KINDS.get(element.kind, "task"),
        "kelengkapan": element.properties.get("kelengkapan", ""),
        "output": element.properties.get("output", ""),
        "waktu": float(share) * 480 if share.replace(".", "", 1).isdigit() else share,
        "state": here or ("done" if element.id in state["done"] else None),
    }


def _met(process: Process) -> list[Element]:
    """Elements breadth first along the flows; what a timer or an error leads to comes behind its step."""
    todo = [e.id for e in process.elements.values() if e.kind == "startEvent" and e.parent is None]
    edges = {
        host: [e.id for e in process.elements.values() if e.attached_to == host]
        for host in {e.attached_to for e in process.elements.values() if e.attached_to}
    }
    seen: dict[str, Element] = {}
    while todo:
        ident = todo.pop(0)
        if ident in seen:
            continue
        seen[ident] = process.elements[ident]
        todo += [process.flows[flow].target for flow in seen[ident].outgoing]
        todo += edges.get(ident, [])
    return list(seen.values())
