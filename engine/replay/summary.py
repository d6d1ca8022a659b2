"""What a replay did, counted from the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from engine.office import Office
from engine.replay.progress import Progress
from engine.storage.schema import cases, events, tasks


def summary(office: Office, progress: Progress) -> dict[str, Any]:
    """{cases_opened, cases_closed, tasks_completed, events, seconds, tasks_per_second, step_ms: {p50, p95}, late_cases,
    by_type: {CODE: {opened, closed}}}, over all runs of this replay."""
    with office.db.read() as connection:
        types = connection.execute(
            select(cases.c.code, func.count().label("opened"), func.count(cases.c.closed_at).label("closed"))
            .group_by(cases.c.code)
            .order_by(cases.c.code)
        ).all()
        late = connection.execute(select(func.count()).select_from(cases).where(cases.c.late)).scalar_one()
        done = connection.execute(select(func.count()).select_from(tasks).where(tasks.c.state == "done")).scalar_one()
        happened = connection.execute(select(func.count()).select_from(events)).scalar_one()
    return {
        "cases_opened": sum(row.opened for row in types),
        "cases_closed": sum(row.closed for row in types),
        "tasks_completed": done,
        "events": happened,
        "seconds": round(progress.seconds, 1),
        "tasks_per_second": round(done / progress.seconds, 1) if progress.seconds else 0.0,
        "step_ms": {"p50": progress.steps.percentile(0.5), "p95": progress.steps.percentile(0.95)},
        "late_cases": late,
        "by_type": {row.code: {"opened": row.opened, "closed": row.closed} for row in types},
    }
