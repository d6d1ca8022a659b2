"""A scope: the nodes of a process, or of one sub-process, and how tokens move between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.model import Element, Flow, Process

TASK_KINDS = frozenset(
    {"task", "userTask", "manualTask", "serviceTask", "scriptTask", "sendTask", "receiveTask", "businessRuleTask"}
)
SUB_KINDS = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = TASK_KINDS | SUB_KINDS | {"callActivity"}
JOINS = frozenset({"parallelGateway", "inclusiveGateway"})
CHOICES = frozenset({"exclusiveGateway", "inclusiveGateway"})


@dataclass(frozen=True)
class Scope:
    """`id` is the sub-process's id, None for the process itself. Only nodes drawn directly in it."""

    file: str
    process: Process
    id: str | None
    elements: Mapping[str, Element]

    @cached_property
    def flows(self) -> Mapping[str, Flow]:
        """Flows whose both ends are nodes of this scope."""
        return {
            flow.id: flow
            for element in self.elements.values()
            for flow in (self.process.flows[name] for name in element.outgoing)
            if flow.target in self.elements
        }

    @cached_property
    def attached(self) -> Mapping[str, tuple[Element, ...]]:
        """Activity id -> its boundary events."""
        found: dict[str, list[Element]] = {}
        for element in self.elements.values():
            if element.kind == "boundaryEvent" and element.attached_to and element.attached_to in self.elements:
                found.setdefault(element.attached_to, []).append(element)
        return {host: tuple(events) for host, events in found.items()}

    @cached_property
    def next(self) -> Mapping[str, tuple[str, ...]]:
        """Where a token can go from each node: along its flows, or out through its boundary events."""
        return {
            name: tuple(self.flows[flow].target for flow in element.outgoing if flow in self.flows)
            + tuple(event.id for event in self.attached.get(name, ()))
            for name, element in self.elements.items()
        }

    @cached_property
    def starts(self) -> tuple[Element, ...]:
        return tuple(element for element in self.elements.values() if element.kind == "startEvent")

    @cached_property
    def reached(self) -> frozenset[str]:
        """Nodes that a token can reach from a start event."""
        return reach(self.next, (element.id for element in self.starts))

    @cached_property
    def on_cycle(self) -> frozenset[str]:
        """Nodes that a token can come back to."""
        return cyclic(self.next)


def reach(graph: Mapping[str, Iterable[str]], start: Iterable[str]) -> frozenset[str]:
    """Every node reached from `start`, itself included."""
    seen, todo = set(), list(start)
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo.extend(graph.get(node, ()))
    return frozenset(seen)


def cyclic(graph: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Nodes of strongly connected components that hold a cycle (Tarjan, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: set[str] = set()
    for root in graph:
        if root in index:
            continue
        work = [(root, iter(graph[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, targets = work[-1]
            for target in targets:
                if target not in graph:
                    continue
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(graph[target])))
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component: list[str] = []
                    while not component or component[-1] != node:
                        component.append(stack.pop())
                        on_stack.discard(component[-1])
                    if len(component) > 1 or node in graph[node]:
                        found.update(component)
    return frozenset(found)


def scopes_of(file: str, process: Process) -> tuple[Scope, ...]:
    """The process and each of its sub-processes, in the order they are drawn."""
    inside: dict[str | None, dict[str, Element]] = {None: {}}
    for element in process.elements.values():
        parent = element.parent if element.parent in process.elements else None
        inside.setdefault(parent, {})[element.id] = element
        if element.kind in SUB_KINDS:
            inside.setdefault(element.id, {})
    return tuple(Scope(file, process, name, members) for name, members in inside.items())
