"""What each repair does to a locked case. All of them write one line of history with the reason, before anything else.

args by deed: suspend, resume: nothing; reassign: task, and person (id) or group; applicant: the new values of
APPLICANT_FIELDS; answers: answer (id), values; skip: task, values; send_back: process, element.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import update

from engine.cases import acting_groups, form_context
from engine.errors import Gone, Invalid
from engine.forms import Form
from engine.meetings.leaving import fall_away as meetings_away
from engine.people import Person, list_persons
from engine.repair import data, standing
from engine.repair.data import APPLICANT_FIELDS
from engine.repair.places import UNDONE, forgotten
from engine.repair.plan import Plan, open_task
from engine.services.kept import keep
from engine.settle import APPLICANT, settle
from engine.storage.schema import tasks
from engine.unit import Unit
from engine.visits.leaving import fall_away as visits_away

__all__ = ["APPLICANT_FIELDS", "CHECKLIST", "NAMES", "REPAIRED", "asked_of", "carry_out"]

Args = Mapping[str, Any]
CHECKLIST = "berkas_lengkap"  # what gateways read of a checklist
REPAIRED = "case_repaired"
FALLEN = "gugur"  # in its line of history: meetings and visits that fell away, see engine.meetings.leaving.fall_away
_MOVING = frozenset({"skip", "send_back"})


def carry_out(unit: Unit, deed: str, args: Args, reason: str, plan: Plan) -> None:
    """Do it. plan: of this very deed. Raises Invalid (arguments, reason, no such deed), Gone, NotFound."""
    if deed not in NAMES:
        raise Invalid({"": ["Perbaikan itu tidak ada."]})
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid({"reason": ["Alasan perbaikan wajib diisi."]})
    if not unit.case.open:
        raise Gone("Permohonan ini sudah ditutup.")
    if unit.case.suspended_at is not None and deed in _MOVING:
        raise Gone("Permohonan ini sedang ditangguhkan: lanjutkan dahulu.")
    told = {"tindakan": deed, "alasan": reason}
    if plan.place is not None:
        _send_back(unit, plan, told)
    else:
        DEEDS[deed](unit, args, told)


def _suspend(unit: Unit, args: Args, told: dict[str, Any]) -> None:
    unit.emit(REPAIRED, told)
    standing.suspend(unit)


def _resume(unit: Unit, args: Args, told: dict[str, Any]) -> None:
    since = unit.case.suspended_at
    if since is not None:
        told |= {"sejak": since.isoformat(), "menit": unit.time.between(since, unit.now)}
    unit.emit(REPAIRED, told)
    standing.resume(unit)


def _reassign(unit: Unit, args: Args, told: dict[str, Any]) -> None:
    row = open_task(unit, args)
    group = str(args.get("group") or row.group_key)
    if APPLICANT in (group, row.group_key):
        raise Invalid({"task": ["Langkah pemohon tidak dapat dialihkan."]})
    if row.agency and group != row.group_key:
        raise Invalid({"group": ["Langkah instansi tetap pada instansinya: alihkan kepada orang di instansi itu."]})
    active = list_persons(unit.connection)
    if not any(group in acting_groups(each) for each in active):
        raise Invalid({"group": ["Tidak ada pegawai aktif di kelompok itu."]})
    holder = _holder(active, args.get("person"), group)
    if group == row.group_key and (holder.id if holder else None) == row.holder_id:
        raise Invalid({"person": ["Tugas itu sudah ada padanya."]})
    told |= {"langkah": row.name, "dari": row.group_key, "kepada": group, "pemegang": holder.name if holder else None}
    unit.emit(REPAIRED, told, row.id)
    claimed = {"holder_id": holder.id if holder else None, "claimed_at": unit.now if holder else None}
    unit.connection.execute(update(tasks).where(tasks.c.id == row.id).values(group_key=group, **claimed))


def _holder(active: list[Person], ident: Any, group: str) -> Person | None:
    if ident is None:
        return None
    found = next((person for person in active if person.id == ident), None)
    if found is None:
        raise Invalid({"person": ["Pilih pegawai yang aktif."]})
    if group not in acting_groups(found):
        raise Invalid({"person": [f"{found.name} bukan anggota kelompok itu."]})
    return found


def asked_of(form: Form, reads: frozenset[str], context: Args, values: Args) -> list[str]:
    """What must be said of a step that is skipped: the names of its form that the SOP reads, CHECKLIST for a
    checklist."""
    shown = form.visible(values, context)
    names = [field.key for field in form.fields if field.key in reads and field.key in shown and not field.requirement]
    return [*names, CHECKLIST] if form.has_requirements and CHECKLIST in reads else names


def _skip(unit: Unit, args: Args, told: dict[str, Any]) -> None:
    row = open_task(unit, args)
    version = unit.version
    steps: dict[str, Any] = {}
    values = args.get("values") or {}
    if not isinstance(values, Mapping):
        raise Invalid({"values": ["Isian tidak dikenal."]})
    if row.form:
        steps = _said(version.form(row.form), version.bundle.reads, form_context(unit.case), values)
    unit.emit(REPAIRED, told | {"langkah": row.name, "nilai": steps}, row.id)
    assert unit.by is not None
    closed = {"state": "skipped", "closed_at": unit.now, "closed_by": unit.by.id}
    unit.connection.execute(update(tasks).where(tasks.c.id == row.id).values(**closed))
    unit.open_tasks.pop(row.token)
    unit.run.complete(row.token, steps)
    settle(unit)


def _said(form: Form, reads: frozenset[str], context: Args, values: Args) -> dict[str, Any]:
    """The values that gateways will read, each as the form itself understands it. Raises Invalid."""
    asked = asked_of(form, reads, context, values)
    facts = form.facts(values, context)
    steps, errors = {}, {}
    for name in asked:
        if name == CHECKLIST:
            value = values.get(name)
            wrong = value not in ("ya", "tidak")
        else:
            value, field = facts.get(name), form.by_key[name]
            wrong = value is None and (field.required or field.decision or bool(values.get(name)))
        if wrong:
            errors[name] = ["SOP membaca isian ini: isi nilainya."]
        elif value is not None:
            steps[name] = value
    if errors:
        raise Invalid(errors)
    return steps


def _send_back(unit: Unit, plan: Plan, told: dict[str, Any]) -> None:
    case, place = unit.case, plan.place
    assert place is not None
    numbers = {kept.of: kept.text for kept in plan.kept if kept.kind == "nomor"}
    keep(case, numbers, any(kept.kind in ("tagihan", "pembayaran") for kept in plan.kept))
    told |= {"langkah": place.name, "dari": [row.name for row in unit.open_tasks.values()]}
    forms = {row.form for row in unit.open_tasks.values()} | _forms(unit, place.undone)
    unit.emit(REPAIRED, told | {UNDONE: list(place.undone)})
    own = unit.events[-1].data
    try:
        unit.run.restart(place.calls, place.process, place.element, forgotten(unit.version).keys())
    except LookupError:
        raise Invalid({"langkah": ["Bagian SOP itu sedang tidak berjalan dan tidak dapat dimulai lagi."]}) from None
    settle(unit)
    why = f"Permohonan dikembalikan ke langkah “{place.name}”."
    fallen = [*meetings_away(unit, forms, why), *visits_away(unit, forms, why)]
    if fallen:
        own[FALLEN] = fallen


def _forms(unit: Unit, steps: Iterable[str]) -> set[str]:
    """The forms of these steps ("process/element")."""
    places = (step.partition("/") for step in steps)
    return {unit.version.element(process, element).properties.get("form", "") for process, _, element in places}


def _applicant(unit: Unit, args: Args, told: dict[str, Any]) -> None:
    told["ubah"] = data.changed_applicant(unit, args)
    unit.emit(REPAIRED, told)
    data.write_applicant(unit, told["ubah"])


def _answers(unit: Unit, args: Args, told: dict[str, Any]) -> None:
    found = data.changed_answers(unit, args)
    told |= {"langkah": found.step, "formulir": found.form.key, "ubah": found.changes}
    unit.emit(REPAIRED, told, found.row.task_id)
    data.write_answers(unit, found)


DEEDS: dict[str, Callable[[Unit, Args, dict[str, Any]], None]] = {
    "suspend": _suspend,
    "resume": _resume,
    "reassign": _reassign,
    "applicant": _applicant,
    "answers": _answers,
    "skip": _skip,
}
NAMES = (*DEEDS, "send_back")  # the last needs a plan
