"""Thousands of open cases: a few really opened through the commands, their rows then multiplied."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, text

from benchmarks.ground import MORNING, Ground
from engine import cases
from engine.storage.people_tables import memberships, persons
from engine.storage.schema import cases as case_table
from engine.storage.schema import deadlines, tasks

DUE = 50
BATCH = 2_000


def crowd(place: Ground, number: int, people: int) -> None:
    """`number` open cases, each with one task of the bidang and one armed clock; DUE of the clocks are due; every
    fourth task is held by one of `people` members."""
    clerk = place.people["loket"]
    done = cases.open_case(place.office, "UJI", "baru", cases.Applicant("Sari"), by=clerk)
    cases.complete(place.office, done.tasks[0].id, {"usaha": "Warung", "ktp": True}, by=clerk)
    with place.office.db.write() as connection:
        ids = range(1_001, 1_001 + people)
        connection.execute(insert(persons), [_person(ident) for ident in ids])
        members = [{"person_id": ident, "role": "bidang", "scope": "jasa_usaha"} for ident in ids]
        connection.execute(insert(memberships), members)
        case = dict(connection.execute(select(case_table)).mappings().one())
        task = dict(connection.execute(select(tasks).where(tasks.c.state == "open")).mappings().one())
        armed = dict(connection.execute(select(deadlines)).mappings().first() or {})
        connection.execute(deadlines.delete())
        for first in range(0, number, BATCH):
            block = range(first + 2, min(first + BATCH, number) + 2)
            connection.execute(insert(case_table), [_case(case, n) for n in block])
            connection.execute(insert(tasks), [_task(task, n, people) for n in block])
            connection.execute(insert(deadlines), [_armed(armed, n) for n in block])
    with place.office.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _person(ident: int) -> dict[str, Any]:
    rest = {"password_hash": "", "active": True, "locale": "id", "created_at": MORNING}
    return {"id": ident, "username": f"orang{ident}", "name": f"Orang {ident}", **rest}


def _case(case: dict[str, Any], number: int) -> dict[str, Any]:
    changed = {"id": number, "resi": f"BENCH-{number:06}", "public_code": f"{number:010}"}
    return {**case, **changed, "applicant_name": f"Pemohon {number}", "applicant_key": f"pemohon {number}"}


def _task(task: dict[str, Any], number: int, people: int) -> dict[str, Any]:
    holder = 1_001 + number % people if number % 4 == 0 else None
    due = MORNING + timedelta(minutes=number * 7 % 20_000)
    moved = {name: due for name in ("due_at", "order_at") if name in task}
    return {**task, "id": number + 1, "case_id": number, "token": f"{number:016x}", "holder_id": holder, **moved}


def _armed(armed: dict[str, Any], number: int) -> dict[str, Any]:
    due = MORNING - timedelta(minutes=number) if number < DUE + 2 else MORNING + timedelta(minutes=number)
    return {**armed, "id": number, "case_id": number, "token": f"{number:016x}", "due_at": due}
