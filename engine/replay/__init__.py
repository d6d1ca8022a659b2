"""Plays a year of the office: its real counts, every role, a simulated clock, the commands that the pages call.

Deterministic: the same seed on the same kind of database gives the same events with the same hashes, also when the
process is killed and told to go on.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date
from time import perf_counter
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import func, select

from engine.clock import FixedClock
from engine.errors import Invalid
from engine.office import Office
from engine.replay.agenda import CLOCKS, OPENING
from engine.replay.arrivals import Town, arrivals, schedule
from engine.replay.counts import cases_of
from engine.replay.letters import QuickStore
from engine.replay.play import Player
from engine.replay.progress import Progress as Saved
from engine.replay.progress import replay_progress
from engine.replay.ready import activate_shipped, counted_types, versions_in_force, working_days, year_start
from engine.replay.resume import reset_numbers, take_stock
from engine.replay.staff import ensure_staff, groups_of
from engine.replay.summary import summary
from engine.stepping import ids_from
from engine.storage.schema import cases

__all__ = ["activate_shipped", "replay", "year_start"]

SAVE_EVERY = 2_000  # items; what lies after the last save is worked out again


def replay(
    office: Office,
    year: int = 2016,
    share: float = 1.0,
    codes: Sequence[str] | None = None,
    seed: int = 1,
    resume: bool = False,
    progress: bool = False,
) -> dict[str, Any]:
    """Open `share` of the cases of a year and play them to their end; the summary of engine.replay.summary, and under
    `refused` what simulated people were refused (empty when all is well).

    codes: types, which must be in force when the year begins; None: all that are. resume: go on with what was begun
    here. progress: a bar on stderr. Raises: Invalid (year, share, codes; cases that are not this replay's).
    """
    if not 0 < share <= 1:
        raise Invalid({"share": ["Bagian harus lebih dari 0 dan paling banyak 1."]})
    start = year_start(year)
    counts = counted_types(office, year)
    versions = versions_in_force(office, sorted(set(codes)) if codes is not None else None, start)
    params = {"year": year, "share": share, "seed": seed, "codes": sorted(versions)}
    saved = _begin(office, params, resume)
    wanted = {code: cases_of(version, *counts.get(code, (0, {})), share) for code, version in versions.items()}
    days = working_days(office, date(year, 1, 1), date(year, 12, 31))
    plan = schedule(wanted, days, office.working_time, seed)
    before = office.clock, office.documents, office.random
    clock = FixedClock(start)
    office.clock, office.documents = clock, QuickStore(office.settings.documents_dir)
    try:
        refused = [] if saved.finished else _play(office, clock, plan, saved, versions, seed, progress)
        result = {**summary(office, saved), "refused": refused}
    finally:
        office.clock, office.documents, office.random = before
    return result


def _begin(office: Office, params: dict[str, Any], resume: bool) -> Saved:
    """The state to start from. Raises: Invalid when the database holds something else."""
    with office.db.write() as connection:
        replay_progress.create(connection, checkfirst=True)
        saved = Saved.load(connection)
        if saved is None:
            if connection.execute(select(func.count()).select_from(cases)).scalar_one():
                raise Invalid({"database": ["Basis data sudah berisi permohonan; putar ulang memerlukan yang kosong."]})
            saved = Saved(params)
            saved.save(connection, year_start(params["year"]))
        elif not resume:
            raise Invalid({"database": ["Basis data sudah berisi putar ulang; lanjutkan dengan --resume."]})
        elif saved.params != params:
            raise Invalid({"database": [f"Putar ulang di basis data ini lain: {saved.params}."]})
    return saved


def _play(
    office: Office,
    clock: FixedClock,
    plan: list[Any],
    saved: Saved,
    versions: Any,
    seed: int,
    bar: bool,
) -> list[str]:
    """Play on from the saved state to the end; what simulated people were refused."""
    town = Town(office.settings.processes_dir / "shared")
    with office.db.write() as connection:
        reset_numbers(connection)
        staff = ensure_staff(connection, groups_of(versions.values(), town), clock.now())
    player = Player(office, clock, versions, staff, seed, on_step=saved.steps.add)
    with office.db.read() as connection:
        opened, last = take_stock(player, connection, saved)
    clock.set(last or clock.now())
    with ids_from(player.luck):
        for live in list(player.live.values()):
            player.work(live)
    begun, number, earlier = perf_counter(), 0, saved.seconds

    def save(finished: bool = False) -> None:
        saved.seconds, saved.finished = earlier + perf_counter() - begun, finished
        saved.last_task, saved.busy, saved.planned = player.last_task, dict(player.busy), player.planned()
        with office.db.write() as connection:
            saved.save(connection, clock.now())

    with ExitStack() as stack:
        shown = stack.enter_context(_bar(bar, len(plan)))
        stack.enter_context(ids_from(player.luck))
        task = shown.add_task("Permohonan selesai", total=len(plan), completed=opened - len(player.live))
        for item in player.play(arrivals(plan, town, seed, opened)):
            number += 1
            opened += item.rank == OPENING
            if item.rank == CLOCKS:
                shown.update(task, completed=opened - len(player.live), description=f"{item.at:%d-%m-%Y}")
            if number % SAVE_EVERY == 0:
                save()
    save(finished=True)
    return player.refused


def _bar(shown: bool, total: int) -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    return Progress(*columns, console=Console(file=sys.stderr), disable=not shown or not sys.stderr.isatty())
