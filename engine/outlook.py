"""What happens next, read off the drawing: the steps that an answer leads to, before anybody has given it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.definitions import FRAME, Version
from engine.expressions import ExpressionError, compile_expression
from engine.model import Element, Process

MAX_LOOK = 40  # elements looked at; more would be a drawing that nobody can follow


def outlook(version: Version, process: str, element: str, data: Mapping[str, Any]) -> str:
    """The next people's steps (or the end) after an element, in words; empty when it depends on more than `data`."""
    steps = following(version, process, element, data)
    return "; ".join(dict.fromkeys(_words(version, step) for step in steps))


def returns_to_applicant(version: Version, process: str, element: str) -> bool:
    """Whether the answer that the step's property `kembalikan` names leads straight to a step of the applicant."""
    name, _, value = version.element(process, element).properties.get("kembalikan", "").partition("=")
    if not name:
        return False
    steps = following(version, process, element, {name: value})
    return any(step.lane and version.lanes[step.lane].role == "pemohon" for step in steps)


def following(version: Version, process: str, element: str, data: Mapping[str, Any]) -> list[Element]:
    """Persons' steps and ends reached next. A call is entered, an end of a phase goes on behind its call."""
    drawn = version.processes[process]
    found: list[Element] = []
    todo: list[tuple[Process, str]] = [(drawn, target) for target in _targets(drawn, element, data)]
    seen: set[tuple[str, str]] = set()
    while todo and len(seen) < MAX_LOOK:
        where, ident = todo.pop(0)
        if (where.id, ident) in seen:
            continue
        seen.add((where.id, ident))
        here = where.elements[ident]
        if here.kind in ("userTask", "manualTask"):
            found.append(here)
        elif here.kind == "endEvent":
            todo.extend(_behind(version, where, here, found))
        elif here.kind == "callActivity" and here.called_element in version.processes:
            inside = version.processes[here.called_element or ""]
            todo.extend((inside, e.id) for e in inside.elements.values() if e.kind == "startEvent" and e.parent is None)
        else:
            todo.extend((where, target) for target in _targets(where, ident, data))
    return found


def _targets(process: Process, ident: str, data: Mapping[str, Any]) -> list[str]:
    element = process.elements[ident]
    flows = [process.flows[flow] for flow in element.outgoing]
    if element.kind not in ("exclusiveGateway", "inclusiveGateway"):
        return [flow.target for flow in flows]
    unknown = False
    for flow in flows:
        if flow.condition is None:
            continue
        expression = compile_expression(flow.condition)
        if not expression.names <= data.keys():
            unknown = True
            continue
        try:
            if expression.evaluate(data):
                return [flow.target]
        except ExpressionError:
            unknown = True
    default = [flow.target for flow in flows if flow.id == element.default]
    return [flow.target for flow in flows] if unknown else default


def _behind(version: Version, process: Process, end: Element, found: list[Element]) -> list[tuple[Process, str]]:
    """Where the case goes on when an end is reached: behind the call in the SOP or the frame, or at the edge that
    catches it."""
    for owner in version.processes.values():
        for caller in owner.elements.values():
            if caller.called_element != process.id:
                continue
            if end.event == "error":
                edge = [e for e in owner.elements.values() if e.attached_to == caller.id and e.event == "error"]
                if edge:
                    return [(owner, target) for e in edge for target in _targets(owner, e.id, {})]
                parents = [
                    c for o in version.processes.values() for c in o.elements.values() if c.called_element == owner.id
                ]
                if parents:
                    return _behind(version, owner, end, found)
            return [(owner, target) for target in _targets(owner, caller.id, {})]
    if process.id == FRAME:
        found.append(end)
    return []


def _words(version: Version, step: Element) -> str:
    if step.kind == "endEvent":
        return step.name or "Selesai"
    share = step.properties.get("waktu", "")
    days = f", {share.replace('.', ',')} hari kerja" if share else ""
    return f"{step.name} ({step.lane}{days})" if step.lane else step.name
