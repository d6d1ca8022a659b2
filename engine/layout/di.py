"""Writes positions into a BPMN file: one BPMNDiagram for the process, one for the inside of each sub-process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from engine.layout.graph import BPMN, GATEWAY, TASK
from engine.layout.grid import Box
from engine.layout.place import HEAD, PITCH_Y, POOL_Y

if TYPE_CHECKING:
    from engine.layout import Drawing

_MAP = {
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
_BPMNDI, _DC, _DI = (f"{{{uri}}}" for uri in _MAP.values())


def write(root: etree._Element, drawings: list[tuple[etree._Element, Drawing]]) -> None:
    """Replaces every BPMNDiagram below `root` by the drawings: (process or sub-process element, drawing)."""
    for old in root.findall(f"{_BPMNDI}BPMNDiagram"):
        root.remove(old)
    collaboration = root.find(f"{BPMN}collaboration")
    for number, (scope, drawing) in enumerate(drawings):
        owner = collaboration if number == 0 and collaboration is not None else scope
        suffix = "" if number == 0 else f"_{scope.get('id')}"
        diagram = etree.SubElement(root, f"{_BPMNDI}BPMNDiagram", id=f"Gambar{suffix}", nsmap=_MAP)
        plane = etree.SubElement(diagram, f"{_BPMNDI}BPMNPlane", id=f"Kanvas{suffix}", bpmnElement=owner.get("id"))
        if number == 0 and collaboration is not None:
            participant = collaboration.find(f"{BPMN}participant")
            if participant is not None:
                _pool(plane, participant.get("id"), drawing)
        _lanes(plane, drawing)
        _nodes(plane, drawing)
        _edges(plane, drawing)


def _bounds(parent: etree._Element, box: Box) -> None:
    etree.SubElement(
        parent, f"{_DC}Bounds", x=str(box[0]), y=str(box[1]), width=str(box[2] - box[0]), height=str(box[3] - box[1])
    )


def _label(parent: etree._Element, box: Box | None) -> None:
    if box is not None:
        _bounds(etree.SubElement(parent, f"{_BPMNDI}BPMNLabel"), box)


def _shape(plane: etree._Element, key: str, box: Box, **more: str) -> etree._Element:
    shape = etree.SubElement(plane, f"{_BPMNDI}BPMNShape", id=f"{key}_di", bpmnElement=key, **more)
    _bounds(shape, box)
    return shape


def _pool(plane: etree._Element, key: str, drawing: Drawing) -> None:
    placed = drawing.placed
    left = placed.left - HEAD
    _shape(plane, key, (left, POOL_Y, placed.right, POOL_Y + PITCH_Y * placed.rows), isHorizontal="true")


def _lanes(plane: etree._Element, drawing: Drawing) -> None:
    placed, top = drawing.placed, POOL_Y
    for (key, _), rows in zip(placed.graph.lanes, placed.lane_rows, strict=False):
        _shape(plane, key, (placed.left, top, placed.right, top + PITCH_Y * rows), isHorizontal="true")
        top += PITCH_Y * rows


def _nodes(plane: etree._Element, drawing: Drawing) -> None:
    for node in drawing.placed.graph.nodes.values():
        more = {"isMarkerVisible": "true"} if node.kind == GATEWAY else {}
        if node.kind == TASK and node.tag.lower().endswith(("process", "transaction")):
            more = {"isExpanded": "false"}
        shape = _shape(plane, node.id, (node.x, node.y, node.x + node.w, node.y + node.h), **more)
        _label(shape, drawing.names.get(node.id))


def _edges(plane: etree._Element, drawing: Drawing) -> None:
    for flow in drawing.placed.graph.flows:
        edge = etree.SubElement(plane, f"{_BPMNDI}BPMNEdge", id=f"{flow.id}_di", bpmnElement=flow.id)
        for x, y in drawing.paths[flow.id]:
            etree.SubElement(edge, f"{_DI}waypoint", x=str(x), y=str(y))
        _label(edge, drawing.answers.get(flow.id))
