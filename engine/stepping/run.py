"""One case in the engine's hands for the length of a command: start or load, step, look at what waits, dump."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.end_event import EndEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task, TaskState

from .blueprint import Blueprint
from .restart import correct, restart
from .specs import STANDING, ClockTimer, Environment, OfficeServiceTask, SafeEngine
from .state import dump, load, predict, token

MAX_STEPS = 10_000  # a diagram that runs on without waiting for anybody is stopped, not followed for ever


class RunawayCase(RuntimeError):
    """More automatic steps in one command than any SOP has."""


@dataclass(frozen=True)
class Waiting:
    """A person's step that waits. data: the workflow data as the step sees them."""

    token: str
    process: str
    element: str
    lane: str | None
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Timer:
    """An armed timer. due: UTC, or None while its clock stands. host: the element it is attached to, if any."""

    token: str
    process: str
    element: str
    due: datetime | None
    host: str | None


@dataclass(frozen=True)
class Started:
    """A service task that was begun and not ended: deferred or failed."""

    token: str
    process: str
    element: str
    operator: str


class Run:
    """A loaded case. Nothing is stored until the caller stores `dump()`."""

    def __init__(self, workflow: BpmnWorkflow) -> None:
        self._workflow = workflow
        self.passed: list[tuple[str, str]] = []  # (process, element) of every step completed in this run
        self.trail: list[str] = []  # the same with where it went on to: "process/element>next,next"
        self.ends: list[str] = []  # end events of the frame reached in this run

    @classmethod
    def start(cls, blueprint: Blueprint, data: Mapping[str, Any], environment: Environment) -> Run:
        """A fresh case, run on to the first people it waits for."""
        workflow = BpmnWorkflow(blueprint.spec, blueprint.subprocess_specs, script_engine=SafeEngine(environment))
        workflow.task_tree.data.update(data)
        run = cls(workflow)
        run.advance()
        return run

    @classmethod
    def load(cls, blueprint: Blueprint, state: bytes, environment: Environment) -> Run:
        """The case as it was dumped."""
        return cls(load(blueprint, state, environment))

    def dump(self) -> bytes:
        """What `load` needs to go on."""
        return dump(self._workflow)

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return bool(self._workflow.completed)

    def advance(self) -> None:
        """Let everything run that waits for nobody: gateways, service tasks, timers that are due."""
        for _ in range(MAX_STEPS):
            task = self._next_automatic()
            if task is None and not self._refresh():
                return
            if task is not None:
                self._run(task)
        raise RunawayCase(f"lebih dari {MAX_STEPS} langkah otomatis dalam satu perintah")

    def complete(self, task_token: str, data: Mapping[str, Any]) -> None:
        """End a person's step with `data` merged into the workflow data, and run on."""
        task = self._find(task_token)
        task.data.update(data)
        self._run(task)
        self.advance()

    def finish_service(self, task_token: str, data: Mapping[str, Any]) -> None:
        """End a deferred service task and run on."""
        task = self._find(task_token)
        predict(task)
        task.data.update(data)
        task.complete()
        self._note(task)
        self.advance()

    def retry_service(self, task_token: str) -> None:
        """Begin a failed service task again, and run on if it succeeds."""
        task = self._find(task_token)
        task._set_state(TaskState.READY)
        self._run(task)
        self.advance()

    def message(self, name: str) -> bool:
        """Send a message into the case. False when nothing waits for it."""
        event = BpmnEvent(MessageEventDefinition(name), {}, {})
        manager = self._workflow.event_manager
        waiting = [
            t
            for t in list(manager.tasks.values())
            if isinstance(t.task_spec.event_definition, MessageEventDefinition)
            and t.task_spec.event_definition.name == name
            and t.has_state(TaskState.WAITING)
        ]
        for task in waiting:
            task.task_spec.catch(task, event)
            task.task_spec._update(task)
        if waiting:
            self.advance()
        return bool(waiting)

    def restart(self, calls: Sequence[tuple[str, str]], process: str, element: str, forget: Collection[str]) -> None:
        """Put the case back to a step of a process, and run on; see engine.stepping.restart. Raises LookupError."""
        restart(self._workflow, calls, process, element, forget)
        self.advance()

    def correct(self, values: Mapping[str, Any]) -> None:
        """Change workflow data wherever they are kept."""
        correct(self._workflow, values)

    def set_due(self, task_token: str, due: datetime | None) -> None:
        """Move an armed timer; None lets its clock stand."""
        self._find(task_token).internal_data["event_value"] = STANDING if due is None else due.isoformat()

    def waiting(self) -> list[Waiting]:
        """The persons' steps that wait, in the order in which they were reached."""
        return [
            Waiting(token(t), t.workflow.spec.name, t.task_spec.bpmn_id, t.task_spec.lane, t.data)
            for t in self._tasks(TaskState.READY)
            if t.task_spec.manual
        ]

    def timers(self) -> list[Timer]:
        """The armed timers."""
        found = []
        for task in self._workflow.event_manager.tasks.values():
            if task.has_state(TaskState.WAITING) and isinstance(task.task_spec.event_definition, ClockTimer):
                value = task.internal_data.get("event_value", STANDING)
                due = None if value == STANDING else datetime.fromisoformat(value).astimezone(UTC)
                found.append(Timer(token(task), task.workflow.spec.name, task.task_spec.bpmn_id, due, _host(task)))
        return found

    def started(self) -> list[Started]:
        """Service tasks begun and not ended."""
        return [
            Started(token(t), t.workflow.spec.name, t.task_spec.bpmn_id, t.task_spec.operation_name)
            for t in self._tasks(TaskState.STARTED)
            if isinstance(t.task_spec, OfficeServiceTask)
        ]

    def waiting_tokens(self) -> frozenset[str]:
        """Tokens of everything that waits for a person, a clock or deferred work."""
        return frozenset(
            [w.token for w in self.waiting()] + [t.token for t in self.timers()] + [s.token for s in self.started()]
        )

    def active(self) -> list[tuple[str, str]]:
        """(process, element) of every step where the case stands now, calls included."""
        return [
            (t.workflow.spec.name, t.task_spec.bpmn_id)
            for t in self._tasks(TaskState.READY | TaskState.STARTED)
            if getattr(t.task_spec, "bpmn_id", None) and not isinstance(t.task_spec, BoundaryEventSplit)
        ]

    def _scopes(self) -> Iterator[Any]:
        yield self._workflow
        yield from list(self._workflow.subprocesses.values())

    def _tasks(self, state: int) -> Iterator[Task]:
        for scope in self._scopes():
            if scope is not self._workflow and scope.completed:
                continue
            for task in list(scope.tasks.values()):
                if task.has_state(state):
                    yield task

    def _find(self, task_token: str) -> Task:
        for scope in self._scopes():
            for task in scope.tasks.values():
                if token(task) == task_token:
                    return task
        raise KeyError(task_token)

    def _next_automatic(self) -> Task | None:
        """A READY task that needs no person, the innermost scope first.

        An event that interrupts goes before everything else: a call whose inside ended with an error is READY as
        well, and would
        otherwise be completed before the event cancels it.
        """
        found: Task | None = None
        for scope in sorted(self._scopes(), key=_depth, reverse=True):
            if scope is not self._workflow and scope.completed:
                continue
            for task in scope.tasks.values():
                if task.state == TaskState.READY and not task.task_spec.manual:
                    if getattr(task.task_spec, "cancel_activity", False):
                        return task
                    found = found or task
        return found

    def _refresh(self) -> bool:
        """Let a due timer fire, the one that was due first: what it leads to runs before the next one strikes, also
        when several came due while nobody was there. True when one fired."""
        due: list[tuple[datetime, str, Task]] = []
        for task in list(self._workflow.event_manager.tasks.values()):
            if not task.has_state(TaskState.WAITING) or not _timed(task):
                continue
            event = task.task_spec.event_definition
            if not isinstance(event, ClockTimer):  # a gateway of events: it looks at its timers itself
                if self._strike(task):
                    return True
                continue
            if "event_value" not in task.internal_data:
                task.task_spec._update(task)  # just reached: this arms it
            if event.is_due(task):
                due.append((datetime.fromisoformat(task.internal_data["event_value"]), token(task), task))
        return bool(due) and self._strike(min(due, key=lambda each: each[:2])[2])

    def _strike(self, task: Task) -> bool:
        """Let this timer strike if it is due. True when it did."""
        engine = self._workflow.script_engine
        engine.striking = task
        task.task_spec._update(task)
        engine.striking = None
        return bool(task.has_state(TaskState.READY))

    def _run(self, task: Task) -> None:
        predict(task)
        task.run()
        if task.has_state(TaskState.COMPLETED):
            self._note(task)

    def _note(self, task: Task) -> None:
        element = getattr(task.task_spec, "bpmn_id", None)
        if not element or isinstance(task.task_spec, BoundaryEventSplit):
            return
        process = task.workflow.spec.name
        self.passed.append((process, element))
        self.trail.append(f"{process}/{element}>{','.join(_next_elements(task))}")
        if task.workflow is self._workflow and isinstance(task.task_spec, EndEvent):
            self.ends.append(element)


def _next_elements(task: Task) -> Iterator[str]:
    """The drawn elements that a completed task led to; the engine's own splits and joins are looked through."""
    for child in task.children:
        if child.has_state(TaskState.PREDICTED_MASK):
            continue
        spec = child.task_spec
        if isinstance(spec, BoundaryEventSplit):
            yield from (c.task_spec.bpmn_id for c in child.children if not hasattr(c.task_spec, "cancel_activity"))
        elif getattr(spec, "bpmn_id", None):
            if not child.triggered:
                yield spec.bpmn_id
        else:
            yield from _next_elements(child)


def _depth(scope: Any) -> int:
    return scope.depth  # type: ignore[no-any-return]


def _timed(task: Task) -> bool:
    event = task.task_spec.event_definition
    return isinstance(event, ClockTimer) or hasattr(event, "event_definitions")


def _host(task: Task) -> str | None:
    """What a boundary timer is attached to."""
    parent = task.parent
    if parent is None or not isinstance(parent.task_spec, BoundaryEventSplit):
        return None
    for child in parent.children:
        if not hasattr(child.task_spec, "cancel_activity"):
            return getattr(child.task_spec, "bpmn_id", None)
    return None
