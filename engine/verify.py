"""Is everything that is stored true? The chain of every history, and every row that mirrors the engine's state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from engine.case_row import COLUMNS, CaseRow
from engine.history import GENESIS, seal
from engine.minutes import minutes_problems
from engine.office import Office
from engine.stepping import Run
from engine.storage.schema import cases, deadlines, documents, events, incidents, tasks, work_items
from engine.unit import Surroundings, Unit
from engine.verify_clocks import clock_problems

BATCH = 500


@dataclass
class Verdict:
    """cases, events, files: how many were looked at. problems: one sentence each; empty means clean."""

    cases: int = 0
    events: int = 0
    files: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems


def verify(office: Office, case_id: int | None = None, files: bool = False) -> Verdict:
    """Look at one case or all of them. files: also read every stored file and compare it with its SHA-256. Changes
    nothing."""
    verdict = Verdict()
    with office.db.read() as connection:
        time = office.look_at_calendar(connection)
        for batch in _batches(connection, case_id):
            ids = [case.id for case in batch]
            chains = _grouped(connection, events, ids)
            open_tasks = _grouped(connection, tasks, ids, tasks.c.state == "open")
            armed = _grouped(connection, deadlines, ids)
            work = _grouped(connection, work_items, ids)
            broken = _grouped(connection, incidents, ids, incidents.c.state == "open")
            for case in batch:
                verdict.cases += 1
                chain = sorted(chains.get(case.id, []), key=lambda row: row.seq)
                verdict.events += len(chain)
                for problem in (
                    *_chain(case, chain),
                    *clock_problems(case, chain, armed.get(case.id, []), open_tasks.get(case.id, []), time),
                    *_mirror(
                        office,
                        connection,
                        case,
                        open_tasks.get(case.id, []),
                        armed.get(case.id, []),
                        work.get(case.id, []),
                        broken.get(case.id, []),
                    ),
                ):
                    verdict.problems.append(f"permohonan {case.id}: {problem}")
        for number, times in connection.execute(
            select(cases.c.permit_number, func.count())
            .where(cases.c.permit_number.is_not(None))
            .group_by(cases.c.permit_number)
            .having(func.count() > 1)
        ):
            verdict.problems.append(f"nomor izin {number} dipakai {times} kali")
        if case_id is None:
            verdict.problems.extend(minutes_problems(connection))
        if files:
            _files(office, connection, case_id, verdict)
    return verdict


def _files(office: Office, connection: Connection, case_id: int | None, verdict: Verdict) -> None:
    """Every document's file is there and is what it was; the same file is read once."""
    query = select(documents.c.sha256, func.min(documents.c.case_id), func.min(documents.c.file_name))
    if case_id is not None:
        query = query.where(documents.c.case_id == case_id)
    for sha256, first_case, name in connection.execute(query.group_by(documents.c.sha256)).all():
        verdict.files += 1
        if not office.documents.verify(sha256):
            verdict.problems.append(f"permohonan {first_case}: berkas {name} hilang atau berubah ({sha256})")


def _batches(connection: Connection, case_id: int | None) -> Iterator[list[CaseRow]]:
    query = select(*(cases.c[name] for name in COLUMNS)).order_by(cases.c.id).limit(BATCH)
    if case_id is not None:
        query = query.where(cases.c.id == case_id)
    last = 0
    while rows := connection.execute(query.where(cases.c.id > last)).mappings().all():
        yield [CaseRow.of(row) for row in rows]
        last = rows[-1]["id"]


def _grouped(connection: Connection, table: Any, ids: list[int], *conditions: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in connection.execute(select(table).where(table.c.case_id.in_(ids), *conditions)):
        found.setdefault(row.case_id, []).append(row)
    return found


def _chain(case: CaseRow, chain: list[Any]) -> Iterator[str]:
    previous = GENESIS
    for expected, row in enumerate(chain, start=1):
        if row.seq != expected:
            yield f"riwayat: baris {expected} hilang"
            return
        if row.hash != seal(previous, case.id, row.seq, row.at, row.kind, row.actor_id, row.task_id, row.data):
            yield f"riwayat: baris {row.seq} tidak cocok dengan segelnya"
            return
        previous = row.hash
    if case.seq != len(chain) or case.head != previous:
        yield "riwayat: baris terakhir tidak sama dengan yang dicatat pada permohonan"


def _mirror(
    office: Office,
    connection: Connection,
    case: CaseRow,
    open_tasks: list[Any],
    armed: list[Any],
    work: list[Any],
    broken: list[Any],
) -> Iterator[str]:
    if case.closed_at is not None:
        for what, rows in (("tugas", open_tasks), ("tenggat", armed), ("pekerjaan", work), ("masalah", broken)):
            if rows:
                yield f"sudah ditutup tetapi masih mempunyai {what}"
        if case.run is not None:
            yield "sudah ditutup tetapi keadaan mesin masih disimpan"
        return
    if case.run is None:
        yield "terbuka tetapi tidak mempunyai keadaan mesin"
        return
    version = office.definitions.version(connection, case.version_hash)
    run = Run.load(version.blueprint, case.run, Surroundings(Unit(office, connection, None, office.now(), None, "")))
    yield from _same("tugas", [w.token for w in run.waiting()], [row.token for row in open_tasks])
    yield from _same("tenggat", [(t.token, t.due) for t in run.timers()], [(row.token, row.due_at) for row in armed])
    under_way = {s.token for s in run.started()}
    held = {row.token for row in work} | {row.token for row in broken}
    if under_way - held:
        yield "layanan otomatis berjalan tanpa pekerjaan dan tanpa masalah"
    if held - under_way:
        yield "ada pekerjaan atau masalah yang tidak ditunggu mesin"
    if len(broken) != case.incidents_open:
        yield "jumlah masalah terbuka tidak sama dengan yang dicatat"
    if not (open_tasks or armed or under_way):
        yield "terbuka tetapi tidak menunggu apa pun"
    if (case.clock_left is not None) != (case.paused_at is not None and case.registered_at is not None):
        yield "jam berhenti tanpa sisa waktu, atau sebaliknya"


def _same(what: str, engine: list[Any], rows: list[Any]) -> Iterator[str]:
    if Counter(engine) != Counter(rows):
        yield f"{what} tidak sama dengan keadaan mesin"
