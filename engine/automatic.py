"""The commands of the office itself: clocks that strike, deferred work that ends or fails, and a person's retry of
what failed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update

from engine.coalesce import coalesce
from engine.command import command
from engine.errors import Gone, NotFound
from engine.services import registry
from engine.settle import again_failed, incident_row, settle
from engine.storage.schema import incidents, work_items
from engine.unit import Unit

BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12))


@command("clock_struck", may=None, first="case")
def fire(unit: Unit, case_id: int) -> None:
    """Let the timers of a case that are due strike, the earliest first. Nothing due (another worker was faster):
    nothing happens, and nothing is written."""
    case = unit.lock(case_id)
    if case.run is None or case.suspended_at is not None:
        return
    unit.run  # noqa: B018  (loads the case; when the calendar was changed meanwhile its clocks follow first)
    due = [row for row in unit.armed.values() if row.due_at is not None and row.due_at <= unit.now]
    if not due:
        return
    in_order = sorted(due, key=lambda row: row.due_at)
    unit.emit("clock_struck", {"tenggat": [row.name or row.element for row in in_order]})
    unit.run.advance()
    settle(unit)
    coalesce(unit)


@command("work_finished", may=None, first="case")
def finish_work(unit: Unit, case_id: int, item_id: int, result: Mapping[str, Any]) -> None:
    """Put in the result of deferred work and let the case run on. Gone when the item fell away meanwhile."""
    unit.lock(case_id)
    item = _item(unit, item_id)
    operator = registry.find(item.operator)
    assert operator.deferred is not None
    unit.emit(
        "work_finished", {"langkah": unit.version.element(item.process, item.element).name, "layanan": item.operator}
    )
    data = operator.deferred.finish(unit, unit.case, dict(result)) or {}
    unit.run.finish_service(item.token, unit.version.kept(data))
    settle(unit)


@command("work_failed", may=None, first="case")
def fail_work(unit: Unit, case_id: int, item_id: int, cause: str) -> None:
    """Deferred work raised: the case gets an incident that staff can see, and the work is tried again later, more
    and more seldom."""
    unit.lock(case_id)
    item = _item(unit, item_id)
    attempts = item.attempts + 1
    later = BACK_OFF[min(attempts, len(BACK_OFF)) - 1]
    exhausted = attempts > len(BACK_OFF)
    unit.connection.execute(
        update(work_items)
        .where(work_items.c.id == item_id)
        .values(
            state="failed" if exhausted else "ready",
            attempts=attempts,
            run_at=unit.now + later,
            leased_until=None,
            error=cause,
        )
    )
    known = unit.connection.execute(_open_incident(case_id, item.token)).one_or_none()
    if known is None:
        unit.connection.execute(
            insert(incidents).values(
                incident_row(unit, item.token, item.process, item.element, item.operator, cause, attempts)
            )
        )
    else:
        again_failed(unit, item.token, cause)


@command("incident_retried", may="incident.retry")
def retry_incident(unit: Unit, incident_id: int) -> None:
    """Try failed work again: a short service at once, deferred work by the worker in the next moments.

    Raises: NotFound, Gone when it is settled already.
    """
    row = unit.connection.execute(select(incidents).where(incidents.c.id == incident_id)).one_or_none()
    if row is None:
        raise NotFound("Masalah itu tidak ada.")
    unit.lock(row.case_id)
    row = unit.connection.execute(select(incidents).where(incidents.c.id == incident_id)).one()
    if row.state != "open":
        raise Gone("Masalah ini sudah selesai.")
    unit.must_move()
    unit.emit("incident_retried", {"langkah": row.name, "layanan": row.operator})
    again = unit.connection.execute(
        update(work_items)
        .where(work_items.c.case_id == row.case_id, work_items.c.token == row.token)
        .values(state="ready", run_at=unit.now, leased_until=None)
    )
    if again.rowcount:
        return
    unit.run  # noqa: B018  (loads the case, so that what was under way is known)
    unit.run.retry_service(row.token)
    settle(unit)


def _item(unit: Unit, item_id: int) -> Any:
    item = unit.connection.execute(
        select(work_items).where(work_items.c.id == item_id, work_items.c.case_id == unit.case.id)
    ).one_or_none()
    if item is None or item.state == "held":
        raise Gone("Pekerjaan itu sudah tidak diperlukan.")
    return item


def _open_incident(case_id: int, token: str) -> Any:
    return select(incidents.c.id).where(
        incidents.c.case_id == case_id, incidents.c.token == token, incidents.c.state == "open"
    )
