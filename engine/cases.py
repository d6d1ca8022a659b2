"""The commands: what people do to a case. Each is one transaction; see engine.unit for keys, locks and refusals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from engine import suspensions
from engine.case_row import COLUMNS, CaseRow
from engine.command import command
from engine.documents import CLEAN, Stored
from engine.errors import Gone, Invalid, NotAllowed, Taken
from engine.history import GENESIS
from engine.people import find
from engine.settle import APPLICANT, settle
from engine.sight import must_see
from engine.storage.driver import Hot
from engine.storage.schema import answers as answer_table
from engine.storage.schema import cases, documents, tasks
from engine.unit import Unit
from engine.visits.places import VISIT_FORM, note_place
from engine.working_time import DAY_MINUTES

_TASK = select(tasks).where(tasks.c.id == bindparam("task"))
_ADD_CASE = Hot(insert(cases).returning(cases.c.id))
_ADD_ANSWER = Hot(insert(answer_table))
_CHANGE_TASK = Hot(update(tasks).where(tasks.c.id == bindparam("task")))


@dataclass(frozen=True)
class Applicant:
    """Who applies. id: NIK (16 digits) or None; proxy: who acts for them with a power of attorney; language: of
    messages to them, id or en."""

    name: str
    id: str | None = None
    npwp: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    kecamatan: str | None = None
    kelurahan: str | None = None
    proxy: str | None = None
    language: str | None = None


@command("case_opened", may="case.open")
def open_case(unit: Unit, code: str, variant: str, applicant: Applicant) -> None:
    """Begin a case of a type: its first task waits at the loket. The clock starts later, with the resi.

    Raises: NotFound (type or variant), Invalid (no name).
    """
    if not applicant.name.strip():
        raise Invalid({"name": ["Nama pemohon wajib diisi."]})
    version = unit.office.definitions.active(unit.connection, code, unit.now)
    promise = version.promise_of(variant)
    facts = {"instansi": list(version.permit.get("instansi") or [])}
    values: dict[str, Any] = dict.fromkeys(COLUMNS)
    values.update(
        code=code,
        variant=variant,
        bidang=version.bidang,
        version_hash=version.hash,
        state="pendaftaran",
        applicant_name=applicant.name.strip(),
        applicant_key=applicant.name.strip().lower(),
        applicant_id=applicant.id,
        npwp=applicant.npwp,
        phone=applicant.phone,
        email=applicant.email,
        address=applicant.address,
        kecamatan=applicant.kecamatan,
        kelurahan=applicant.kelurahan,
        proxy_name=applicant.proxy,
        language=applicant.language,
        opened_at=unit.now,
        promise_minutes=round(promise * DAY_MINUTES),
        paused_minutes=0,
        late=False,
        incidents_open=0,
        facts=facts,
        version=0,
        seq=0,
        head=GENESIS,
        calendar=unit.time.version,
    )
    del values["id"]
    values["id"] = unit.ask((_ADD_CASE, values))[0][0].id
    case = CaseRow.of(values)
    unit.emit("case_opened", {"jenis": code, "varian": variant, "versi": version.number})
    data = {
        "kode": code,
        "varian": variant,
        "janji_hk": int(promise) if promise == int(promise) else promise,
        "instansi": facts["instansi"],
        "bidang": version.bidang,
        **version.clock_names(variant),
    }
    unit.begin(case, version, data)
    settle(unit)


@command("task_claimed", may="task.claim", first="task")
def claim(unit: Unit, task_id: int) -> None:
    """Take a task of one's group. Raises Taken when somebody else holds or finished it."""
    row = _task(unit, task_id)
    _must_be_open_for(unit, row)
    unit.later(_CHANGE_TASK, {"task": task_id, "holder_id": _who(unit).id, "claimed_at": unit.now})
    unit.emit("task_claimed", {"langkah": row.name}, task_id)


@command("task_released", may="task.release", first="task")
def release(unit: Unit, task_id: int) -> None:
    """Give a held task back to its group."""
    row = _task(unit, task_id)
    _must_be_open_for(unit, row)
    unit.later(_CHANGE_TASK, {"task": task_id, "holder_id": None, "claimed_at": None})
    unit.emit("task_released", {"langkah": row.name}, task_id)


@command("task_completed", may="task.complete", first="task")
def complete(unit: Unit, task_id: int, answers: Mapping[str, Any], expected: int | None = None) -> None:
    """Finish one inbox task and let its case run on to the next people.

    Raises: Taken (somebody else finished or holds it; carries who and when), Invalid (a message per field), Gone,
    Stale.
    """
    row = _task(unit, task_id, expected)
    _must_be_open_for(unit, row)
    finish_step(unit, row, answers, "task_completed")


@command("task_returned", may="case.return", first="task")
def return_for_completion(unit: Unit, task_id: int, missing: str, expected: int | None = None) -> None:
    """Send the case back to the applicant from a step that allows it: the clock stands until the applicant has
    completed it.

    Raises: Invalid when the step cannot return a case, or nothing is said to be missing; Taken, Gone, Stale.
    """
    row = _task(unit, task_id, expected)
    _must_be_open_for(unit, row)
    rule = unit.version.element(row.process, row.element).properties.get("kembalikan")
    if not rule:
        raise Invalid({"": ["Dari langkah ini berkas tidak dapat dikembalikan kepada pemohon."]})
    if not missing.strip():
        raise Invalid({"kekurangan": ["Sebutkan apa yang kurang."]})
    name, _, value = rule.partition("=")
    form = unit.version.form(row.form)
    answers = {name: value}
    if "kekurangan" in form.by_key:
        answers["kekurangan"] = missing
    finish_step(unit, row, answers, "task_returned")


@command("case_resumed", may="case.open", first="case")
def resume(unit: Unit, case_id: int, brought: Mapping[str, Any], expected: int | None = None) -> None:
    """The applicant has brought what was missing: the applicant's open step is done and the clock goes on.

    Raises: Gone when the case does not wait for its applicant, Invalid, Stale.
    """
    unit.lock(case_id, expected)
    waiting = [row for row in unit.open_tasks.values() if row.group_key == APPLICANT]
    if not waiting:
        raise Gone("Permohonan ini tidak sedang menunggu pemohon.")
    finish_step(unit, waiting[0], brought, "case_resumed")


@command("case_withdrawn", may="case.withdraw", first="case")
def withdraw(unit: Unit, case_id: int, reason: str, expected: int | None = None) -> None:
    """The applicant takes the application back. Raises Gone when it is decided already, Invalid without a reason."""
    case = unit.lock(case_id, expected)
    if not case.open or case.decided_at is not None:
        raise Gone("Permohonan ini sudah diputus dan tidak dapat ditarik lagi.")
    if not reason.strip():
        raise Invalid({"reason": ["Alasan penarikan wajib diisi."]})
    unit.emit("case_withdrawn", {"alasan": reason.strip()})
    if unit.run.message("ditarik"):
        settle(unit)
        _call_off(unit)
        return
    # Before the resi there is no SOP to interrupt: the case is simply closed.
    unit.connection.execute(
        update(tasks)
        .where(tasks.c.case_id == case_id, tasks.c.state == "open")
        .values(state="cancelled", closed_at=unit.now)
    )
    unit.open_tasks = {}
    case.state = case.outcome = "ditarik"
    case.decided_at = case.closed_at = unit.now
    case.run = None
    unit.emit("case_closed", {"hasil": "ditarik"})


def _call_off(unit: Unit) -> None:
    """Nobody comes together, or drives out, for a case that was taken back."""
    from engine.meetings import leaving as meetings  # both build on this module
    from engine.meetings.tables import CALL_FORM, RECORD_FORM
    from engine.visits import leaving as visits

    why = "Permohonan ditarik oleh pemohon."
    meetings.fall_away(unit, {CALL_FORM, RECORD_FORM}, why)
    visits.fall_away(unit, {visits.PLAN_FORM, VISIT_FORM}, why)


@command("document_added", may="document.add", first="case")
def add_document(unit: Unit, case_id: int, kind: str, title: str, file_name: str, stored: Stored) -> None:
    """Put a file that is already in the document store into a case's dossier."""
    case = unit.lock(case_id)
    must_see(_who(unit), case)
    if not case.open:
        raise Gone("Permohonan ini sudah ditutup.")
    unit.connection.execute(
        insert(documents).values(
            case_id=case_id,
            kind=kind,
            title=title,
            file_name=file_name[:200],
            sha256=stored.sha256,
            mime=stored.mime,
            size=stored.size,
            by_id=_who(unit).id,
            at=unit.now,
            scan=stored.scan,
            scanned_at=unit.now if stored.scan == CLEAN else None,
        )
    )
    unit.emit("document_added", {"jenis": kind, "berkas": file_name[:200], "sha256": stored.sha256})


def _who(unit: Unit) -> Any:
    assert unit.by is not None
    return unit.by


def acting_groups(person: Any) -> frozenset[str]:
    """Group keys whose tasks a person may do: their own, those of the bidang they head, at the counter the applicant's,
    and all of these of the absent whom they stand in for today."""
    return _groups(person.acting)


def _groups(held: Iterable[tuple[str, str | None]]) -> frozenset[str]:
    groups = set()
    for role, scope in held:
        groups.add(f"{role}:{scope}" if scope else role)
        if role == "kabid":
            groups.add(f"bidang:{scope}")
        if role in ("loket", "bendahara"):
            groups.add(APPLICANT)
    return frozenset(groups)


def _on_behalf(person: Any, row: Row[Any]) -> dict[str, Any] | None:
    """Of whom a task is done by somebody else; None when it is the person's own to do."""
    if row.group_key in _groups(person.memberships) and row.holder_id in (None, person.id):
        return None
    for absent in person.stands_for:
        if row.holder_id == absent.person_id or row.group_key in _groups(absent.memberships):
            return dict(absent.told())
    return None


def _task(unit: Unit, task_id: int, expected: int | None = None) -> Row[Any]:
    """A task with its case locked. The row is read again under the lock."""
    unit.lock_of_task(task_id, expected)
    for row in unit.open_tasks.values():
        if row.id == task_id:
            return row
    return unit.connection.execute(_TASK, {"task": task_id}).one()


def _must_be_open_for(unit: Unit, row: Row[Any]) -> None:
    person = _who(unit)
    unit.must_move()
    if row.group_key not in acting_groups(person):
        raise NotAllowed("Tugas ini milik kelompok lain.")
    if row.state == "done":
        raise Taken("Tugas ini sudah diselesaikan.", by=_name(unit, row.closed_by), at=row.closed_at)
    if row.state != "open":
        raise Gone("Tugas ini sudah tidak terbuka: permohonannya berlanjut di langkah lain.")
    if row.holder_id is not None and row.holder_id not in person.hands:
        raise Taken("Tugas ini sedang dipegang orang lain.", by=_name(unit, row.holder_id), at=row.claimed_at)
    unit.behalf = _on_behalf(person, row)


def _name(unit: Unit, person_id: int | None) -> str:
    return find(unit.connection, person_id).name if person_id else "sistem"


def finish_step(unit: Unit, row: Row[Any], answers: Mapping[str, Any], kind: str) -> None:
    """End an open task of the locked case and run on; the caller has seen to it that this may be done. Raises
    Invalid."""
    actor = unit.by.id if unit.by else None
    case, version = unit.case, unit.version
    data: dict[str, Any] = {}
    steps: dict[str, Any] = {}
    if row.form:
        form = version.form(row.form)
        facts = form_context(case)
        data = form.load(answers, facts)
        steps = version.kept(data)
        if form.has_requirements:
            missing = form.missing(data, facts)
            steps["berkas_lengkap"] = "tidak" if missing else "ya"
            case.facts = {**case.facts, "kurang": [item.label for item in missing]}
        unit.later(
            _ADD_ANSWER,
            {
                "case_id": case.id,
                "task_id": row.id,
                "form": row.form,
                "data": data,
                "by_id": actor,
                "at": unit.now,
            },
        )
        unit.given[row.form] = data
        note_place(unit, row.form, form, data)
    elif answers:
        raise Invalid({"": ["Langkah ini tidak mempunyai formulir."]})
    worked = suspensions.worked_minutes(case, unit.time, row.created_at, unit.now)
    unit.later(
        _CHANGE_TASK,
        {"task": row.id, "state": "done", "closed_at": unit.now, "closed_by": actor, "worked_minutes": worked},
    )
    unit.open_tasks.pop(row.token)
    unit.emit(kind, {"langkah": row.name, "menit": worked}, row.id)
    unit.run.complete(row.token, steps)
    settle(unit)


def form_context(case: CaseRow | Mapping[str, Any] | Row[Any]) -> dict[str, Any]:
    """Facts of the case that conditions of forms may read."""
    get = case.get if isinstance(case, Mapping) else lambda name: getattr(case, name)
    return {"kode": get("code"), "varian": get("variant"), "bidang": get("bidang"), "kecamatan": get("kecamatan")}
