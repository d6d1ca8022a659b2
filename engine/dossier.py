"""One case seen whole: for the task page, the case page and the API. Reads only; decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from engine.case_row import COLUMNS, CaseRow
from engine.cases import acting_groups, form_context
from engine.definitions import FRAME, Version
from engine.errors import Invalid, NotAllowed, NotFound
from engine.forms import Form
from engine.office import Office
from engine.outlook import outlook
from engine.people import Person
from engine.prefill import proposal
from engine.sight import must_see
from engine.stepping import Run
from engine.storage.people_tables import persons
from engine.storage.schema import answers, cases, deadlines, documents, drafts, events, incidents, outbox, tasks
from engine.storage.types import like_literal
from engine.unit import Surroundings, Unit

MAX_DRAFT = 60_000  # characters of JSON


@dataclass(frozen=True)
class CaseView:
    """A case and all that hangs on it. Rows are SQLAlchemy rows of their tables, with `person` (name) beside who
    acted."""

    case: CaseRow
    version: Version
    variant_name: str
    tasks: list[Any]
    deadlines: list[Any]
    events: list[Any]
    answers: list[Any]
    documents: list[Any]
    messages: list[Any]
    incidents: list[Any]
    worked_minutes: int | None  # working time since the resi, without the time in which the clock stood
    left_minutes: int | None  # working minutes to the promise; negative when late

    @property
    def open_tasks(self) -> list[Any]:
        return [row for row in self.tasks if row.state == "open"]


@dataclass(frozen=True)
class TaskView:
    """One task with its form and the case around it. values: what the form starts with. found: answers of earlier
    steps,
    (step name, person, at, [(label, value)]). next_steps: decision value -> words about what happens then."""

    task: Any
    view: CaseView
    form: Form | None
    values: dict[str, Any]
    draft_at: datetime | None
    next_steps: dict[str, str]
    may_work: bool
    holder_name: str | None
    properties: Mapping[str, str] = field(default_factory=dict)


def case_view(office: Office, person: Person, case_id: int) -> CaseView:
    """Raises NotFound, NotAllowed."""
    with office.db.read() as connection:
        return _view(office, connection, person, case_id)


def task_view(office: Office, person: Person, task_id: int) -> TaskView:
    """A task, open or done. Raises NotFound, NotAllowed."""
    with office.db.read() as connection:
        row = connection.execute(
            select(tasks, persons.c.name.label("person"))
            .outerjoin(persons, persons.c.id == tasks.c.holder_id)
            .where(tasks.c.id == task_id)
        ).one_or_none()
        if row is None:
            raise NotFound("Tugas itu tidak ada.")
        view = _view(office, connection, person, row.case_id)
        form = view.version.form(row.form) if row.form else None
        draft = connection.execute(
            select(drafts.c.data, drafts.c.at).where(drafts.c.task_id == task_id, drafts.c.person_id == person.id)
        ).one_or_none()
        opens = draft is None and row.state == "open"
        proposed = proposal(office, connection, view.case, row.form) if opens else {}
    earlier = [answer.data for answer in view.answers if answer.form == row.form]
    repeats = form is not None and form.has_requirements
    values = dict(draft.data) if draft else dict(earlier[-1]) if earlier and repeats else proposed
    element = view.version.element(row.process, row.element)
    return TaskView(
        task=row,
        view=view,
        form=form,
        values=values,
        draft_at=draft.at if draft else None,
        next_steps=_next_steps(view, row, form),
        may_work=row.state == "open"
        and view.case.suspended_at is None
        and row.group_key in acting_groups(person)
        and person.may("task.complete"),
        holder_name=row.person,
        properties=element.properties,
    )


def save_draft(office: Office, person: Person, task_id: int, data: Mapping[str, Any]) -> datetime:
    """Keep what somebody has typed so far, theirs alone; also when somebody else finished the task meanwhile.

    Raises: NotFound, NotAllowed, Invalid (too long).
    """
    if len(orjson.dumps(dict(data))) > MAX_DRAFT:
        raise Invalid({"": ["Isian terlalu panjang untuk disimpan."]})
    now = office.now()
    with office.db.write() as connection:
        row = connection.execute(select(tasks.c.group_key).where(tasks.c.id == task_id)).one_or_none()
        if row is None:
            raise NotFound("Tugas itu tidak ada.")
        if row.group_key not in acting_groups(person):
            raise NotAllowed("Tugas ini milik kelompok lain.")
        insert = sqlite.insert if office.db.is_sqlite else postgresql.insert
        statement: Any = insert(drafts).values(task_id=task_id, person_id=person.id, data=dict(data), at=now)
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=[drafts.c.task_id, drafts.c.person_id],
                set_={"data": statement.excluded.data, "at": statement.excluded.at},
            )
        )
    return now


def drop_draft(office: Office, person: Person, task_id: int) -> None:
    """Forget a draft, once its task is done."""
    with office.db.write() as connection:
        connection.execute(delete(drafts).where(drafts.c.task_id == task_id, drafts.c.person_id == person.id))


def find_cases(office: Office, person: Person, text: str, limit: int = 25) -> list[Any]:
    """Cases by resi, NIK, NPWP, permit number or applicant's name (its beginning, or any part of it). Newest first.

    Raises NotAllowed without case.search.
    """
    if not person.may("case.search"):
        raise NotAllowed("Pencarian memerlukan wewenang case.search.")
    wanted = " ".join(text.split())[:100]
    if not wanted:
        return []
    digits = "".join(ch for ch in wanted if ch.isdigit())
    pattern = like_literal(wanted.lower())
    matches = [
        cases.c.resi == wanted.upper(),
        cases.c.permit_number == wanted,
        cases.c.public_code == wanted.upper(),
        cases.c.applicant_key.like(f"%{pattern}%", escape="\\"),
    ]
    if len(digits) >= 8:
        matches += [cases.c.applicant_id == digits, cases.c.npwp == digits, cases.c.resi.like(f"%{digits}")]
    query = select(cases).with_only_columns(*(cases.c[n] for n in COLUMNS if n not in ("run", "head")))
    with office.db.read() as connection:
        return list(connection.execute(query.where(or_(*matches)).order_by(cases.c.id.desc()).limit(limit)))


def document(office: Office, person: Person, document_id: int) -> tuple[Any, bytes]:
    """A document's row and content. Raises NotFound, NotAllowed."""
    if not person.may("document.view"):
        raise NotAllowed("Membuka berkas memerlukan wewenang document.view.")
    with office.db.read() as connection:
        row = connection.execute(select(documents).where(documents.c.id == document_id)).one_or_none()
        if row is None:
            raise NotFound("Berkas itu tidak ada.")
        must_see(person, _case(connection, row.case_id))
    return row, office.documents.open(row.sha256)


def diagram_state(
    office: Office, person: Person, case_id: int, process: str | None = None
) -> tuple[bytes, dict[str, Any]]:
    """The drawing of a process of the case (its SOP by default) and what to light up in it: see web/assets/src/diagram.

    Returns (BPMN XML, {active, done, flows, late}).
    """
    with office.db.read() as connection:
        case = _case(connection, case_id)
        must_see(person, case)
        version = office.definitions.version(connection, case.version_hash)
        passed = (
            connection.execute(select(events.c.data).where(events.c.case_id == case_id).order_by(events.c.seq))
            .scalars()
            .all()
        )
        name = process or version.code
        if name not in version.processes:
            raise NotFound("Diagram itu tidak ada dalam SOP ini.")
        active: list[tuple[str, str]] = []
        if case.run is not None:
            unit = Unit(office, connection, None, office.now(), None, "")
            active = Run.load(version.blueprint, case.run, Surroundings(unit)).active()
    done: set[str] = set()
    taken: set[tuple[str, str]] = set()
    for data in passed:
        for source, targets in _passed(data, name):
            done.add(source)
            taken.update((source, target) for target in targets)
    lit = sorted({element for owner, element in active if owner == name})
    drawn = version.processes[name]
    flows = [flow.id for flow in drawn.flows.values() if (flow.source, flow.target) in taken]
    late = [element for element in lit if case.late or (case.promised_at and case.promised_at < office.now())]
    state = {"active": lit, "done": sorted(done - set(lit)), "flows": flows, "late": late}
    return version.bundle.files[version.diagram_of[name]], state


def processes_of(view: CaseView) -> list[tuple[str, str]]:
    """(process id, name) of the drawings a case can be seen in: its SOP, the frame, the phases."""
    order = [view.version.code, FRAME]
    rest = [ident for ident in view.version.processes if ident not in order]
    return [(ident, view.version.processes[ident].name or ident) for ident in order + rest]


def _passed(data: Mapping[str, Any], process: str) -> Iterator[tuple[str, list[str]]]:
    """The steps of a process that an event tells of, each with where it went on to; see Run.trail."""
    for entry in data.get("lewat", []):
        owner, _, step = entry.partition("/")
        if owner == process:
            source, _, targets = step.partition(">")
            yield source, targets.split(",")


def _case(connection: Connection, case_id: int) -> CaseRow:
    row = (
        connection.execute(select(*(cases.c[n] for n in COLUMNS)).where(cases.c.id == case_id)).mappings().one_or_none()
    )
    if row is None:
        raise NotFound("Permohonan itu tidak ada.")
    return CaseRow.of(row)


def _view(office: Office, connection: Connection, person: Person, case_id: int) -> CaseView:
    case = _case(connection, case_id)
    must_see(person, case)
    version = office.definitions.version(connection, case.version_hash)

    def with_person(table: Any, who: Any, *order: Any) -> list[Any]:
        query = select(table, persons.c.name.label("person")).outerjoin(persons, persons.c.id == who)
        return list(connection.execute(query.where(table.c.case_id == case_id).order_by(*order)))

    def plain(table: Any, *order: Any) -> list[Any]:
        return list(connection.execute(select(table).where(table.c.case_id == case_id).order_by(*order)))

    time, now = office.working_time, office.now()
    worked = left = None
    if case.registered_at is not None:
        until = case.decided_at or case.paused_at or now
        worked = time.between(case.registered_at, until) - case.paused_minutes
        if case.promised_at is not None:
            left = time.between(case.decided_at or now, case.promised_at)
        else:
            left = case.clock_left
    return CaseView(
        case=case,
        version=version,
        variant_name=str(version.variant(case.variant)["nama"]),
        tasks=with_person(tasks, tasks.c.closed_by, tasks.c.id),
        deadlines=plain(deadlines, deadlines.c.due_at),
        events=with_person(events, events.c.actor_id, events.c.seq),
        answers=with_person(answers, answers.c.by_id, answers.c.id),
        documents=with_person(documents, documents.c.by_id, documents.c.id),
        messages=plain(outbox, outbox.c.id),
        incidents=plain(incidents, incidents.c.id),
        worked_minutes=worked,
        left_minutes=left,
    )


def _next_steps(view: CaseView, task: Any, form: Form | None) -> dict[str, str]:
    """What each value of the decision leads to, in words: "Paraf surat izin (Bagian Tata Usaha, 1 hari kerja)".

    Without a decision the key is empty; a checklist adds "berkas_lengkap=ya" (complete) and "berkas_lengkap=tidak".
    """
    known = _known(view, form)

    def then(**answer: str) -> str:
        return outlook(view.version, task.process, task.element, known | answer)

    if form is not None and form.decision is not None:
        return {option.value: then(**{form.decision.key: option.value}) for option in form.decision.options}
    steps = {"": then()}
    if form is not None and form.has_requirements:
        steps |= {f"berkas_lengkap={lengkap}": then(berkas_lengkap=lengkap) for lengkap in ("ya", "tidak")}
    return steps


def _known(view: CaseView, form: Form | None) -> dict[str, Any]:
    """What gateways may already read of the case, but for what this step itself is going to answer."""
    case, reads = view.case, view.version.bundle.reads
    days = case.promise_days
    known: dict[str, Any] = {
        "kode": case.code,
        "varian": case.variant,
        "janji_hk": int(days) if days == int(days) else days,
        "instansi": case.agencies,
        "bidang": case.bidang,
    }
    for row in view.answers:
        known |= {name: value for name, value in row.data.items() if name in reads}
    asked = form.by_key if form is not None else {}
    return {name: value for name, value in known.items() if name not in asked}


def example_context(view: CaseView) -> dict[str, Any]:
    """Facts that conditions of the case's forms read."""
    return form_context(view.case)
