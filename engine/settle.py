"""The one place where rows are derived from what the engine waits for, so that no command can forget one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, update

from engine.clock_moves import base_of
from engine.deadlines import settle_clock
from engine.definitions import FRAME, Performer
from engine.delegations import camat_signs
from engine.model import boundary_events
from engine.stepping import Waiting
from engine.storage.driver import Hot
from engine.storage.schema import incidents, tasks, work_items
from engine.unit import Unit

APPLICANT = "pemohon"
NEVER_DUE = timedelta(days=36500)
_ADD_WORK = Hot(insert(work_items))
_END_WORK = Hot(
    delete(work_items).where(work_items.c.case_id == bindparam("case"), work_items.c.token == bindparam("gone"))
)
_CANCEL_TASK = Hot(update(tasks).where(tasks.c.id == bindparam("task")))
_ADD_INCIDENTS = insert(incidents)
ENDED_BY = {"error": "ditolak", "message": "ditarik"}


def settle(unit: Unit) -> None:
    """Bring tasks, work items, incidents, deadlines and the case's own state in line with the engine. Ends every
    command."""
    run, case = unit.run, unit.case
    if unit.events:
        unit.events[0].data["lewat"] = run.trail
    _settle_state(unit)
    _settle_tasks(unit, run.waiting())
    _settle_work(unit)
    settle_clock(unit)
    _note_lateness(unit)
    if not unit.open_tasks and run.finished or (run.ends and not run.waiting_tokens()):
        case.state = {"ditolak": "ditolak", "ditarik": "ditarik"}.get(case.outcome or "", "selesai")
        case.closed_at = unit.now
        case.run = None
        unit.emit("case_closed", {"hasil": case.state})
    else:
        case.run = run.dump()


def _settle_state(unit: Unit) -> None:
    """The frame's own steps say how the SOP ended: the call went through, or an event at its edge took over."""
    case = unit.case
    for process, element in unit.run.passed:
        if process != FRAME or case.decided_at is not None:
            continue
        drawn = unit.version.element(FRAME, element)
        if drawn.kind == "callActivity":
            case.decided_at, case.state, case.outcome = unit.now, "terbit", "terbit"
        elif drawn.kind == "boundaryEvent" and drawn.interrupting and drawn.event in ENDED_BY:
            case.decided_at, case.outcome = unit.now, ENDED_BY[drawn.event]


def _settle_tasks(unit: Unit, waiting: list[Waiting]) -> None:
    now_waiting = {w.token: w for w in waiting}
    fallen = [row.id for token, row in unit.open_tasks.items() if token not in now_waiting]
    if fallen:
        for task in fallen:
            unit.later(_CANCEL_TASK, {"task": task, "state": "cancelled", "closed_at": unit.now})
        unit.open_tasks = {token: row for token, row in unit.open_tasks.items() if token in now_waiting}
    fresh = [_task(unit, w) for w in waiting if w.token not in unit.open_tasks]
    if fresh:
        unit.add_tasks(fresh)


def _task(unit: Unit, waiting: Waiting) -> dict[str, Any]:
    case, version = unit.case, unit.version
    element = version.element(waiting.process, waiting.element)
    performer = version.lanes[element.lane or ""]
    agency = None
    if performer.scope == "instansi":
        agency = waiting.data.get("instansi_ini") or (case.agencies[0] if case.agencies else None)
    due = _due(unit, waiting) if performer.role != APPLICANT else None
    base, minutes = base_of(unit.time, unit.now, due)
    return {
        "case_id": case.id,
        "token": waiting.token,
        "process": waiting.process,
        "element": waiting.element,
        "name": element.name,
        "form": version.form_key(element.properties.get("form", "")),
        "lane": element.lane or "",
        "group_key": _group(unit, performer, agency),
        "agency": agency,
        "code": case.code,
        "kecamatan": case.kecamatan,
        "state": "open",
        "created_at": unit.now,
        "due_at": due,
        "order_at": due or unit.now + NEVER_DUE,
        "base_at": base,
        "base_minutes": minutes,
    }


def _group(unit: Unit, performer: Performer, agency: str | None) -> str:
    """Whose task it is; a letter that is delegated to the Camat is his to sign, and the history says by what decree."""
    case = unit.case
    if performer.delegable and case.kecamatan:
        row = camat_signs(unit.connection, case.code, case.variant, unit.now)
        if row is not None:
            unit.emit("signing_delegated", {"kecamatan": case.kecamatan, "keputusan": row.decree})
            return f"camat:{case.kecamatan}"
    return performer.group(case.bidang, agency, case.kecamatan)


def _due(unit: Unit, waiting: Waiting) -> datetime | None:
    """A step is due when the first timer on it strikes; without one, when its share of the SOP's time is over."""
    process = unit.version.processes[waiting.process]
    on_it = {event.id for event in boundary_events(process, waiting.element) if event.event == "timer"}
    if on_it:
        moments = [t.due for t in unit.run.timers() if t.process == waiting.process and t.element in on_it and t.due]
        if moments:
            return min(moments)
    share = process.elements[waiting.element].properties.get("waktu")
    return unit.time.add_days(unit.now, float(share)) if share else None


def _settle_work(unit: Unit) -> None:
    """Calls that were not done at once become work items (deferred) or incidents (failed)."""
    items, failed = [], []
    under_way = {s.token for s in unit.run.started()}
    for call in unit.calls:
        if call.token not in under_way:
            continue  # begun and taken away again in the same command, by a clock that struck right after
        place = {"case_id": unit.case.id, "token": call.token, "process": call.process, "element": call.element}
        if call.cause is None:
            items.append(
                {
                    **place,
                    "operator": call.operator,
                    "params": call.params,
                    "state": "ready",
                    "run_at": unit.now,
                    "attempts": 0,
                }
            )
        elif call.token in unit.was_started:
            again_failed(unit, call.token, call.cause)
        else:
            failed.append(incident_row(unit, call.token, call.process, call.element, call.operator, call.cause, 1))
    for item in items:
        unit.later(_ADD_WORK, item)
    if failed:
        unit.connection.execute(_ADD_INCIDENTS, failed)
    gone = [token for token in unit.was_started if token not in under_way]
    if gone:
        for token in gone:
            unit.later(_END_WORK, {"case": unit.case.id, "gone": token})
        if unit.case.incidents_open:
            resolved = unit.connection.execute(
                update(incidents)
                .where(incidents.c.case_id == unit.case.id, incidents.c.token.in_(gone), incidents.c.state == "open")
                .values(state="resolved", resolved_at=unit.now, resolved_by=unit.by.id if unit.by else None)
            )
            unit.case.incidents_open -= resolved.rowcount


def incident_row(
    unit: Unit, token: str, process: str, element: str, operator: str, cause: str, attempts: int
) -> dict[str, Any]:
    """An open incident, counted on the case and told in its history."""
    unit.case.incidents_open += 1
    name = unit.version.element(process, element).name
    unit.emit("incident_opened", {"langkah": name, "layanan": operator, "sebab": cause})
    return {
        "case_id": unit.case.id,
        "token": token,
        "process": process,
        "element": element,
        "name": name,
        "operator": operator,
        "cause": cause,
        "attempts": attempts,
        "state": "open",
        "created_at": unit.now,
    }


def again_failed(unit: Unit, token: str, cause: str) -> None:
    """A retry that failed: the incident stays open and tells the newest cause."""
    unit.connection.execute(
        update(incidents)
        .where(incidents.c.case_id == unit.case.id, incidents.c.token == token, incidents.c.state == "open")
        .values(cause=cause, attempts=incidents.c.attempts + 1)
    )
    unit.emit("incident_again", {"sebab": cause})


def _note_lateness(unit: Unit) -> None:
    """The first command after the promise finds the step at which it was broken."""
    case = unit.case
    if case.late or case.promised_at is None or unit.now <= case.promised_at or case.registered_at is None:
        return
    if case.decided_at is not None and case.decided_at != unit.now:
        return
    case.late = True
    holding = [row.name for row in unit.open_tasks.values()]
    passed = [unit.version.element(p, e) for p, e in unit.run.passed]
    steps = [element.name for element in passed if element.kind == "userTask"]
    case.late_element = (steps or holding or [None])[0]
    unit.emit("promise_missed", {"langkah": case.late_element})
