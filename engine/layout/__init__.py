"""Places a diagram: lanes as rows, steps as columns, flows at straight angles. The meaning of the file is left alone.

Used for diagrams that carry no positions, or on demand; a layout made by hand is kept by not calling this.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from engine.errors import Invalid
from engine.layout import labels
from engine.layout.di import write
from engine.layout.graph import BPMN, Graph, read
from engine.layout.grid import Box, Point, grown, make_grid
from engine.layout.place import HEAD, POOL_X, POOL_Y, Placed, place
from engine.layout.route import Router
from engine.xml_safe import parse

__all__ = ["Drawing", "draw", "has_layout", "lay_out"]

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"


@dataclass
class Drawing:
    """One plane: where nodes stand (in `placed.graph`), the ways of the flows, and the label boxes, all in px."""

    placed: Placed
    paths: dict[str, list[Point]]
    names: dict[str, Box]
    answers: dict[str, Box]


def draw(graph: Graph) -> Drawing:
    """Places and routes one graph."""
    placed = place(graph, POOL_X + HEAD * bool(graph.lanes), POOL_Y)
    shapes = {key: (node.x, node.y, node.x + node.w, node.y + node.h) for key, node in graph.nodes.items()}
    names = labels.names(graph)
    solid = [grown(box, 7) for box in shapes.values()] + [grown(box, 2) for box in names.values()]
    ports = {node.cx for node in graph.nodes.values()}
    for tight in (False, True):
        router = Router(graph, make_grid(placed, ports, solid, tight), shapes, list(names.values()))
        lost = router.route_all()
        if not lost:
            break
    for key in lost:  # no room at all: a straight line is honest, and the check of the picture shows it
        flow = next(flow for flow in graph.flows if flow.id == key)
        source, target = graph.nodes[flow.source], graph.nodes[flow.target]
        router.paths[key] = [(source.cx, source.cy), (target.cx, target.cy)]
    return Drawing(placed, router.paths, names, router.answers)


def has_layout(content: bytes) -> bool:
    """Whether the file says where its shapes stand."""
    return parse(content).find(f".//{_DI}BPMNShape") is not None


def lay_out(content: bytes) -> bytes:
    """The same diagram with new positions for everything in it (BPMN DI), UTF-8.

    Raises XmlRefused for what is not safe XML, Invalid for a file without exactly one process.
    """
    root = parse(content)
    processes = root.findall(f"{BPMN}process")
    if len(processes) != 1:
        raise Invalid({}, "Satu berkas memuat tepat satu proses.")
    scopes = [processes[0], *_inner(processes[0])]
    drawings = [(scope, draw(read(scope))) for scope in scopes]
    write(root, drawings)
    for element in root.iter():
        element.tail = None if element.tail is None or not element.tail.strip() else element.tail
        if len(element) and element.text is not None and not element.text.strip():
            element.text = None
    etree.indent(root, space="  ")
    content = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return bytes(content) + b"\n"


def _inner(scope: etree._Element) -> list[etree._Element]:
    """The sub-processes below `scope`, each of which is drawn on a plane of its own."""
    tags = ("subProcess", "transaction", "adHocSubProcess")
    return [element for element in scope.iter() if isinstance(element.tag, str)
            and element.tag in {BPMN + tag for tag in tags}]  # fmt: skip
