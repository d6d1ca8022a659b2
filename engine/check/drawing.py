"""How the diagram is drawn: every node has its place, nothing covers anything; warnings only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.check.context import Context, called
from engine.check.finding import Finding
from engine.check.scope import TASK_KINDS
from engine.model import Bounds, Diagram, Element, Process

MOST_SHAPES = 300  # larger drawings are not compared shape by shape; `size` says that they are too large
TASK_WIDTH, TASK_HEIGHT = 110, 80

Segment = tuple[tuple[float, float], tuple[float, float]]


def _warn(file: str, element: str | None, rule: str, message: str) -> Finding:
    return Finding(file, element, rule, "warning", message)


def placed(context: Context) -> Iterator[Finding]:
    """Every node and flow of a drawn diagram is on the drawing."""
    for file, diagram in context.diagrams.items():
        if not diagram.has_layout:
            message = "Diagram tidak mempunyai tata letak. Buka di editor dan rapikan, lalu simpan."
            yield _warn(file, None, "no-layout", message)
            continue
        for process in diagram.processes:
            for element in process.elements.values():
                if element.id not in diagram.shapes:
                    message = f"{called(element)} tidak tergambar. Letakkan pada diagram, atau hapus."
                    yield _warn(file, element.id, "no-shape", message)
            for flow in process.flows.values():
                if len(diagram.edges.get(flow.id, ())) < 2 and {flow.source, flow.target} <= diagram.shapes.keys():
                    yield _warn(file, flow.id, "no-shape", "Alur ini tidak tergambar. Sambungkan ulang di editor.")


def task_size(context: Context) -> Iterator[Finding]:
    for file, diagram in context.diagrams.items():
        for process in diagram.processes:
            clocks = Counter(element.attached_to for element in process.elements.values())
            for element in process.elements.values():
                shape = diagram.shapes.get(element.id)
                if shape is None or element.kind not in TASK_KINDS | {"callActivity"}:
                    continue
                if clocks[element.id] > 2 and shape.width >= TASK_WIDTH and shape.height == TASK_HEIGHT:
                    continue  # wide enough for all that sits on its edge
                if (shape.width, shape.height) != (TASK_WIDTH, TASK_HEIGHT):
                    message = (
                        f"Kotak {called(element)} berukuran {shape.width:g} x {shape.height:g}. Jadikan {TASK_WIDTH} x "
                        f"{TASK_HEIGHT}, seperti semua kotak lain."
                    )
                    yield _warn(file, element.id, "task-size", message)


def overlap(context: Context) -> Iterator[Finding]:
    """No two nodes of a scope cover each other; a boundary event may sit on its own task."""
    for file, diagram in context.diagrams.items():
        for process in diagram.processes:
            nodes = _drawn(diagram, process)
            for index, (first, one) in enumerate(nodes):
                for second, other in nodes[index + 1 :]:
                    if other.x >= one.x + one.width:
                        break  # sorted by x: nothing further right can touch
                    together = first.parent == second.parent and first.id != second.attached_to
                    if together and second.id != first.attached_to and _touch(one, other):
                        message = f"{called(second)} menutupi {called(first)}. Geser salah satunya."
                        yield _warn(file, second.id, "overlap", message)


def flow_crosses(context: Context) -> Iterator[Finding]:
    """A flow runs over no node but its own ends."""
    for file, diagram in context.diagrams.items():
        for process in diagram.processes:
            nodes = _drawn(diagram, process)
            for flow in process.flows.values() if nodes else ():
                points = diagram.edges.get(flow.id, ())
                ends = {flow.source, flow.target}
                for element, shape in nodes:
                    if element.id in ends or element.attached_to in ends or element.parent != flow.parent:
                        continue
                    if any(_crosses(segment, shape) for segment in zip(points, points[1:], strict=False)):
                        message = f"Alur ini melintasi {called(element)}. Belokkan alur atau geser kotaknya."
                        yield _warn(file, flow.id, "flow-crosses", message)
                        break


def slanted(context: Context) -> Iterator[Finding]:
    """Straight angles only."""
    for file, diagram in context.diagrams.items():
        for process in diagram.processes:
            for flow in process.flows.values():
                points = diagram.edges.get(flow.id, ())
                if any(abs(a[0] - b[0]) > 1 and abs(a[1] - b[1]) > 1 for a, b in zip(points, points[1:], strict=False)):
                    yield _warn(file, flow.id, "slanted", "Alur ini miring. Jadikan mendatar dan tegak lurus saja.")


def _drawn(diagram: Diagram, process: Process) -> list[tuple[Element, Bounds]]:
    """The nodes with a place, from left to right; none for a drawing that is too large to compare."""
    nodes = [(e, diagram.shapes[e.id]) for e in process.elements.values() if e.id in diagram.shapes]
    return sorted(nodes, key=lambda node: node[1].x) if len(nodes) <= MOST_SHAPES else []


def _touch(one: Bounds, other: Bounds) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height


def _crosses(segment: Segment, shape: Bounds) -> bool:
    """Does the segment run through the inside of the shape? Touching its border is no crossing (Liang-Barsky)."""
    (x, y), (to_x, to_y) = segment
    enter, leave = 0.0, 1.0
    for start, move, low, high in (
        (x, to_x - x, shape.x + 1, shape.x + shape.width - 1),
        (y, to_y - y, shape.y + 1, shape.y + shape.height - 1),
    ):
        if move == 0:
            if not low < start < high:
                return False
            continue
        first, second = sorted(((low - start) / move, (high - start) / move))
        enter, leave = max(enter, first), min(leave, second)
    return enter < leave


RULES = (placed, task_size, overlap, flow_crosses, slanted)
