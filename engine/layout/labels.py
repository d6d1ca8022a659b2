"""Where names stand: a question above left of its gateway, an event's below, a deadline's left of it, answers at the start."""

from __future__ import annotations

from engine.layout import text
from engine.layout.graph import BOUNDARY, EVENT, GATEWAY, TASK, Flow, Graph, Node
from engine.layout.grid import Box, Point, grown, hits, overlap

_QUESTION, _EVENT, _DEADLINE, _ANSWER = 84, 100, 64, 62  # widest line, px


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
        width, height = text.box(node.name, _DEADLINE)
        host = graph.nodes[node.host] if node.host in graph.nodes else None
        top = node.cy - 6 - height if host is not None and node.cy == host.y else node.cy + 6
        return node.x - 4 - width, top, node.x - 4, top + height
    assert node.kind == EVENT
    width, height = text.box(node.name, _EVENT)
    return node.cx - width // 2, node.y + node.h + 4, node.cx - width // 2 + width, node.y + node.h + 4 + height


def answer(flow: Flow, paths: dict[str, list[Point]], shapes: dict[str, Box], taken: list[Box]) -> Box | None:
    """The box of a flow's name beside its first stretch: the first place that is free. None without a name."""
    path = paths.get(flow.id)
    if not flow.name or not path:
        return None
    width, height = text.box(flow.name, _ANSWER)
    (x, y), (bx, by) = path[0], path[1]
    if y == by:
        start = x + 7 if bx > x else x - 7 - width
        places = [(start, y - 4 - height), (start, y + 4)]
    else:
        top = y + 7 if by > y else y - 7 - height
        places = [(x + 7, top), (x - 7 - width, top)]
    boxes = [(left, top, left + width, top + height) for left, top in places]
    solid = [grown(box, 1) for key, box in shapes.items() if key != flow.source] + taken
    for box in boxes:
        ways = [path for key, path in paths.items() if key != flow.id]
        crossed = any(hits(grown(box, 2), a, b) for way in ways for a, b in zip(way, way[1:], strict=False))
        if not crossed and not any(overlap(box, other) for other in solid):
            return box
    return boxes[0]
