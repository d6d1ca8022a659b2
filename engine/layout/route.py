"""Finds for every flow a way of straight angles: short, few bends, few crossings, never along another flow."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

from engine.layout import labels
from engine.layout.graph import BOUNDARY, Flow, Graph
from engine.layout.grid import Box, Grid, Point, Traffic, grown, hits
from engine.layout.ports import Port, ports_in, ports_out

_BEND, _CROSS, _JOIN, _SIDE_TRACK = 40, 45, 60, 8  # px of detour that one would rather accept
_TURNS: tuple[Point, ...] = ((1, 0), (-1, 0), (0, 1), (0, -1))
State = tuple[Point, Point]  # where, travelling in which direction


@dataclass
class Router:
    """Routes flows one by one, later ones around earlier ones."""

    graph: Graph
    grid: Grid
    shapes: dict[str, Box]
    fixed: list[Box]  # labels of nodes
    paths: dict[str, list[Point]] = field(default_factory=dict)
    answers: dict[str, Box] = field(default_factory=dict)
    followed: dict[str, str] = field(default_factory=dict)  # flow -> the flow whose way it shares

    def route_all(self, rounds: int = 3) -> list[str]:
        """Routes every flow, then takes each out and tries again. Returns the ids of those that found no way."""
        flows = sorted(self.graph.flows, key=self._urgency)
        lost: list[str] = []
        for _ in range(rounds):
            for flow in flows:
                group = [flow, *(other for other in flows if self._follows(other.id, flow.id))]
                for one in group:
                    self.paths.pop(one.id, None)
                    self.answers.pop(one.id, None)
                    self.followed.pop(one.id, None)
                for one in group:
                    self._route(one)
            lost = [flow.id for flow in flows if flow.id not in self.paths]
            flows.sort(key=lambda flow: flow.id not in lost)
        self.answers.clear()
        for flow in self.graph.flows:
            self._name(flow)
        return lost

    def _follows(self, flow: str, leader: str) -> bool:
        while flow in self.followed:
            flow = self.followed[flow]
            if flow == leader:
                return True
        return False

    def _route(self, flow: Flow) -> None:
        path = self._search(flow)
        if path is not None:
            self.paths[flow.id] = path
            self._name(flow)

    def _name(self, flow: Flow) -> None:
        if flow.name and flow.id in self.paths:
            taken = [*self.fixed, *self.answers.values()]
            box = labels.answer(flow, self.paths, self.shapes, taken, self._stem(flow))
            if box is not None:
                self.answers[flow.id] = box

    def _stem(self, flow: Flow) -> Point | None:
        """Where the flow parts from another answer of the same question; None where it runs alone from the start."""
        path = self.paths[flow.id]
        for other in self.graph.out[flow.source]:
            way = self.paths.get(other.id)
            if other.id != flow.id and way and way[0] == path[0]:
                return min(path[1], way[1], key=lambda point: _distance(point, (*path[0], *path[0])))
        return None

    def _urgency(self, flow: Flow) -> tuple[int, int]:
        source, target = self.graph.nodes[flow.source], self.graph.nodes[flow.target]
        length = abs(target.cx - source.cx) + abs(target.cy - source.cy)
        if target.cx < source.cx:
            return 3, length
        if source.cy == target.cy:
            return 0, length
        return 1 if source.kind == BOUNDARY or flow.normal else 2, length

    def _stub(self, port: Port, box: Box, traffic: Traffic) -> Point | None:
        """The first crossing outside the shape, straight from the port; None when something stands there."""
        end = self.grid.first_beyond(port.at, port.outward, grown(box, 7))
        if end is None or traffic.overlaps(port.at, end) or end in traffic.corners:
            return None
        others = [
            grown(other, 4) for other in self.shapes.values() if other != box and not hits(other, port.at, port.at)
        ]
        if any(hits(other, port.at, end) for other in [*others, *self.fixed]):
            return None
        return end

    def _search(self, flow: Flow) -> list[Point] | None:
        others = [path for key, path in self.paths.items() if key != flow.id]
        traffic = Traffic(self.grid, others)
        grid = self.grid.with_boxes([box for key, box in self.answers.items() if key != flow.id])
        target = self.shapes[flow.target]
        joins = self._joins(flow, traffic)
        goals: dict[State, tuple[int, Point]] = {}
        for port in ports_in(self.graph, flow, self.grid.xs):
            end = self._stub(port, target, traffic)
            if end is not None:
                inward = (-port.outward[0], -port.outward[1])
                goals[end, inward] = (port.cost + _distance(end, (*port.at, *port.at)), port.at)
        best: dict[State, int] = {}
        came: dict[State, State | Point] = {}
        heap: list[tuple[int, int, int, State]] = []
        for port in ports_out(self.graph, flow, self.grid.xs):
            start = self._stub(port, self.shapes[flow.source], traffic)
            if start is not None:
                cost = port.cost + _distance(start, (*port.at, *port.at))
                if cost < best.get((start, port.outward), 1 << 30):
                    best[start, port.outward], came[start, port.outward] = cost, port.at
                    heapq.heappush(heap, (cost + _distance(start, target), len(heap), cost, (start, port.outward)))
        forks = self._fork(flow, traffic, target, best, came, heap) if not heap else frozenset()
        final: tuple[int, State, list[Point]] | None = None
        leader: str | None = None
        pushed = len(heap)
        while heap and (final is None or heap[0][0] < final[0]):
            _, _, cost, state = heapq.heappop(heap)
            if cost > best[state]:
                continue
            at, direction = state
            for turn in _TURNS:
                bend = 0 if turn == direction else _BEND + _SIDE_TRACK * (at[0] not in grid.main)
                if turn == (-direction[0], -direction[1]) or (bend and traffic.passes(at) and at not in forks):
                    continue
                if (at, turn) in goals:
                    rest, port_at = goals[at, turn]
                    if final is None or cost + bend + rest < final[0]:
                        final, leader = (cost + bend + rest, state, [port_at]), None
                after = grid.step(at, turn)
                if after is None or traffic.along(at, after):
                    continue
                price = cost + bend + self.grid.length(at, after)
                if after in joins and joins[after][1] != turn and joins[after][1] != (-turn[0], -turn[1]):
                    rest, _, tail, other = joins[after]
                    if final is None or price + _JOIN + rest < final[0]:
                        final, leader = (price + _JOIN + rest, state, [after, *tail]), other
                if after in traffic.corners:
                    continue
                if traffic.passes(after):
                    price += _CROSS
                if price < best.get((after, turn), 1 << 30):
                    best[after, turn], came[after, turn] = price, state
                    pushed += 1
                    heapq.heappush(heap, (price + _distance(after, target), pushed, price, (after, turn)))
        if final is None:
            return None
        path = _unwind(final[1], came, final[2])
        if forks:
            siblings = (other.id for other in self.graph.out[flow.source] if other.id in self.paths)
            leader = next((key for key in siblings if self.paths[key][0] == path[0]), None)
        if leader is not None:
            self.followed[flow.id] = leader
        return path

    def _fork(
        self,
        flow: Flow,
        traffic: Traffic,
        target: Box,
        best: dict[State, int],
        came: dict[State, State | Point],
        heap: list[tuple[int, int, int, State]],
    ) -> frozenset[Point]:
        """With every side of the source in use: starts on the first stretch of a sibling and turns off from there."""
        for other in self.graph.out[flow.source]:
            path = self.paths.get(other.id)
            if other.id == flow.id or path is None or other.normal:
                continue
            (ax, ay), (bx, by) = path[0], path[1]
            direction = ((bx > ax) - (bx < ax), (by > ay) - (by < ay))
            middle = (target[1] + target[3]) // 2
            if not direction[1] or (middle > ay) != (direction[1] > 0):
                continue
            for point in self.grid.crossings(path[0], path[1]):
                state = (point, direction)
                cost = _JOIN + _distance(point, (*path[0], *path[0]))
                turning = point == path[1]  # a corner is passed twice, by both stretches that meet there
                if traffic.count(point) == 1 + turning and (turning or point not in traffic.corners):
                    best[state], came[state] = cost, path[0]
                    heapq.heappush(heap, (cost + _distance(point, target), len(heap), cost, state))
        return frozenset(state[0] for state in best)

    def _joins(self, flow: Flow, traffic: Traffic) -> dict[Point, tuple[int, Point, list[Point], str]]:
        """Where this flow may run into another to the same step: rest of the way, direction there, points, which."""
        found: dict[Point, tuple[int, Point, list[Point], str]] = {}
        for other in self.graph.into[flow.target]:
            path = self.paths.get(other.id)
            if other.id == flow.id or path is None:
                continue
            for i in range(len(path) - 1):
                (ax, ay), (bx, by) = path[i], path[i + 1]
                direction = ((bx > ax) - (bx < ax), (by > ay) - (by < ay))
                for point in self.grid.crossings(path[i], path[i + 1]):
                    if traffic.count(point) == 1 and point not in traffic.corners:
                        tail = path[i + 1 :]
                        rest = sum(_distance(p, (*q, *q)) for p, q in zip([point, *tail], tail, strict=False))
                        found[point] = (rest // 3, direction, tail, other.id)
        return found


def _distance(point: Point, box: Box) -> int:
    dx = max(box[0] - point[0], 0, point[0] - box[2])
    dy = max(box[1] - point[1], 0, point[1] - box[3])
    return dx + dy


def _unwind(state: State, came: dict[State, State | Point], tail: list[Point]) -> list[Point]:
    points = list(tail)
    at: State | Point = state
    while isinstance(at[0], tuple):
        points.insert(0, at[0])
        at = came[at]
    points.insert(0, at)
    kept = [points[0]]
    for i in range(1, len(points) - 1):
        (ax, ay), (bx, by), (cx, cy) = kept[-1], points[i], points[i + 1]
        if not (ax == bx == cx or ay == by == cy) and (bx, by) != kept[-1]:
            kept.append(points[i])
    return [*kept, points[-1]]
