"""The types that ship as files and those in force, with what their diagrams hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import inspect

from engine.bundle import SOP, Bundle, BundleError, read_bundle
from engine.model import Element, Process
from engine.office import Office

TABLE = "activation"


@dataclass(frozen=True)
class Shipped:
    """One type. version: the number in force, None when none is. Counts: the SOP and the phases it calls, each once,
    the frame apart. sop_working_days: the promise in hari kerja."""

    code: str
    name: str
    family: str
    version: int | None
    user_tasks: int
    service_tasks: int
    timers: int
    sop_working_days: int | None
    active: bool

    def as_dict(self) -> dict[str, Any]:
        """As `processes list --json` prints it."""
        return asdict(self)


def shipped(office: Office) -> list[Shipped]:
    """Every type, by code. What is in force is told from its stored version, the rest from the files."""
    found: dict[str, Shipped] = {}
    with office.db.read() as connection:
        if inspect(connection).has_table(TABLE):
            for version in office.definitions.active_all(connection, office.now()):
                found[version.code] = _of(version.bundle, version.number)
    for path in sorted(office.settings.processes_dir.glob(f"*/{SOP}")):
        if path.parent.name not in found:
            found[path.parent.name] = _from_files(office, path)
    return [found[code] for code in sorted(found)]


def called_processes(bundle: Bundle) -> list[Process]:
    """The SOP's process and the phases that it calls, directly or not, each once, in the order they are met."""
    by_id = {process.id: process for diagram in bundle.diagrams.values() for process in diagram.processes}
    todo, met = [bundle.code], {}
    while todo:
        name = todo.pop(0)
        if name in met or name not in by_id:
            continue
        met[name] = by_id[name]
        todo.extend(element.called_element or "" for element in met[name].elements.values())
    return list(met.values())


def _from_files(office: Office, path: Path) -> Shipped:
    code = path.parent.name
    try:
        return _of(read_bundle(code, office.settings.processes_dir, office.settings.forms_dir), None)
    except BundleError:  # `processes check` says what is wrong with it
        return Shipped(code, code, "", None, 0, 0, 0, None, active=False)


def _of(bundle: Bundle, number: int | None) -> Shipped:
    permit: Mapping[str, Any] = bundle.permit
    elements = [element for process in called_processes(bundle) for element in process.elements.values()]
    promise = (permit.get("waktu") or {}).get("hari_kerja")
    return Shipped(
        code=bundle.code,
        name=str(permit.get("nama") or bundle.code),
        family=str(permit.get("family") or ""),
        version=number,
        user_tasks=_count(elements, "userTask", "manualTask"),
        service_tasks=_count(elements, "serviceTask"),
        timers=sum(element.event == "timer" for element in elements),
        sop_working_days=int(promise) if promise is not None else None,
        active=number is not None,
    )


def _count(elements: list[Element], *kinds: str) -> int:
    return sum(element.kind in kinds for element in elements)
