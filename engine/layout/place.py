"""Gives every node a column (how late it comes) and a row (which lane, normal path first), then px."""

from __future__ import annotations

from dataclasses import dataclass

from engine.layout.graph import BOUNDARY, Flow, Graph, Node

PITCH_X, PITCH_Y = 150, 120  # px between columns, between rows
POOL_X, POOL_Y, HEAD = 150, 80, 30  # upper left corner of the pool, width of its and each lane's title
_MANY_RETURNS = 3  # so many flows back to one step get a row of their own to run in
_EVENT_GAP = 100  # px between boundary events on one host, so that their labels fit


@dataclass
class Placed:
    """Where things went: rows per lane, number of columns, and the x and y of cell centres."""

    graph: Graph
    lane_rows: list[int]
    columns: int
    left: int  # x where rows begin
    top: int

    def x(self, column: int) -> int:
        return self.left + 100 + PITCH_X * column

    def y(self, row: int) -> int:
        return self.top + PITCH_Y // 2 + PITCH_Y * row

    @property
    def right(self) -> int:
        return self.x(self.columns - 1) + 100

    @property
    def rows(self) -> int:
        return sum(self.lane_rows)


def place(graph: Graph, left: int = POOL_X + HEAD, top: int = POOL_Y) -> Placed:
    """Sets column, row, x, y and size of every node of `graph`."""
    back = _back_flows(graph)
    _columns(graph, back)
    lane_rows = _Rows(graph, back).assign()
    columns = max((node.column + node.span for node in graph.nodes.values()), default=1)
    placed = Placed(graph, lane_rows, columns, left, top)
    for node in graph.nodes.values():
        if node.kind != BOUNDARY:
            node.w += PITCH_X * (node.span - 1)
            node.x = placed.x(node.column) + PITCH_X * (node.span - 1) // 2 - node.w // 2
            node.y = placed.y(node.row) - node.h // 2
    for node in graph.nodes.values():
        if node.kind != BOUNDARY:
            _seat(graph, node)
    return placed


def goes_up(graph: Graph, event: Node) -> bool:
    """Whether a boundary event's path leads into a lane above, so that it sits on the upper edge of its task."""
    return any(graph.nodes[flow.target].lane < event.lane for flow in graph.out[event.id])


def _seat(graph: Graph, host: Node) -> None:
    """Boundary events: one at the lower right corner; several spread from there to the left."""
    for upper in (False, True):
        events = [event for event in graph.events_of(host.id) if goes_up(graph, event) is upper]
        for place_from_right, event in enumerate(reversed(events)):
            event.x = host.x + host.w - 46 - _EVENT_GAP * place_from_right
            event.y = host.y - 18 if upper else host.y + host.h - 18


def _successors(graph: Graph, node: str) -> list[tuple[str, Flow | None]]:
    flows = sorted(graph.out[node], key=lambda flow: not flow.normal)
    below: list[tuple[str, Flow | None]] = [(event.id, None) for event in graph.events_of(node)]
    return [(flow.target, flow) for flow in flows] + below


def _roots(graph: Graph) -> list[str]:
    starts = [key for key, node in graph.nodes.items() if node.tag == "startEvent"]
    return starts + [key for key, node in graph.nodes.items() if key not in starts and node.kind != BOUNDARY]


def _back_flows(graph: Graph) -> set[str]:
    """Ids of the flows that lead back to a step that came before, walking the normal path first."""
    back: set[str] = set()
    done: set[str] = set()
    for root in _roots(graph):
        if root in done:
            continue
        path = {root}
        stack = [(root, iter(_successors(graph, root)))]
        while stack:
            node, rest = stack[-1]
            for target, flow in rest:
                if target in path:
                    if flow is not None:
                        back.add(flow.id)
                elif target not in done:
                    path.add(target)
                    stack.append((target, iter(_successors(graph, target))))
                    break
            else:
                stack.pop()
                path.discard(node)
                done.add(node)
    return back


def _columns(graph: Graph, back: set[str]) -> None:
    nodes = graph.nodes
    for node in nodes.values():
        events = graph.events_of(node.id)
        below = max((sum(goes_up(graph, e) is up for e in events) for up in (False, True)), default=0)
        node.span = 1 + max(0, -(-(_EVENT_GAP * (below - 1)) // PITCH_X)) if below > 1 else 1
    waiting = dict.fromkeys(nodes, 0)
    for flow in graph.flows:
        waiting[flow.target] += flow.id not in back
    for node in nodes.values():
        if node.host in nodes:
            waiting[node.id] += 1
    ready = [key for key, count in waiting.items() if count == 0]
    for key in ready:
        node = nodes[key]
        node.column = max(node.column, 0)
        events = graph.events_of(key)
        for upper in (False, True):
            side = [event for event in events if goes_up(graph, event) is upper]
            for from_right, event in enumerate(reversed(side)):
                event.column = node.column + node.span - 1 - (_EVENT_GAP * from_right + PITCH_X // 2 - 27) // PITCH_X
        for event in events:
            _release(waiting, ready, event.id)
        for flow in graph.out[key]:
            if flow.id not in back:
                target = nodes[flow.target]
                target.column = max(target.column, node.column + (node.span if node.kind != BOUNDARY else 1))
                _release(waiting, ready, flow.target)
    for node in nodes.values():
        _pull_back(graph, node, back)


def _release(waiting: dict[str, int], ready: list[str], key: str) -> None:
    waiting[key] -= 1
    if waiting[key] == 0:
        ready.append(key)


def _pull_back(graph: Graph, node: Node, back: set[str]) -> None:
    """A single step that only leads back stands right above or below the question that sends a case there."""
    sources = [graph.nodes[flow.source] for flow in graph.into[node.id] if flow.id not in back]
    returns = graph.out[node.id] and all(flow.id in back for flow in graph.out[node.id])
    if returns and sources and not graph.events_of(node.id) and all(s.kind == "gateway" for s in sources):
        node.column = max(source.column for source in sources)


class _Rows:
    """Fills the rows of each lane: the normal path first, then each exception in the first row where it fits."""

    def __init__(self, graph: Graph, back: set[str]) -> None:
        self.graph, self.back = graph, back
        self.taken: set[tuple[int, int, int]] = set()  # lane, row within the lane, column
        self.row: dict[str, int] = {}

    def assign(self) -> list[int]:
        graph = self.graph
        for root in _roots(graph):
            if root not in self.row and graph.nodes[root].tag == "startEvent":
                self._chain(None, root)
        while True:
            pending = self._branches()
            if not pending:
                break
            source, target = pending[0]
            self._chain(source, target)
        for root in _roots(graph):
            if root not in self.row:
                self._chain(None, root)
        count = max(1, len(graph.lanes))
        rows = [1] * count
        for key, row in self.row.items():
            lane = graph.nodes[key].lane
            room = sum(flow.id in self.back for flow in graph.into[key]) >= _MANY_RETURNS
            rows[lane] = max(rows[lane], row + 1 + room)
        for key, node in graph.nodes.items():
            if node.kind != BOUNDARY:
                node.row = sum(rows[: node.lane]) + self.row[key]
        return rows

    def _branches(self) -> list[tuple[str, str]]:
        """Flows from placed nodes to unplaced ones, rightmost source first: so long paths pass below short ones."""
        found: list[tuple[tuple[int, int], str, str]] = []
        for order, flow in enumerate(self.graph.flows):
            source = self.graph.nodes[flow.source]
            anchor = source.host if source.kind == BOUNDARY and source.host else source.id
            if anchor in self.row and flow.target not in self.row:
                found.append(((-source.column, -order if source.kind == BOUNDARY else order), flow.source, flow.target))
        found.sort()
        return [(source, target) for _, source, target in found]

    def _chain(self, source: str | None, first: str) -> None:
        part: list[str] = []
        key: str | None = first
        while key is not None and key not in self.row and key not in part:
            if part and self.graph.nodes[part[-1]].lane != self.graph.nodes[key].lane:
                self._put(source, part)
                source, part = part[-1], []
            part.append(key)
            key = next((f.target for f in self.graph.out[key] if f.normal and f.id not in self.back), None)
        if part:
            joins = key if key is not None and key in self.row else None
            self._put(source, part, joins)

    def _put(self, source: str | None, part: list[str], joins: str | None = None) -> None:
        nodes = self.graph.nodes
        lane = nodes[part[0]].lane
        start, stop = nodes[part[0]].column, nodes[part[-1]].column + nodes[part[-1]].span - 1
        row, via = 0, start
        neighbours = [flow.source for flow in self.graph.into[part[0]] if flow.id not in self.back]
        near = [key for key in neighbours if nodes[key].lane == lane and (nodes[key].host or key) in self.row]
        if source is not None and nodes[source].lane != lane and near:
            source = near[-1]
        if source is not None and nodes[source].lane == lane:
            anchor = nodes[source].host or source
            row = self.row[anchor]
            on_normal_path = any(f.normal and f.target == part[0] for f in self.graph.out[source])
            if not on_normal_path or nodes[source].kind == BOUNDARY:
                row += 1
            via = min(start, nodes[source].column)
        if joins is not None and nodes[joins].lane == lane:
            stop = max(stop, nodes[joins].column - 1)
        while any((lane, row, column) in self.taken for column in range(via, stop + 1)):
            row += 1
        self.taken |= {(lane, row, column) for column in range(via, stop + 1)}
        for key in part:
            self.row[key] = row
