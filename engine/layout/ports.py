"""Where a flow may leave or meet a shape, and how welcome each place is (see the conventions of a readable SOP)."""

from __future__ import annotations

from dataclasses import dataclass

from engine.layout.graph import BOUNDARY, GATEWAY, TASK, Flow, Graph, Node

RIGHT, LEFT, DOWN, UP = (1, 0), (-1, 0), (0, 1), (0, -1)
_OFF_CENTRE, _UNUSUAL, _ODD = 34, 35, 80  # px of detour that one would rather accept


@dataclass(frozen=True)
class Port:
    """A point on a shape's outline, the direction away from the shape, and the cost of using it."""

    at: tuple[int, int]
    outward: tuple[int, int]
    cost: int


def ports_out(graph: Graph, flow: Flow, xs: list[int]) -> list[Port]:
    """Where `flow` may leave its source: normally to the right; an exception leaves towards its row."""
    node, target = graph.nodes[flow.source], graph.nodes[flow.target]
    if node.kind == BOUNDARY:
        host = graph.nodes.get(node.host or "")
        upper = host is not None and node.cy == host.y
        return [Port((node.cx, node.y), UP, 0) if upper else Port((node.cx, node.y + node.h), DOWN, 0)]
    level, backwards = target.cy - node.cy, target.cx < node.cx
    down, up = (0 if level > 0 else _ODD), (0 if level < 0 else _ODD)
    if node.kind == GATEWAY and not flow.normal:
        return _sides(node, xs, right=_UNUSUAL if level or backwards else 0, left=_ODD, down=down, up=up)
    aside = 10 if node.kind == GATEWAY else _UNUSUAL
    right, left = (_UNUSUAL, 0) if backwards else (0, _ODD)
    ports = _sides(node, xs, right=right, left=left, down=down + aside, up=up + aside)
    if node.span > 1:  # its lower and upper edges belong to its boundary events
        ports = [port for port in ports if port.outward in (RIGHT, LEFT)]
    return ports


def ports_in(graph: Graph, flow: Flow, xs: list[int]) -> list[Port]:
    """Where `flow` may meet its target: at the left, or from the lane (or row) it comes from."""
    source, node = graph.nodes[flow.source], graph.nodes[flow.target]
    welcome = 8 if source.lane != node.lane or source.cx > node.cx else 30
    if node.kind == GATEWAY and len(graph.out[node.id]) > 1:
        welcome = 45  # the upper and lower corners are for its answers
    up = welcome if source.cy < node.cy else _ODD - 20
    down = welcome if source.cy > node.cy else _ODD - 20
    return _sides(node, xs, right=2 * _ODD, left=0, down=down, up=up)


def _sides(node: Node, xs: list[int], *, right: int, left: int, down: int, up: int) -> list[Port]:
    ports: list[Port] = []
    for offset in (0, -20, 20) if node.kind == TASK else (0,):
        extra = _OFF_CENTRE if offset else 0
        ports.append(Port((node.x + node.w, node.cy + offset), RIGHT, right + extra))
        ports.append(Port((node.x, node.cy + offset), LEFT, left + extra))
    places = [(node.cx, 0)]
    if node.kind == TASK and node.span == 1:
        places += [(node.cx - 27, _OFF_CENTRE), (node.cx + 27, _OFF_CENTRE)]
    elif node.kind == TASK:
        places = [(x, 0) for x in xs if node.x + 20 < x < node.x + node.w - 20]
    for x, extra in places:
        ports.append(Port((x, node.y + node.h), DOWN, down + extra))
        ports.append(Port((x, node.y), UP, up + extra))
    return ports
