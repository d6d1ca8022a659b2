"""The lines on which flows may run, what stands in the way (shapes, labels), and who runs there already."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter

from engine.layout.place import PITCH_Y, Placed

Box = tuple[int, int, int, int]  # x1, y1, x2, y2
Point = tuple[int, int]

_CHANNEL = (65, 75, 85)  # px right of a column's centre: three tracks between two tasks
_PORTS_X = (-27, 0, 27)  # px from a task's centre: where a flow may meet its upper or lower edge
_PORTS_Y = (-20, 0, 20)
_BETWEEN_ROWS = (-50, 50)  # px from a row's centre; the lane's own border runs at 60
_TIGHT_X, _TIGHT_Y = (60, 65, 70, 75, 80, 85, 90), (-54, -48, 48, 54)


class Grid:
    """Sorted x and y of the lines, and for each step between two crossings whether something stands there."""

    def __init__(self, xs: list[int], ys: list[int], boxes: list[Box], main: frozenset[int] = frozenset()) -> None:
        self.xs, self.ys, self.main = xs, ys, main  # main: the x on which one turns by preference
        self.edges: frozenset[int] = frozenset()
        self._index_x = {x: i for i, x in enumerate(xs)}
        self._index_y = {y: i for i, y in enumerate(ys)}
        self._blocked_h: set[Point] = set()  # the step from (x, y) to the next x
        self._blocked_v: set[Point] = set()
        for box in boxes:
            self._block(box)

    def with_boxes(self, boxes: list[Box]) -> Grid:
        """The same grid with more obstacles."""
        copy = Grid(self.xs, self.ys, [], self.main)
        copy.edges = self.edges
        copy._blocked_h, copy._blocked_v = set(self._blocked_h), set(self._blocked_v)
        for box in boxes:
            copy._block(box)
        return copy

    def _block(self, box: Box) -> None:
        x1, y1, x2, y2 = box
        rows = self.ys[bisect_left(self.ys, y1) : bisect_right(self.ys, y2)]
        columns = self.xs[bisect_left(self.xs, x1) : bisect_right(self.xs, x2)]
        for x in self.xs[max(0, bisect_left(self.xs, x1) - 1) : bisect_right(self.xs, x2)]:
            self._blocked_h.update((x, y) for y in rows)
        for y in self.ys[max(0, bisect_left(self.ys, y1) - 1) : bisect_right(self.ys, y2)]:
            self._blocked_v.update((x, y) for x in columns)

    def step(self, at: Point, direction: Point) -> Point | None:
        """The next crossing from `at` in `direction`, or None where the way is blocked or the grid ends."""
        x, y = at
        if direction[0]:
            i = self._index_x[x] + direction[0]
            if not 0 <= i < len(self.xs) or (min(x, self.xs[i]), y) in self._blocked_h:
                return None
            return self.xs[i], y
        i = self._index_y[y] + direction[1]
        if not 0 <= i < len(self.ys) or (x, min(y, self.ys[i])) in self._blocked_v:
            return None
        return x, self.ys[i]

    def length(self, a: Point, b: Point) -> int:
        """Px from a to the neighbouring b; along the edge of a row they count for more, since lanes end there."""
        if a[1] == b[1]:
            return abs(a[0] - b[0]) * (3 if a[1] in self.edges else 2) // 2
        return abs(a[1] - b[1])

    def first_beyond(self, at: Point, direction: Point, box: Box) -> Point | None:
        """The first crossing straight from `at` that lies outside `box`; None when `at` is on no line."""
        x, y = at
        if direction[0] and y in self._index_y:
            values = sorted((v for v in self.xs if (v - x) * direction[0] > 0), reverse=direction[0] < 0)
            return next(((v, y) for v in values if not box[0] <= v <= box[2]), None)
        if direction[1] and x in self._index_x:
            values = sorted((v for v in self.ys if (v - y) * direction[1] > 0), reverse=direction[1] < 0)
            return next(((x, v) for v in values if not box[1] <= v <= box[3]), None)
        return None

    def crossings(self, a: Point, b: Point) -> list[Point]:
        """All crossings on the straight run from a to b, both ends included where they are crossings."""
        if a[1] == b[1]:
            low, high = sorted((a[0], b[0]))
            return [(x, a[1]) for x in self.xs[bisect_left(self.xs, low) : bisect_right(self.xs, high)]]
        low, high = sorted((a[1], b[1]))
        return [(a[0], y) for y in self.ys[bisect_left(self.ys, low) : bisect_right(self.ys, high)]]


class Traffic:
    """The flows that are routed already, as a new one meets them."""

    def __init__(self, grid: Grid, paths: list[list[Point]]) -> None:
        self.corners: set[Point] = set()
        self._passing: Counter[Point] = Counter()
        self._runs: dict[tuple[bool, int], list[Point]] = {}  # (horizontal, y or x) -> spans
        self._steps: set[tuple[bool, Point]] = set()
        for path in paths:
            self.corners.update(path)
            for a, b in zip(path, path[1:], strict=False):
                flat = a[1] == b[1]
                low, high = sorted((a[0], b[0]) if flat else (a[1], b[1]))
                self._runs.setdefault((flat, a[1] if flat else a[0]), []).append((low, high))
                points = grid.crossings(a, b)
                self._passing.update(points)
                self._steps.update((flat, point) for point in points[:-1])

    def passes(self, point: Point) -> bool:
        """Whether some flow runs through the crossing."""
        return point in self._passing

    def count(self, point: Point) -> int:
        """How many flows run through the crossing."""
        return self._passing[point]

    def along(self, a: Point, b: Point) -> bool:
        """Whether the step between two neighbouring crossings is taken."""
        return (a[1] == b[1], min(a, b)) in self._steps

    def overlaps(self, a: Point, b: Point) -> bool:
        """Whether the straight run from a to b shares any stretch (or an end) with a flow on the same line."""
        flat = a[1] == b[1]
        low, high = sorted((a[0], b[0]) if flat else (a[1], b[1]))
        return any(low <= end and high >= start for start, end in self._runs.get((flat, a[1] if flat else a[0]), []))


def make_grid(placed: Placed, extra_x: set[int], boxes: list[Box], tight: bool) -> Grid:
    """All lines with `boxes` as obstacles; `tight` gives more tracks where the ordinary ones do not suffice."""
    xs, ys = set(extra_x), set()
    for column in range(-1, placed.columns):
        centre = placed.x(column)
        xs |= {centre + offset for offset in _PORTS_X if column >= 0}
        xs |= {centre + offset for offset in (_TIGHT_X if tight else _CHANNEL) if centre + offset > placed.left + 10}
    for row in range(placed.rows):
        ys |= {placed.y(row) + offset for offset in _PORTS_Y + (_TIGHT_Y if tight else _BETWEEN_ROWS)}
    main = {placed.x(column) + offset for column in range(-1, placed.columns) for offset in (0, 75)}
    grid = Grid(sorted(xs), sorted(ys), boxes, frozenset(main | extra_x))
    grid.edges = frozenset(y for y in ys if abs((y - placed.top) % PITCH_Y - PITCH_Y // 2) > 40)
    return grid


def hits(box: Box, a: Point, b: Point) -> bool:
    """Whether the straight run from a to b touches `box`."""
    return (
        min(a[0], b[0]) <= box[2]
        and max(a[0], b[0]) >= box[0]
        and min(a[1], b[1]) <= box[3]
        and max(a[1], b[1]) >= box[1]
    )


def grown(box: Box, by: int) -> Box:
    """`box` with a margin of `by` px on all sides."""
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def overlap(a: Box, b: Box) -> bool:
    """Whether two boxes share any point."""
    return a[0] <= b[2] and a[2] >= b[0] and a[1] <= b[3] and a[3] >= b[1]
