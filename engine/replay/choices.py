"""What an answer leads to, read off the diagram: on, back to the applicant, back to colleagues, or out.

A simulated official must know which answer is the ordinary one. The gateway that reads the answer tells: its default
flow is the normal path, and where any other flow leads to says what that answer means.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import cached_property
from typing import Literal

from engine.definitions import FRAME, Version
from engine.expressions import ExpressionError, compile_expression
from engine.forms.parts import Field
from engine.model import Element, Flow, Process

Meaning = Literal["on", "applicant", "again", "reject", "other"]
Node = tuple[str, str]  # process id, element id


class Choices:
    """The meaning of every choice of one process version."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self._known: dict[tuple[str, str, str], dict[str, Meaning]] = {}

    def of(self, process: str, element: str, field: Field) -> dict[str, Meaning]:
        """Value -> meaning, for a choice that a gateway reads or that is the form's decision; empty for all others."""
        key = (process, element, field.key)
        if key not in self._known:
            self._known[key] = self._find((process, element), field)
        return self._known[key]

    def _find(self, task: Node, field: Field) -> dict[str, Meaning]:
        gateway = self._gateway(task, field.key)
        if gateway is not None:
            return {value: self._meaning(task, gateway, field.key, value) for value in field.values}
        if not field.decision:
            return {}
        return {value: "on" if place == 0 else "other" for place, value in enumerate(field.values)}

    def _gateway(self, task: Node, name: str) -> Node | None:
        """The nearest gateway ahead that reads `name`."""
        for node in self._ahead(task, past_people=True):
            process, element = self._drawn(node)
            if element.kind in ("exclusiveGateway", "inclusiveGateway") and any(
                name in _names(flow) for flow in _out(process, element)
            ):
                return node
        return None

    def _meaning(self, task: Node, gateway: Node, name: str, value: str) -> Meaning:
        process, element = self._drawn(gateway)
        for flow in _out(process, element):
            if flow.id != element.default and flow.condition is not None and _holds(flow.condition, name, value):
                return self._leads(task, (gateway[0], flow.target))
        return "on"

    def _leads(self, task: Node, target: Node) -> Meaning:
        for node in (target, *self._ahead(target, past_people=False)):
            _, element = self._drawn(node)
            if element.kind == "endEvent" and element.event == "error":
                return "reject"
            if element.kind == "userTask":
                if self.version.lanes[element.lane or ""].role == "pemohon":
                    return "applicant"
                return "again" if self._depth.get(node, 0) <= self._depth.get(task, 0) else "other"
        return "other"

    def _ahead(self, start: Node, past_people: bool) -> Iterator[Node]:
        """Nodes that follow, the nearest first, into calls and out of them again."""
        seen, todo = {start}, deque([start])
        while todo:
            node = todo.popleft()
            if node != start:
                yield node
                if not past_people and self._drawn(node)[1].kind == "userTask":
                    continue
            for follower in self._next(node):
                if follower not in seen:
                    seen.add(follower)
                    todo.append(follower)

    def _next(self, node: Node) -> Iterator[Node]:
        process, element = self._drawn(node)
        called = self.version.processes.get(element.called_element or "")
        if element.kind == "callActivity" and called is not None:
            yield from _starts(called)
        elif element.kind == "endEvent":
            for caller, call in self._callers.get(process.id, []) if element.event is None else []:
                yield from ((caller.id, flow.target) for flow in _out(caller, call))
        else:
            yield from ((process.id, flow.target) for flow in _out(process, element))

    def _drawn(self, node: Node) -> tuple[Process, Element]:
        process = self.version.processes[node[0]]
        return process, process.elements[node[1]]

    @cached_property
    def _callers(self) -> dict[str, list[tuple[Process, Element]]]:
        found: dict[str, list[tuple[Process, Element]]] = {}
        for process in self.version.processes.values():
            for element in process.elements.values():
                if element.called_element:
                    found.setdefault(element.called_element, []).append((process, element))
        return found

    @cached_property
    def _depth(self) -> dict[Node, int]:
        """How many steps from the beginning of a case every node first comes."""
        start = next(_starts(self.version.processes[FRAME]))
        depth, todo = {start: 0}, deque([start])
        while todo:
            node = todo.popleft()
            for follower in self._next(node):
                if follower not in depth:
                    depth[follower] = depth[node] + 1
                    todo.append(follower)
        return depth


def _starts(process: Process) -> Iterator[Node]:
    return ((process.id, e.id) for e in process.elements.values() if e.kind == "startEvent" and e.parent is None)


def _out(process: Process, element: Element) -> list[Flow]:
    return [process.flows[flow] for flow in element.outgoing]


def _names(flow: Flow) -> frozenset[str]:
    try:
        return compile_expression(flow.condition).names if flow.condition else frozenset()
    except ExpressionError:
        return frozenset()


def _holds(condition: str, name: str, value: str) -> bool:
    try:
        return bool(compile_expression(condition).evaluate({name: value}))
    except ExpressionError:  # it reads other names too: undecided here
        return False
