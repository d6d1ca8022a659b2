"""Takes UJI cases along their normal way, one completed task at a time."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter
from typing import Any

from benchmarks.ground import Ground
from engine import cases, work

ANSWERS: dict[str, dict[str, Any]] = {
    "daftar": {"usaha": "Warung", "ktp": True},
    "periksa": {"berkas_sah": "ya"},
    "teken": {"tanggapan_ini": "setuju"},
    "verifikasi": {"hasil": "disetujui"},
}


def whole_case(ground: Ground, key: str) -> Iterator[float]:
    """Opens a case and ends it; yields how long each completed task took, all included, in seconds."""
    office, people = ground.office, ground.people
    done = cases.open_case(office, "UJI", "baru", cases.Applicant("Sari"), by=people["loket"], key=f"{key}-0")
    number = 0
    while True:
        if not done.tasks:
            work.run_all(office)
            done = again(ground, done.case_id)
            if not done:
                return
        row, number = done.tasks[0], number + 1
        by = next(person for person in people.values() if row.group_key in cases.acting_groups(person))
        answers = ANSWERS.get(row.element, {})
        begun = perf_counter()
        done = cases.complete(office, row.id, answers, by=by, key=f"{key}-{number}")
        yield perf_counter() - begun
        if done.state in ("selesai", "ditolak", "ditarik"):
            return


def again(ground: Ground, case_id: int) -> Any:
    """The open tasks of a case, looked up; None when there are none."""
    from types import SimpleNamespace

    from sqlalchemy import select

    from engine.storage.schema import tasks

    query = select(tasks).where(tasks.c.case_id == case_id, tasks.c.state == "open").order_by(tasks.c.id)
    with ground.office.db.read() as connection:
        rows = connection.execute(query).all()
    return SimpleNamespace(tasks=tuple(rows), case_id=case_id, state="") if rows else None
