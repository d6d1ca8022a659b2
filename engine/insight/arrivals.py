"""When a group's next task is likely to come: the pace of its latest tasks, in working time. An estimate."""

from __future__ import annotations

from datetime import datetime
from statistics import median

from sqlalchemy import func, select

from engine.cases import acting_groups
from engine.office import Office
from engine.people import Person
from engine.settle import APPLICANT
from engine.storage.schema import tasks

LOOKED_AT = 5000  # the newest tasks of the whole office; beyond them the pace is no longer today's
SAMPLE = 21
FEWEST = 3


def likely_next(office: Office, person: Person) -> datetime | None:
    """The moment (UTC) at which the person's groups may expect their next task, None when too few tasks came to tell.

    It is the last arrival and the median gap of the latest ones; where that is past, one gap from now.
    """
    groups = sorted(acting_groups(person) - {APPLICANT})
    if not groups:
        return None
    newest = select(func.max(tasks.c.id)).scalar_subquery()
    query = (
        select(tasks.c.created_at)
        .where(tasks.c.id > newest - LOOKED_AT, tasks.c.group_key.in_(groups))
        .order_by(tasks.c.id.desc())
        .limit(SAMPLE)
    )
    with office.db.read() as connection:
        arrivals = list(connection.execute(query).scalars())
    if len(arrivals) < FEWEST:
        return None
    time, now = office.working_time, office.now()
    gap = max(1, round(median(time.between(b, a) for a, b in zip(arrivals, arrivals[1:], strict=False))))
    expected = time.add(arrivals[0], gap)
    return expected if expected > now else time.add(now, gap)
