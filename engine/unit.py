"""One transaction of one command: the locked case, its run in the engine, and all that will be written with it.

A command's effects (state, tasks, deadlines, history, outbox) are written by one flush and committed together or not
at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, ScalarSelect

from engine import calendar_lines, clock_moves
from engine.case_row import COLUMNS, CaseRow
from engine.case_statements import (
    ADD_EVENT,
    ADD_MESSAGE,
    ANSWERS,
    ARMED,
    BY_KEY,
    CASE,
    CHANGE_CASE,
    EARLIER,
    EARLIER_ROW,
    FIRST,
    OPEN_TASKS,
    TASK_COLUMNS,
    TASK_ROW,
    add_tasks,
)
from engine.definitions import Version
from engine.errors import Gone, Invalid, NotFound, Stale, Suspended
from engine.history import Event, seal
from engine.office import Office
from engine.people import Person
from engine.services import registry
from engine.stepping import Run
from engine.storage import driver
from engine.storage.driver import Hot
from engine.storage.schema import cases
from engine.working_time import WorkingTime


class ServiceFailed(Exception):
    """A short service task raised. The transaction is rolled back and run again, with this step standing as failed."""

    def __init__(self, process: str, element: str, cause: str) -> None:
        super().__init__(f"{process}/{element}: {cause}")
        self.place = (process, element)
        self.cause = cause


@dataclass(frozen=True)
class Done:
    """What a command answers. opened: (element, name, lane, group) of the tasks now waiting; tasks: their rows.
    version: for the next `expected`. Of a first answer only: deferred, whether work was left for the background;
    next_due, when the case's next clock strikes; incidents, how many are open."""

    case_id: int
    version: int
    state: str
    resi: str | None
    opened: tuple[tuple[str, str, str, str], ...] = ()
    repeated: bool = False
    tasks: tuple[Row[Any], ...] = field(default=(), repr=False, compare=False)
    deferred: bool = False
    next_due: datetime | None = None
    incidents: int = 0


@dataclass
class Call:
    """A service task reached in this command that was not done at once. cause: why it failed, or None if it is
    deferred."""

    token: str
    process: str
    element: str
    operator: str
    params: dict[str, Any]
    cause: str | None


@dataclass
class Unit:
    """See module. `by` is None when the office itself acts (clocks, background work)."""

    office: Office
    _connection: Connection
    by: Person | None
    now: datetime
    key: str | None
    mark: str  # fingerprint of the command's arguments, kept with its first event
    failures: Mapping[tuple[str, str], str] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    outgoing: list[dict[str, Any]] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    open_tasks: dict[str, Row[Any]] = field(default_factory=dict)
    armed: dict[str, Row[Any]] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)  # working minutes left of timers whose clock was stopped here
    next_due: datetime | None = None  # of the timers armed when the command ends
    given: dict[str, dict[str, Any]] = field(default_factory=dict)  # answers of this command, by form key
    known: dict[str, Any] = field(default_factory=dict)  # rows that this command read already, for who needs them next
    was_started: frozenset[str] = frozenset()  # service tasks that were under way when the case was loaded
    repairing: bool = False  # whether a suspended case may be touched
    behalf: dict[str, Any] | None = None  # the absent for whom `by` acts: id, nama, sebagai, dasar
    _later: list[driver.Order] = field(default_factory=list)
    _ahead: tuple[str, int, list[list[Row[Any]]]] | None = None
    _time: WorkingTime | None = None
    _case: CaseRow | None = None
    _version: Version | None = None
    _run: Run | None = None

    # -- the case ---------------------------------------------------------------------------------------------
    @property
    def case(self) -> CaseRow:
        assert self._case is not None
        return self._case

    @property
    def time(self) -> WorkingTime:
        """The office's calendar, one and the same for the whole command."""
        if self._time is None:
            self._time = self.office.working_time
        return self._time

    @property
    def version(self) -> Version:
        """The process version that the case runs on."""
        if self._version is None:
            self._version = self.office.definitions.version(self.connection, self.case.version_hash)
        return self._version

    @property
    def bundle(self) -> Any:
        """The files of that version."""
        return self.version.bundle

    @property
    def run(self) -> Run:
        """The case in the engine; loaded when it is first asked for."""
        if self._run is None:
            if self.case.run is None:
                raise Gone("Permohonan ini sudah ditutup.")
            self.must_move()
            if self.case.calendar != self.time.version:
                self._follow_calendar()
            self._run = Run.load(self.version.blueprint, self.case.run, Surroundings(self))
            self.was_started = frozenset(s.token for s in self._run.started())
        return self._run

    def must_move(self) -> None:
        """Raises Suspended for a case that is suspended, except to who repairs it."""
        if self.case.suspended_at is not None and not self.repairing:
            name = self.case.resi or self.case.applicant_name
            raise Suspended(f"Permohonan {name} sedang ditangguhkan: tidak ada yang dapat dikerjakan padanya.")

    def begin(self, case: CaseRow, version: Version, data: Mapping[str, Any]) -> None:
        """Start a fresh case in the engine."""
        self._case, self._version = case, version
        self._run = Run.start(version.blueprint, data, Surroundings(self))

    # -- the database -----------------------------------------------------------------------------------------
    @property
    def connection(self) -> Connection:
        """The transaction; what was put off with `later` is written before anybody uses it."""
        if self._later:
            self.ask()
        return self._connection

    def later(self, statement: Hot, values: Mapping[str, Any]) -> None:
        """Write this before the command ends, and before anything else is asked of the database."""
        self._later.append((statement, values))

    def ask(self, *orders: driver.Order) -> list[list[Row[Any]]]:
        """Run statements of the hot path after what was put off, in one go; the rows of each."""
        put_off, self._later = self._later, []
        if not put_off and not orders:
            return []
        return driver.run(self._connection, [*put_off, *orders])[len(put_off) :]

    def look_ahead(self, what: str, id: int) -> Row[Any] | None:
        """Lock and load the case that a command will ask for first, and look for the command's key, all in one go. The
        event that carries the key, if there is one. what: case or task."""
        found = self._read_first(what, id)
        self._ahead = what, id, found
        row = found[0][0] if found[0] else None
        if row is None or row.earlier_case_id is None:
            return None if row is not None or self.key is None else self.done_before()
        return EARLIER_ROW(row[-len(EARLIER) :])

    def done_before(self) -> Row[Any] | None:
        """The event that carries the command's key, if there is one."""
        found = self.ask((BY_KEY, {"key": self.key}))[0]
        return found[0] if found else None

    def lock(self, case_id: int, expected: int | None = None) -> CaseRow:
        """Load a case for changing it. Raises NotFound, Stale (somebody was faster)."""
        case = self._locked(self._rows_of("case", case_id), expected)
        if case is None:
            raise NotFound("Permohonan itu tidak ada.")
        return case

    def lock_of_task(self, task_id: int, expected: int | None = None) -> CaseRow:
        """The same for the case of a task. Raises NotFound, Stale."""
        case = self._locked(self._rows_of("task", task_id), expected)
        if case is None:
            raise NotFound("Tugas itu tidak ada.")
        return case

    def lock_where(self, case_id: ScalarSelect[int]) -> CaseRow | None:
        """The same for the case that a query finds; None when it finds none."""
        row = self.connection.execute(CASE.where(cases.c.id == case_id).with_for_update()).one_or_none()
        if row is None:
            return None
        here = {"case": row.id}
        return self._locked([[row], *self.ask((OPEN_TASKS, here), (ARMED, here))], None)

    def _rows_of(self, what: str, id: int) -> list[list[Row[Any]]]:
        if self._ahead is not None and self._ahead[:2] == (what, id):
            found, self._ahead = self._ahead[2], None  # once: who locks again wants to see what happened since
            return found
        return self._read_first(what, id)

    def _read_first(self, what: str, id: int) -> list[list[Row[Any]]]:
        lock, open_tasks, armed = FIRST[what]
        here = {what: id}
        return self.ask((lock, {**here, "key": self.key}), (open_tasks, here), (armed, here))

    def _locked(self, found: list[list[Row[Any]]], expected: int | None) -> CaseRow | None:
        if not found[0]:
            return None
        self._case = CaseRow.of(found[0][0][: len(COLUMNS)])
        if expected is not None and expected != self._case.version:
            raise Stale("Permohonan ini sudah berubah sejak halaman dibuka.", version=self._case.version)
        if self._case.calendar > self.time.version:  # another process knows of a change that this one does not
            self._time = self.office.look_at_calendar(self.connection)
        self.open_tasks = {row.token: row for row in found[1]}
        self.armed = {row.token: row for row in found[2]}
        return self._case

    def add_tasks(self, fresh: list[dict[str, Any]]) -> None:
        """New open tasks, by their columns; all are columns that every one of them gives."""
        columns = tuple(fresh[0])
        values = {f"{name}__{place}": value for place, row in enumerate(fresh) for name, value in row.items()}
        ids = {found.token: found.id for found in self.ask((add_tasks(len(fresh), columns), values))[0]}
        for row in fresh:
            whole = {**row, "id": ids[row["token"]]}
            self.open_tasks[row["token"]] = TASK_ROW([whole.get(name) for name in TASK_COLUMNS])

    def _follow_calendar(self) -> None:
        """The calendar was changed and nobody has moved this case's clocks yet: do it before anything else."""
        decree = calendar_lines.decrees_since(self.connection, self.case.calendar)
        moves = clock_moves.follow(
            self.case, self.armed.values(), self.open_tasks.values(), self.time, decree, self.now
        )
        if moves.event is not None:
            self.events.append(moves.event)
            clock_moves.write(self.connection, [moves])
            here = {"case": self.case.id}
            open_tasks, armed = self.ask((OPEN_TASKS, here), (ARMED, here))
            self.open_tasks = {row.token: row for row in open_tasks}
            self.armed = {row.token: row for row in armed}

    # -- what services use ------------------------------------------------------------------------------------
    def emit(self, kind: str, data: Mapping[str, Any] | None = None, task_id: int | None = None) -> None:
        """One line of history, written with the rest."""
        self.events.append(Event(kind, dict(data or {}), task_id))

    def send(self, channel: str, recipient: str, template: str, data: Mapping[str, Any]) -> None:
        """One message, handed to the outbox in the same transaction."""
        self.outgoing.append(
            {
                "case_id": self.case.id,
                "channel": channel,
                "recipient": recipient,
                "template": template,
                "data": dict(data),
                "state": "queued",
                "attempts": 0,
                "created_at": self.now,
                "run_at": self.now,
            }
        )

    def answers(self, form_key: str) -> dict[str, Any] | None:
        """The latest answers of a form on this case."""
        just_now = self.given.get(self.version.form_key(form_key))
        if just_now is not None:
            return dict(just_now)
        found = self.all_answers(form_key)
        return found[-1] if found else None

    def all_answers(self, form_key: str) -> list[dict[str, Any]]:
        """Every answer of a form on this case, oldest first."""
        asked = {"case": self.case.id, "form_key": self.version.form_key(form_key)}
        return [row.data for row in self.ask((ANSWERS, asked))[0]]

    def serve(
        self, token: str, process: str, element: str, operator: str, params: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Do or defer a service task; see engine.stepping.Environment."""
        cause = self.failures.get((process, element))
        if cause is None:
            try:
                entry = registry.find(operator)
                if entry.short is not None:
                    result = entry.short(self, self.case, params) or {}
                    return self.version.kept(result)
            except Exception as error:
                if isinstance(error, Invalid) and self.given:  # the person who just answered can put it right
                    raise
                raise ServiceFailed(process, element, _cause(error)) from error
        self.calls.append(Call(token, process, element, operator, params, cause))
        return None

    # -- the end ----------------------------------------------------------------------------------------------
    def flush(self) -> Done:
        """Write history, messages and the case. Called once, after the command's body. A command that told nothing did
        nothing, and nothing is written."""
        if self._case is None:  # money from nobody knows whom: no case to write to
            self.ask()
            return Done(0, 0, "", None, repeated=True)
        case = self.case
        if not self.events and not self.outgoing:
            self.ask()
            return Done(case.id, case.version, case.state, case.resi, repeated=True)
        kinds = [happened.kind for happened in self.events]
        own = next((n for n, kind in enumerate(kinds) if kind != clock_moves.MOVED), 0)  # the command's first event
        for number, happened in enumerate(self.events):
            case.seq += 1
            first = number == own
            data = {**happened.data, "sidik": self.mark} if first and self.key else happened.data
            if first and self.behalf:
                data = {**data, "atas_nama": self.behalf}
            actor = self.by.id if self.by else None
            case.head = seal(case.head, case.id, case.seq, self.now, happened.kind, actor, happened.task_id, data)
            self.later(
                ADD_EVENT,
                {
                    "case_id": case.id,
                    "seq": case.seq,
                    "at": self.now,
                    "kind": happened.kind,
                    "actor_id": actor,
                    "task_id": happened.task_id,
                    "data": data,
                    "command_key": self.key if first else None,
                    "hash": case.head,
                },
            )
        for message in self.outgoing:
            self.later(ADD_MESSAGE, message)
        case.version += 1
        self.later(CHANGE_CASE, {**case.changes(), "case": case.id})
        self.ask()
        opened = tuple((row.element, row.name, row.lane, row.group_key) for row in self.open_tasks.values())
        deferred = any(call.cause is None for call in self.calls)
        waiting = tuple(self.open_tasks.values())
        return Done(
            case.id,
            case.version,
            case.state,
            case.resi,
            opened,
            tasks=waiting,
            deferred=deferred,
            next_due=self.next_due,
            incidents=case.incidents_open,
        )


class Surroundings:
    """The unit as the engine sees it."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self.functions = unit.office.clock_functions(unit.now, unit.time)

    def now(self) -> datetime:
        return self._unit.now

    def serve(self, task: Any, operator: str, params: dict[str, Any]) -> dict[str, Any] | None:
        token = task.id if isinstance(task.id, str) else task.id.hex[:16]
        return self._unit.serve(token, task.workflow.spec.name, task.task_spec.bpmn_id, operator, params)


def _cause(error: Exception) -> str:
    if isinstance(error, Invalid):
        return " ".join(message for messages in error.fields.values() for message in messages) or error.detail
    return registry.in_words(error)
