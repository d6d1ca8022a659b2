"""What two versions of a type differ in: elements of the drawings, flows between them, other files of the bundle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from engine.definitions import Version
from engine.model import Element, Process

# What only follows from the flows, which are compared themselves, or from where a thing stands in the file.
_DERIVED = frozenset({"id", "incoming", "outgoing"})


@dataclass(frozen=True)
class Change:
    """An element that is in both. what: names of what differs ('name', 'lane', 'properties.waktu', ...)."""

    process: str
    element: str
    name: str
    what: tuple[str, ...]


@dataclass(frozen=True)
class Differences:
    """added, removed: (process, element, name) in the second and not in the first, and the other way round. flows: ways
    that differ, as 'process: a > b'. files: names of other files that are new, gone or changed."""

    code: str
    first: int
    second: int
    added: tuple[tuple[str, str, str], ...]
    removed: tuple[tuple[str, str, str], ...]
    changed: tuple[Change, ...]
    flows_added: tuple[str, ...]
    flows_removed: tuple[str, ...]
    files: tuple[str, ...]

    @property
    def any(self) -> bool:
        """Whether there is any difference."""
        return bool(self.added or self.removed or self.changed or self.flows_added or self.flows_removed or self.files)

    def as_dict(self) -> dict[str, Any]:
        """As `processes diff --json` prints it."""
        return asdict(self)


def differences(first: Version, second: Version) -> Differences:
    """Compare two versions of one type."""
    old, new = _elements(first), _elements(second)
    old_flows, new_flows = _flows(first), _flows(second)
    changed = [
        Change(place[0], place[1], new[place].name or place[1], what)
        for place in sorted(old.keys() & new.keys())
        if (what := _what(old[place], new[place]))
    ]
    return Differences(
        code=second.code,
        first=first.number,
        second=second.number,
        added=tuple((*place, new[place].name) for place in sorted(new.keys() - old.keys())),
        removed=tuple((*place, old[place].name) for place in sorted(old.keys() - new.keys())),
        changed=tuple(changed),
        flows_added=tuple(sorted(new_flows - old_flows)),
        flows_removed=tuple(sorted(old_flows - new_flows)),
        files=tuple(_files(first.bundle.files, second.bundle.files)),
    )


def _elements(version: Version) -> dict[tuple[str, str], Element]:
    return {
        (process.id, element.id): element
        for process in version.processes.values()
        for element in process.elements.values()
    }


def _flows(version: Version) -> set[str]:
    return {_way(process, flow) for process in version.processes.values() for flow in process.flows}


def _way(process: Process, flow_id: str) -> str:
    flow = process.flows[flow_id]
    condition = f" [{flow.condition}]" if flow.condition else ""
    default = " (bawaan)" if process.elements[flow.source].default == flow_id else ""
    return f"{process.id}: {flow.source} > {flow.target}{condition}{default}"


def _what(old: Element, new: Element) -> tuple[str, ...]:
    found: list[str] = []
    for field in fields(Element):
        before, after = getattr(old, field.name), getattr(new, field.name)
        # A default is a flow, and flows are compared by where they lead: their ids may be drawn anew.
        if field.name in _DERIVED or field.name == "default" or before == after:
            continue
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            keys = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
            found += [f"{field.name}.{key}" for key in keys]
        else:
            found.append(field.name)
    return tuple(found)


def _files(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> list[str]:
    """Files other than drawings whose content differs."""
    names = sorted(old.keys() | new.keys())
    return [name for name in names if not name.endswith(".bpmn") and old.get(name) != new.get(name)]
