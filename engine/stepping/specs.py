"""What SIMYANDU changes in SpiffWorkflow's parts: the clock of timers, expressions, service tasks that may take
long."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimeDateEventDefinition
from SpiffWorkflow.spiff.specs.defaults import ServiceTask
from SpiffWorkflow.task import Task

from engine.expressions import ExpressionError, compile_assignments, compile_expression

# A due moment of a timer whose clock stands: later than anything, so that it never fires by itself.
STANDING = "9999-12-31T00:00:00+00:00"


class Environment(Protocol):
    """What a run needs from the office around it."""

    def now(self) -> datetime:
        """The moment of the command, UTC."""
        ...

    @property
    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """The clock functions of the expression language."""
        ...

    def serve(self, task: Task, operator: str, params: dict[str, Any]) -> dict[str, Any] | None:
        """Do a service task. Returns what goes into the data, or None when the work is deferred or failed."""
        ...


class SafeEngine(PythonScriptEngine):  # type: ignore[misc]
    """Evaluates every expression of a diagram in the safe language; runs no Python."""

    def __init__(self, environment: Environment) -> None:
        self.office = environment
        self.striking: Task | None = None  # the one timer that may strike now: see Run._refresh

    def validate(self, expression: str) -> None:
        """Raises SyntaxError: a decision table tries an entry both as a value and as the right half of a comparison."""
        try:
            compile_expression(expression)
        except ExpressionError as error:
            raise SyntaxError(str(error)) from error

    def evaluate(self, task: Task, expression: str, external_context: Any = None) -> Any:
        data = {**task.data, **external_context} if external_context else task.data
        return compile_expression(expression).evaluate(data, self.office.functions)

    def execute(self, task: Task, script: str, external_context: Any = None) -> bool:
        for name, expression in compile_assignments(script):
            task.data[name] = expression.evaluate(task.data, self.office.functions)
        return True


class ClockTimer(TimeDateEventDefinition):  # type: ignore[misc]
    """A timer that reads the injected clock. Its due moment is fixed when it is armed and kept in the task."""

    def is_due(self, my_task: Task) -> bool:
        """Whether an armed timer's moment has come."""
        due: str = my_task.internal_data["event_value"]
        now: datetime = my_task.workflow.script_engine.office.now()
        return due != STANDING and datetime.fromisoformat(due) <= now

    def has_fired(self, my_task: Task) -> bool:
        due = my_task.internal_data.get("event_value")
        if due is None:
            moment = my_task.workflow.script_engine.evaluate(my_task, self.expression)
            due = moment if isinstance(moment, str) else moment.isoformat()
            my_task.internal_data["event_value"] = due
        # The library looks at every timer after every step. Only the one whose turn it is may strike, so that several
        # that are due strike in the order in which they were due.
        if self.is_due(my_task) and my_task.workflow.script_engine.striking is my_task:
            my_task.internal_data["event_fired"] = True
        return bool(my_task.internal_data.get("event_fired", False))


class OfficeServiceTask(ServiceTask):  # type: ignore[misc]
    """A service task whose work may be deferred (or have failed): it then stays STARTED until a later command ends it.

    STARTED, not ERROR: a boundary event takes an errored task for a finished one and would let the case go on
    without it.
    """

    def _execute(self, task: Task) -> bool | None:
        engine = task.workflow.script_engine
        params = {name: engine.evaluate(task, param["value"]) for name, param in self.operation_params.items()}
        result = engine.office.serve(task, self.operation_name, params)
        if result is None:
            return None
        task.data.update(result)
        return True
