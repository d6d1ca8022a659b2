"""Background work: due timers, deferred service tasks and messages. The embedded default runs it from APScheduler in
one process; several workers may run it side by side, since every piece is leased or locked before it is touched.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import or_, select, update

from engine import automatic
from engine.calendar_moves import move_due
from engine.case_row import COLUMNS, CaseRow
from engine.deadlines import due_cases, lease_due
from engine.errors import Refused
from engine.meetings import chase_meetings
from engine.office import Office
from engine.services import registry
from engine.storage.schema import cases, work_items

REST, LONGEST_REST = timedelta(minutes=1), timedelta(hours=1)  # of a case whose clock failed
LEASE = timedelta(minutes=5)  # after that, another worker takes over what a dead one left
log = structlog.get_logger()


@dataclass(frozen=True)
class Job:
    """One piece of deferred work, outside any transaction. case: a snapshot."""

    office: Office
    case: CaseRow
    params: dict[str, Any]
    bundle: Any


def fire_due(office: Office, limit: int = 25) -> int:
    """Let due timers strike, one case and one transaction at a time, the longest overdue first. Returns how many cases
    were taken up; several workers share what is due.

    A case whose clock fails rests, longer each time: it must not stop the clocks of the others.
    """
    now = office.now()
    resting = [case for case, (until, _) in office.resting.items() if until > now]
    with office.db.read() as connection:  # cheap look first: no write lock is taken when there is nothing to do
        if not due_cases(connection, now, 1 + len(resting)):
            return 0
    with office.db.write() as connection:
        ids = lease_due(connection, now, limit, resting)
    for case_id in ids:
        try:
            automatic.fire(office, case_id, key=None)
            office.resting.pop(case_id, None)
        except Exception:
            failed = office.resting.get(case_id, (now, 0))[1] + 1
            office.resting[case_id] = (now + min(REST * 2 ** (failed - 1), LONGEST_REST), failed)
            log.exception("clock failed", case=case_id)
    return len(ids)


def fire_all(office: Office) -> int:
    """Let all due timers strike, also thousands after days without power. Returns how many cases were taken up."""
    done = 0
    while (taken := fire_due(office)) > 0:
        done += taken
    return done


def do_work(office: Office, limit: int = 20) -> int:
    """Do deferred work that is ready. Returns how many pieces were taken."""
    done = 0
    while done < limit and (leased := _lease(office)) is not None:
        done += 1
        _do(office, *leased)
    return done


def run_all(office: Office, rounds: int = 50) -> None:
    """Work until nothing is due: for tests, demos and replays, which move their own clock."""
    if office.working_time.version:
        move_due(office)
    for _ in range(rounds):
        if not fire_due(office) and not do_work(office):
            return


def _lease(office: Office) -> tuple[int, int, str, str, dict[str, Any]] | None:
    now = office.now()
    ready = or_(
        (work_items.c.state == "ready") & (work_items.c.run_at <= now),
        (work_items.c.state == "running") & (work_items.c.leased_until < now),
    )
    pick = (
        select(work_items.c.id).where(ready).order_by(work_items.c.run_at).limit(1).with_for_update(skip_locked=True)
    ).scalar_subquery()
    with office.db.read() as connection:  # cheap look first: no write lock is taken when there is nothing to do
        if connection.execute(select(work_items.c.id).where(ready).limit(1)).first() is None:
            return None
    with office.db.write() as connection:
        row = connection.execute(
            update(work_items)
            .where(work_items.c.id == pick)
            .values(state="running", leased_until=now + LEASE)
            .returning(
                work_items.c.id, work_items.c.case_id, work_items.c.token, work_items.c.operator, work_items.c.params
            )
        ).one_or_none()
    return None if row is None else (row.id, row.case_id, row.token, row.operator, row.params)


def _do(office: Office, item_id: int, case_id: int, token: str, operator: str, params: dict[str, Any]) -> None:
    key = f"work-{token}"  # not the row's id: SQLite gives a deleted row's id again
    try:
        with office.db.read() as connection:
            row = (
                connection.execute(select(*(cases.c[name] for name in COLUMNS)).where(cases.c.id == case_id))
                .mappings()
                .one()
            )
            version = office.definitions.version(connection, row["version_hash"])
        worker = registry.find(operator).deferred
        assert worker is not None
        result = worker.work(Job(office, CaseRow.of(row), params, version.bundle))
        automatic.finish_work(office, case_id, item_id, result, key=key)
    except Refused as refused:
        log.warning("work fell away", case=case_id, operator=operator, why=str(refused))
    except Exception as error:
        log.warning("work failed", case=case_id, operator=operator, error=repr(error))
        with suppress(Refused):  # the case moved on without this piece
            automatic.fail_work(office, case_id, item_id, registry.in_words(error), key=None)


class Scheduler:
    """The embedded background half: APScheduler calls the functions above every second."""

    def __init__(self, office: Office) -> None:
        from apscheduler.schedulers.background import BackgroundScheduler

        from engine.ending import remind_ending
        from engine.messages.sender import Sender
        from engine.payments import apply_waiting
        from engine.quarantine import scan_waiting

        self._scheduler = BackgroundScheduler(timezone="UTC")
        options = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        self._scheduler.add_job(fire_all, "interval", seconds=1, args=[office], id="clocks", **options)
        self._scheduler.add_job(move_due, "interval", seconds=2, args=[office], id="calendar", **options)
        self._scheduler.add_job(do_work, "interval", seconds=1, args=[office], id="work", **options)
        self._scheduler.add_job(Sender(office).run, "interval", seconds=2, id="messages", **options)
        self._scheduler.add_job(scan_waiting, "interval", seconds=60, args=[office], id="quarantine", **options)
        self._scheduler.add_job(chase_meetings, "interval", seconds=60, args=[office], id="meetings", **options)
        self._scheduler.add_job(remind_ending, "interval", minutes=10, args=[office], id="ending", **options)
        self._scheduler.add_job(apply_waiting, "interval", seconds=10, args=[office], id="payments", **options)

    def start(self) -> None:
        """Begin; returns at once."""
        self._scheduler.start()

    def stop(self) -> None:
        """Finish what is under way and stop."""
        self._scheduler.shutdown(wait=True)
