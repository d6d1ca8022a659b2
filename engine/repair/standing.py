"""A case suspended and resumed: its steps and work stand and go on as its clocks do (engine.deadlines)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, case, update

from engine import suspensions
from engine.clock_moves import base_of
from engine.deadlines import go_on
from engine.errors import Gone
from engine.settle import NEVER_DUE, settle
from engine.storage.schema import tasks, work_items
from engine.storage.types import HELD
from engine.unit import Unit

_HOLD_TASKS = (  # a due moment that no working time gives is kept as the base
    update(tasks)
    .where(tasks.c.case_id == bindparam("of"), tasks.c.state == "open")
    .values(
        base_at=case((tasks.c.base_minutes.is_(None), tasks.c.due_at), else_=tasks.c.base_at),
        due_at=None,
        order_at=HELD,
    )
)
_FREE_TASK = (
    update(tasks)
    .where(tasks.c.id == bindparam("row_id"))
    .values(
        due_at=bindparam("to"), order_at=bindparam("order"), base_at=bindparam("base"), base_minutes=bindparam("left")
    )
)
_HOLD_WORK = (
    update(work_items)
    .where(work_items.c.case_id == bindparam("of"), work_items.c.state.in_(("ready", "running")))
    .values(state="held", leased_until=None)
)
_FREE_WORK = (
    update(work_items)
    .where(work_items.c.case_id == bindparam("of"), work_items.c.state == "held")
    .values(state="ready", run_at=bindparam("now"))
)


def suspend(unit: Unit) -> None:
    """Let everything stand from now on. Raises Gone when it stands already."""
    if unit.case.suspended_at is not None:
        raise Gone("Permohonan ini sudah ditangguhkan.")
    unit.run  # noqa: B018  (loads the case; when the calendar was changed meanwhile its clocks follow first)
    unit.case.suspended_at = unit.now
    here = {"of": unit.case.id}
    unit.connection.execute(_HOLD_TASKS, here)
    unit.connection.execute(_HOLD_WORK, here)
    settle(unit)


def resume(unit: Unit) -> None:
    """Let everything go on with exactly the working time that was left. Raises Gone when it does not stand."""
    since = unit.case.suspended_at
    if since is None:
        raise Gone("Permohonan ini tidak sedang ditangguhkan.")
    unit.run  # noqa: B018  (as above)
    unit.case.suspended_at = None
    suspensions.note(unit.case, since, unit.now)
    go_on(unit, since)
    freed = [_freed(unit, row, since) for row in unit.open_tasks.values()]
    if freed:
        unit.connection.execute(_FREE_TASK, freed)
    unit.connection.execute(_FREE_WORK, {"of": unit.case.id, "now": unit.now})
    settle(unit)


def _freed(unit: Unit, row: Any, since: Any) -> dict[str, Any]:
    time, now = unit.time, unit.now
    due = base = left = None
    if row.base_minutes is not None:
        base, left = now, time.between(since, time.add(row.base_at, row.base_minutes))
        due = time.add(now, left)
    elif row.base_at is not None:
        due = row.base_at + (now - since)
        base, left = base_of(time, now, due)
    return {"row_id": row.id, "to": due, "order": due or row.created_at + NEVER_DUE, "base": base, "left": left}
