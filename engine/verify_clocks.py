"""Are the clocks true? Every moment is the one that the history tells, and follows from where it counts from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from engine.case_row import CaseRow
from engine.clock_moves import stands_since
from engine.storage.types import HELD
from engine.working_time import WorkingTime

PROMISE = "janji"


def told(chain: Iterable[Any]) -> dict[str, str | None]:
    """The newest moment that a case's history tells for each timer and for the promise (see engine.deadlines): ISO
    texts, None while the clock stands."""
    moments: dict[str, str | None] = {}
    for row in chain:
        moments.update(row.data.get("jam") or {})
    return moments


def clock_problems(
    case: CaseRow, chain: Iterable[Any], armed: Iterable[Any], open_tasks: Iterable[Any], time: WorkingTime
) -> Iterator[str]:
    """What is wrong with the clocks of a case; nothing when all is well. time: the calendar in force."""
    moments = told(chain)
    rows = list(armed)
    for row in rows:
        if case.suspended_at is not None and row.due_at is not None:
            yield f"tenggat {row.name}: berjalan walaupun permohonannya ditangguhkan"
        if row.token not in moments:
            yield f"tenggat {row.name}: riwayat tidak mengenalnya"
        elif moments[row.token] != _iso(row.due_at):
            yield f"tenggat {row.name}: bukan seperti yang dicatat riwayat"
        if row.due_at is None and row.left_minutes is None:
            yield f"tenggat {row.name}: berhenti tanpa sisa waktu"
    if moments.get(PROMISE) != _iso(case.promised_at):
        yield "janji: bukan seperti yang dicatat riwayat"
    if case.closed_at is None and case.calendar == time.version:
        yield from _bases(case, rows, open_tasks, time)


def _bases(case: CaseRow, armed: list[Any], open_tasks: Iterable[Any], time: WorkingTime) -> Iterator[str]:
    """Every moment is so many working minutes after its base, by the calendar that the case follows."""
    for row in armed:
        if row.base_minutes is None:
            continue
        due = time.add(row.base_at, row.base_minutes)
        if row.due_at is not None and row.due_at != due:
            yield f"tenggat {row.name}: tidak sesuai dengan awal hitungannya"
        since = stands_since(case, row.applicant)
        if row.due_at is None and since and row.left_minutes != time.between(since, due):
            yield f"tenggat {row.name}: sisa waktunya tidak sesuai dengan awal hitungannya"
    for row in open_tasks:
        if case.suspended_at is not None:
            if row.due_at is not None or row.order_at != HELD:
                yield f"tugas {row.name}: tidak berhenti bersama permohonannya"
            continue
        if row.order_at == HELD:
            yield f"tugas {row.name}: masih berhenti, permohonannya tidak"
        if row.base_minutes is not None and row.due_at != time.add(row.base_at, row.base_minutes):
            yield f"tugas {row.name}: tenggatnya tidak sesuai dengan awal hitungannya"
        if row.due_at is not None and row.order_at != row.due_at:
            yield f"tugas {row.name}: urutannya bukan tenggatnya"
    if case.promise_from is None or case.promise_span is None:
        if case.promised_at is not None:
            yield "janji: tanpa awal hitungan"
        return
    if case.decided_at is not None:
        return
    promised = time.add(case.promise_from, case.promise_span)
    if case.promised_at is not None and case.promised_at != promised:
        yield "janji: tidak sesuai dengan awal hitungannya"
    if case.paused_at is not None and case.clock_left != time.between(case.paused_at, promised):
        yield "sisa waktu janji tidak sesuai dengan awal hitungannya"


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
