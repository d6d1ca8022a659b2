"""What the picture of a diagram does wrong, measured from its positions: for tests of layout and shipped files."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from engine.xml_safe import parse

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
WAY = "{http://www.omg.org/spec/DD/20100524/DI}"

Box = tuple[float, float, float, float]
Point = tuple[float, float]


class Picture:
    """Boxes of nodes, lanes and labels, ways of flows, and what they connect, by id."""

    def __init__(self, content: bytes) -> None:
        root = parse(content)
        process = root.find(f"{BPMN}process")
        assert process is not None
        self.lanes: dict[str, list[str]] = {
            lane.get("id"): [ref.text for ref in lane.findall(f"{BPMN}flowNodeRef")]
            for lane in root.iter(f"{BPMN}lane")
        }
        self.kinds = {node.get("id"): node.tag.removeprefix(BPMN) for node in process if node.get("id")}
        self.hosts = {node.get("id"): node.get("attachedToRef") for node in process if node.get("attachedToRef")}
        self.ends = {
            flow.get("id"): (flow.get("sourceRef"), flow.get("targetRef"))
            for flow in process.findall(f"{BPMN}sequenceFlow")
        }
        self.boxes: dict[str, Box] = {}
        self.labels: dict[str, Box] = {}
        self.ways: dict[str, list[Point]] = {}
        plane = root.find(f"{DI}BPMNDiagram/{DI}BPMNPlane")
        assert plane is not None
        for shape in plane:
            key = shape.get("bpmnElement")
            label = shape.find(f"{DI}BPMNLabel/{DC}Bounds")
            if label is not None:
                self.labels[key] = _box(label)
            if shape.tag == f"{DI}BPMNShape":
                self.boxes[key] = _box(shape.find(f"{DC}Bounds"))
            else:
                points = [(float(p.get("x")), float(p.get("y"))) for p in shape.findall(f"{WAY}waypoint")]
                self.ways[key] = points

    @property
    def nodes(self) -> dict[str, Box]:
        """Boxes of the flow nodes alone."""
        return {key: box for key, box in self.boxes.items() if key in self.kinds}


def _box(bounds: object) -> Box:
    get = bounds.get  # type: ignore[attr-defined]
    x, y = float(get("x")), float(get("y"))
    return x, y, x + float(get("width")), y + float(get("height"))


def _inside(box: Box, by: float) -> Box:
    return box[0] + by, box[1] + by, box[2] - by, box[3] - by


def _touch(box: Box, a: Point, b: Point) -> bool:
    return (
        min(a[0], b[0]) < box[2] and max(a[0], b[0]) > box[0] and min(a[1], b[1]) < box[3] and max(a[1], b[1]) > box[1]
    )


def _steps(way: list[Point]) -> list[tuple[Point, Point]]:
    return list(zip(way, way[1:], strict=False))


def faults(picture: Picture) -> Iterator[str]:
    """One line for each thing that makes the picture hard to read."""
    nodes = picture.nodes
    for key in picture.kinds:
        if key not in nodes and picture.kinds[key] not in ("sequenceFlow", "laneSet"):
            yield f"{key} is not drawn"
    for (one, a), (two, b) in combinations(nodes.items(), 2):
        related = picture.hosts.get(one) == two or picture.hosts.get(two) == one
        if not related and a[0] < b[2] and a[2] > b[0] and a[1] < b[3] and a[3] > b[1]:
            yield f"{one} covers {two}"
    for lane, members in picture.lanes.items():
        frame = picture.boxes[lane]
        for key in members:
            if picture.kinds[key] != "boundaryEvent" and not (frame[1] <= nodes[key][1] and nodes[key][3] <= frame[3]):
                yield f"{key} leaves its lane"
    for flow, way in picture.ways.items():
        yield from _way_faults(picture, flow, way)
    for (one, a), (two, b) in combinations(picture.ways.items(), 2):
        sharing = picture.ends[one][0] == picture.ends[two][0] or picture.ends[one][1] == picture.ends[two][1]
        if not sharing and _along(a, b):
            yield f"{one} runs along {two}"


def _way_faults(picture: Picture, flow: str, way: list[Point]) -> Iterator[str]:
    source, target = picture.ends[flow]
    for a, b in _steps(way):
        if a[0] != b[0] and a[1] != b[1]:
            yield f"{flow} is not at straight angles"
        for key, box in picture.nodes.items():
            if key in (source, target):
                if _touch(_inside(box, 1), a, b):
                    yield f"{flow} runs through its own {key}"
            elif key != picture.hosts.get(source) and _touch(box, a, b):
                yield f"{flow} runs over {key}"
        for key, box in picture.labels.items():
            if _touch(_inside(box, 1), a, b):
                yield f"{flow} runs over the name of {key}"


def _along(one: list[Point], two: list[Point]) -> bool:
    for a, b in _steps(one):
        for c, d in _steps(two):
            for axis in (0, 1):
                if a[axis] == b[axis] == c[axis] == d[axis]:
                    low = max(min(a[1 - axis], b[1 - axis]), min(c[1 - axis], d[1 - axis]))
                    high = min(max(a[1 - axis], b[1 - axis]), max(c[1 - axis], d[1 - axis]))
                    if high > low:
                        return True
    return False
