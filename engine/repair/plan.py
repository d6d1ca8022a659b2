"""What must be known of a repair before it is done: where it leads, what stays, and whether one person is enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import Gone, Invalid, NotFound
from engine.repair.kept import Kept, kept_since
from engine.repair.places import Place, place_at, places_of
from engine.unit import Unit

SOP_SAYS, SKIPS, GOES_BACK_OVER = "sop", "lewati", "bertanda_tangan"
_PROPERTY, _BOTH = "perbaikan", "dua_orang"


@dataclass(frozen=True)
class Plan:
    """place: where the case goes back to. kept: what stays although the case goes back over it. consent: why a second
    person must agree (SOP_SAYS, SKIPS, GOES_BACK_OVER), "" when nobody must."""

    place: Place | None = None
    kept: tuple[Kept, ...] = ()
    consent: str = ""


def plan_of(unit: Unit, deed: str, args: Mapping[str, Any]) -> Plan:
    """For a locked case. Raises Invalid and Gone when the arguments lead nowhere."""
    place: Place | None = None
    kept: tuple[Kept, ...] = ()
    asked = [unit.version.code]
    if deed in ("skip", "reassign"):
        asked.append(open_task(unit, args).process)
    if deed == "send_back":
        place = _place(unit, args)
        kept = tuple(kept_since(unit.connection, unit.case.id, place.at))
        asked.append(place.process)
    if any(unit.version.processes[name].properties.get(_PROPERTY) == _BOTH for name in asked):
        return Plan(place, kept, SOP_SAYS)
    return Plan(place, kept, SKIPS if deed == "skip" else GOES_BACK_OVER if any(each.binds for each in kept) else "")


def open_task(unit: Unit, args: Mapping[str, Any]) -> Any:
    """The open task that the arguments name. Raises Invalid, NotFound."""
    ident = args.get("task")
    if type(ident) is not int:  # True is an int as well
        raise Invalid({"task": ["Pilih tugas."]})
    for row in unit.open_tasks.values():
        if row.id == ident:
            return row
    raise NotFound("Tugas itu tidak (lagi) terbuka pada permohonan ini.")


def _place(unit: Unit, args: Mapping[str, Any]) -> Place:
    case = unit.case
    if case.registered_at is None:
        raise Invalid({"": ["Permohonan ini belum terdaftar: perbaiki di loket."]})
    if case.decided_at is not None:
        raise Gone("Permohonan ini sudah diputus dan tidak dapat dikembalikan ke langkah SOP.")
    places = places_of(unit.connection, unit.version, case.id, unit.open_tasks.values())
    return place_at(places, str(args.get("process") or ""), str(args.get("element") or ""))
