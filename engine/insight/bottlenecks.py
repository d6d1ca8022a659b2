"""Where it hangs: how long each step takes, from the working time of finished tasks, and how many wait there now."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from engine.definitions import Version
from engine.errors import NotFound
from engine.insight.catalogue import active_versions, decided_minutes
from engine.insight.steps import persons_steps
from engine.office import Office
from engine.storage.people_tables import persons
from engine.storage.schema import cases, tasks
from engine.storage.types import UtcDateTime
from engine.working_time import DAY_MINUTES

SAMPLE = 4000  # finished tasks that figures of one type are taken from, the latest first
SPREAD = (0.25, 0.5, 1, 2, 3, 5, 10)  # upper ends of the classes of a distribution, hari kerja; the last is open
LISTED = 25
# The limit is a fence: without it SQLite walks an index of all tasks for the grouping instead of one of the open ones.
_open_tasks = select(tasks.c.code, tasks.c.due_at).where(tasks.c.state == "open").limit(1_000_000).subquery()
_OPEN_BY_TYPE = select(
    _open_tasks.c.code,
    func.count().label("n"),
    func.count().filter(_open_tasks.c.due_at < bindparam("now", type_=UtcDateTime)).label("overdue"),
).group_by(_open_tasks.c.code)


@dataclass(frozen=True)
class StepFigures:
    """One person's step. minutes are working minutes from the task's beginning to its end; None: nothing finished.

    waiting: open tasks now, overdue of them past their own moment. standard: what the diagram allows. over: share of
    the finished that took longer than that (None without a standard). ratio: median against standard, for ranking.
    """

    process: str
    element: str
    name: str
    lane: str
    waiting: int
    overdue: int
    finished: int
    p50: int | None
    p90: int | None
    standard: int | None
    over: float | None

    @property
    def ratio(self) -> float | None:
        return None if self.p50 is None or not self.standard else self.p50 / self.standard


@dataclass(frozen=True)
class TypeFigures:
    """One type as a whole. waiting, overdue: open tasks. median_minutes: as in the catalogue, of `decided` cases."""

    code: str
    name: str
    bidang: str
    waiting: int
    overdue: int
    promise_days: int
    median_minutes: float | None
    decided: int


@dataclass(frozen=True)
class TypeSteps:
    """steps: the worst first. sampled: finished tasks that were looked at; bounded: there were more than that."""

    version: Version
    steps: tuple[StepFigures, ...]
    since: datetime
    sampled: int
    bounded: bool


@dataclass(frozen=True)
class Worker:
    """One person at one step."""

    name: str
    finished: int
    p50: int


@dataclass(frozen=True)
class Waiting:
    """One case at one step."""

    task_id: int
    case_id: int
    resi: str | None
    applicant_name: str
    since: datetime
    waited_minutes: int
    due_at: datetime | None
    overdue: bool
    holder: str | None
    agency: str | None


@dataclass(frozen=True)
class StepDetail:
    """spread: (upper end in hari kerja or None for "more", how many). waiting: the longest first, LISTED at most."""

    figures: StepFigures
    spread: tuple[tuple[float | None, int], ...]
    workers: tuple[Worker, ...]
    waiting: tuple[Waiting, ...]


def all_types(office: Office) -> list[TypeFigures]:
    """Every type in force, those with the most overdue tasks first."""
    with office.db.read() as connection:
        versions = active_versions(office, connection)
        open_now = {row.code: row for row in connection.execute(_OPEN_BY_TYPE, {"now": office.now()})}
        found = [_type(office, connection, version, open_now.get(version.code)) for version in versions]
    return sorted(found, key=lambda one: (-one.overdue, -one.waiting, one.code))


def type_steps(office: Office, version: Version, days: int = 90) -> TypeSteps:
    """The steps of a type over the last `days` days. Steps that only older versions have are left out."""
    now = office.now()
    since = now - timedelta(days=days)
    with office.db.read() as connection:
        worked = _worked(connection, version.code, since)
        open_now = _open(connection, version.code, now)
    by_step: dict[tuple[str, str], list[int]] = {}
    for process, element, minutes in worked[:SAMPLE]:
        by_step.setdefault((process, element), []).append(minutes)
    figures = [
        _figures(step.process, step.element, step.name, step.lane, step.days, by_step, open_now)
        for step in persons_steps(version)
    ]
    figures.sort(key=lambda one: (-one.overdue, -(one.ratio or 0), -(one.p50 or 0), -one.waiting))
    return TypeSteps(version, tuple(figures), since, min(len(worked), SAMPLE), len(worked) > SAMPLE)


def step_detail(office: Office, version: Version, process: str, element: str, days: int = 90) -> StepDetail:
    """One step: how long, who, and which cases wait there. Raises: NotFound."""
    step = next((s for s in persons_steps(version) if (s.process, s.element) == (process, element)), None)
    if step is None:
        raise NotFound("Langkah itu tidak ada dalam SOP ini.")
    now, time = office.now(), office.working_time
    here = (tasks.c.code == version.code, tasks.c.process == process, tasks.c.element == element)
    with office.db.read() as connection:
        done = connection.execute(
            select(tasks.c.worked_minutes, persons.c.name)
            .outerjoin(persons, persons.c.id == tasks.c.closed_by)
            .where(*here, tasks.c.state == "done", tasks.c.closed_at >= now - timedelta(days=days))
            .order_by(tasks.c.closed_at.desc())
            .limit(SAMPLE)
        ).all()
        waiting = connection.execute(
            select(tasks, cases.c.resi, cases.c.applicant_name, persons.c.name.label("holder"))
            .join(cases, cases.c.id == tasks.c.case_id)
            .outerjoin(persons, persons.c.id == tasks.c.holder_id)
            .where(*here, tasks.c.state == "open")
            .order_by(tasks.c.created_at)
            .limit(LISTED)
        ).all()
        open_now = _open(connection, version.code, now)
    minutes = [row.worked_minutes or 0 for row in done]
    by_step = {(process, element): minutes}
    people: dict[str, list[int]] = {}
    for row in done:
        people.setdefault(row.name or "", []).append(row.worked_minutes or 0)
    workers = [Worker(name, len(given), _share(given, 0.5)) for name, given in people.items()]
    return StepDetail(
        figures=_figures(process, element, step.name, step.lane, step.days, by_step, open_now),
        spread=_spread(minutes),
        workers=tuple(sorted(workers, key=lambda one: (-one.finished, one.name))),
        waiting=tuple(
            Waiting(
                task_id=row.id,
                case_id=row.case_id,
                resi=row.resi,
                applicant_name=row.applicant_name,
                since=row.created_at,
                waited_minutes=time.between(row.created_at, now),
                due_at=row.due_at,
                overdue=row.due_at is not None and row.due_at < now,
                holder=row.holder,
                agency=row.agency,
            )
            for row in waiting
        ),
    )


def _type(office: Office, connection: Connection, version: Version, held: Any) -> TypeFigures:
    minutes = sorted(decided_minutes(office, connection, version.code))
    return TypeFigures(
        code=version.code,
        name=version.name,
        bidang=version.bidang,
        waiting=held.n if held else 0,
        overdue=held.overdue if held else 0,
        promise_days=version.promise_days,
        median_minutes=_share(minutes, 0.5) if minutes else None,
        decided=len(minutes),
    )


def _worked(connection: Connection, code: str, since: datetime) -> list[tuple[str, str, int]]:
    """The latest finished tasks of a type, one more than SAMPLE; read off ix_task_worked alone."""
    query = (
        select(tasks.c.process, tasks.c.element, tasks.c.worked_minutes)
        .where(tasks.c.code == code, tasks.c.worked_minutes >= 0, tasks.c.closed_at >= since)
        .order_by(tasks.c.closed_at.desc())
        .limit(SAMPLE + 1)
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]


def _open(connection: Connection, code: str, now: datetime) -> dict[tuple[str, str], tuple[int, int]]:
    query = (
        select(
            tasks.c.process,
            tasks.c.element,
            func.count().label("n"),
            func.count().filter(tasks.c.due_at < now).label("overdue"),
        )
        .where(tasks.c.code == code, tasks.c.state == "open")
        .group_by(tasks.c.process, tasks.c.element)
    )
    return {(row.process, row.element): (row.n, row.overdue) for row in connection.execute(query)}


def _figures(
    process: str,
    element: str,
    name: str,
    lane: str,
    days: float | None,
    by_step: dict[tuple[str, str], list[int]],
    open_now: dict[tuple[str, str], tuple[int, int]],
) -> StepFigures:
    minutes = sorted(by_step.get((process, element), []))
    waiting, overdue = open_now.get((process, element), (0, 0))
    standard = round(days * DAY_MINUTES) if days else None
    over = sum(value > standard for value in minutes) / len(minutes) if minutes and standard else None
    return StepFigures(
        process=process,
        element=element,
        name=name,
        lane=lane,
        waiting=waiting,
        overdue=overdue,
        finished=len(minutes),
        p50=_share(minutes, 0.5) if minutes else None,
        p90=_share(minutes, 0.9) if minutes else None,
        standard=standard,
        over=over,
    )


def _share(minutes: list[int], share: float) -> int:
    """The value that at least this share of the values does not exceed (nearest rank)."""
    ordered = sorted(minutes)
    return ordered[max(0, -(-round(share * 1000) * len(ordered) // 1000) - 1)]


def _spread(minutes: list[int]) -> tuple[tuple[float | None, int], ...]:
    counted: Counter[float | None] = Counter()
    for value in minutes:
        counted[next((end for end in SPREAD if value <= end * DAY_MINUTES), None)] += 1
    return tuple((end, counted[end]) for end in (*SPREAD, None))
