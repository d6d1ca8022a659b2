"""Messages: told, reminded, escalated. They are handed to the outbox in the command's transaction and sent after it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from engine.case_row import CaseRow
from engine.services.agencies import agency_name
from engine.services.common import applicant, once, recipients, told
from engine.services.protocols import Unit
from engine.services.registry import ServiceError, handler
from engine.storage.service_tables import escalations

APPLICANT_GROUP = "pemohon"


@handler("notifikasi/kirim", "kepada", "templat")
def kirim(unit: Unit, case: CaseRow, params: dict[str, Any]) -> None:
    """One message to everyone that `kepada` means."""
    template = str(params.get("templat") or "umum")
    addressed = recipients(case, params.get("kepada"))
    facts = told(case, unit.bundle, nomor=case.permit_number)
    for channel, address in addressed:
        unit.send(channel, address, template, facts)
    unit.emit("message_sent", {"templat": template, "kepada": [address for _, address in addressed]})


@handler("notifikasi/ingatkan", "kepada")
def ingatkan(unit: Unit, case: CaseRow, params: dict[str, Any]) -> None:
    """A reminder to whoever holds the open steps, to their groups, and to those that `kepada` names besides."""
    tasks = list(unit.open_tasks.values())
    found = [recipient for task in tasks for recipient in _people_of(case, task)]
    wanted = params.get("kepada") or []
    named = [part.strip() for part in wanted.split(",")] if isinstance(wanted, str) else list(wanted)
    # Every SOP's clock reminds the Tim Teknis, also where the type has none.
    found += recipients(case, [name for name in named if name != "tim_teknis" or case.agencies]) if named else []
    facts = told(
        case,
        unit.bundle,
        langkah=[task.name for task in tasks],
        tenggat=case.promised_at.isoformat() if case.promised_at else None,
    )
    addressed = once(found)
    for channel, address in addressed:
        unit.send(channel, address, "ingatkan", facts)
    unit.emit("reminded", {"langkah": [task.name for task in tasks], "kepada": [address for _, address in addressed]})


def _people_of(case: CaseRow, task: Any) -> list[tuple[str, str]]:
    if task.group_key == APPLICANT_GROUP:
        return applicant(case)
    holder = [("email", f"person:{task.holder_id}")] if task.holder_id else []
    return [*holder, ("email", task.group_key)]


@handler("notifikasi/eskalasi", "kepada")
def eskalasi(unit: Unit, case: CaseRow, params: dict[str, Any]) -> None:
    """Tells a superior. Once the promise is past the case is late, and the step that stood longest has made it late."""
    to = params.get("kepada")
    if not isinstance(to, str) or to == APPLICANT_GROUP:
        raise ServiceError("Eskalasi memerlukan 'kepada': kabid atau kepala_badan.")
    addressed = recipients(case, to)
    standing = [task for task in unit.open_tasks.values() if task.group_key != APPLICANT_GROUP]
    slowest = min(standing, key=lambda task: (task.created_at, task.id), default=None)
    words = _standing(unit, slowest, standing) if slowest else None
    late = case.promised_at is not None and case.promised_at <= unit.now
    if late and not case.late:
        case.late, case.late_element = True, slowest.name if slowest else None
        unit.emit("promise_missed", {"langkah": case.late_element})
    unit.connection.execute(
        insert(escalations),
        [
            {
                "case_id": case.id,
                "group_key": address,
                "late": late,
                "element": slowest.element if slowest else None,
                "element_name": words,
                "at": unit.now,
            }
            for _, address in addressed
        ],
    )
    facts = told(case, unit.bundle, terlambat=late, langkah=[words] if words else [])
    for channel, address in addressed:
        unit.send(channel, address, "eskalasi", facts)
    unit.emit("escalated", {"kepada": to, "terlambat": late, "langkah": words})


def _standing(unit: Unit, slowest: Any, standing: list[Any]) -> str:
    """The step that stands, and the agencies that it waits for."""
    missing = [task.agency for task in standing if task.element == slowest.element and task.agency]
    names = ", ".join(agency_name(unit.bundle, agency) for agency in missing)
    return f"{slowest.name}: {names}" if names else str(slowest.name)
