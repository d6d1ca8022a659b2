"""Where names stand: a question above left of its gateway, an event's below it, answers at the start of a flow."""

from __future__ import annotations

from engine.layout import text
from engine.layout.graph import BOUNDARY, EVENT, GATEWAY, TASK, Flow, Graph, Node
from engine.layout.grid import Box, Point, grown, hits, overlap

_QUESTION, _EVENT, _DEADLINE, _ANSWER = 84, 100, 70, 62  # widest line, px


def names(graph: Graph) -> dict[str, Box]:
    """The label boxes of gateways and events; a task's name stands inside it."""
    found: dict[str, Box] = {}
    for node in graph.nodes.values():
        if node.kind == TASK or not node.name:
            continue
        found[node.id] = _name(graph, node)
    return found


def _name(graph: Graph, node: Node) -> Box:
    if node.kind == GATEWAY:
        width, height = text.box(node.name, _QUESTION)
        return node.cx - 8 - width, node.y + 3 - height, node.cx - 8, node.y + 3
    if node.kind == BOUNDARY:
        host = graph.nodes.get(node.host or "")
        wide = host is not None and host.span > 1
        width, height = text.box(node.name, _DEADLINE - 12 * wide)
        top = node.cy + 6
        if host is not None and node.cy == host.y:
            top = node.cy + 3 if wide else node.cy - 6 - height
        return node.x - 4 - width, top, node.x - 4, top + height
    assert node.kind == EVENT
    width, height = text.box(node.name, _EVENT)
    return node.cx - width // 2, node.y + node.h + 4, node.cx - width // 2 + width, node.y + node.h + 4 + height


def answer(
    flow: Flow, paths: dict[str, list[Point]], shapes: dict[str, Box], taken: list[Box], stem: Point | None = None
) -> Box | None:
    """The box of a flow's name: beside its start, in the first place that is free. None for a flow without a name.

    `stem`: where the flow parts from a sibling; its name then stands after that point.
    """
    path = paths.get(flow.id)
    if not flow.name or not path:
        return None
    size = text.box(flow.name, _ANSWER)
    stretches = list(zip(path, path[1:], strict=False))
    if stem is not None:
        stretches = [(stem, path[1])] * (path[1] != stem) + stretches[1:]
    boxes = [box for a, b in (stretches[:2] or [(path[0], path[1])]) for box in _beside(a, b, size)]
    solid = [grown(box, 1) for key, box in shapes.items() if key != flow.source] + taken
    solid += [shapes[flow.source]]
    for box in boxes:
        ways = [stretch for way in paths.values() for stretch in zip(way, way[1:], strict=False)]
        if not any(hits(grown(box, 2), a, b) for a, b in ways) and not any(overlap(box, other) for other in solid):
            return box
    return boxes[0]


def _beside(a: Point, b: Point, size: tuple[int, int]) -> list[Box]:
    (x, y), (bx, by), (width, height) = a, b, size
    if y == by:
        start = x + 7 if bx > x else x - 7 - width
        places = [(start, y - 4 - height), (start, y + 4)]
    else:
        top = y + 7 if by > y else y - 7 - height
        places = [(x + 7, top), (x - 7 - width, top)]
    return [(left, top, left + width, top + height) for left, top in places]
