"""Plays a small diagram in SpiffWorkflow itself, with the safe language as its script engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.expressions import compile_assignments, compile_expression

PAST = {"hari_kerja": lambda days: "2016-01-01T00:00:00+00:00", "nanti": None}


class Engine(PythonScriptEngine):  # type: ignore[misc]
    """Expressions only; every timer is due at once."""

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        return compile_expression(expression).evaluate(task.data, PAST)  # type: ignore[arg-type]

    def execute(self, task: Any, script: str, external_context: Any = None) -> bool:
        for name, expression in compile_assignments(script):
            task.data[name] = expression.evaluate(task.data)
        return True

    def call_service(self, context: Any, **kwargs: Any) -> str:
        return "{}"


class Play:
    """One running workflow of process P."""

    def __init__(self, files: Mapping[str, bytes], data: Mapping[str, Any] | None = None) -> None:
        parser = SpiffBpmnParser()
        for name, content in files.items():
            if name.endswith(".bpmn"):
                parser.add_bpmn_xml(etree.fromstring(content), filename=name)
        self.workflow = BpmnWorkflow(parser.get_spec("P"), parser.get_subprocess_specs("P"), script_engine=Engine())
        first = self.workflow.get_next_task(state=TaskState.READY)
        assert first is not None
        first.data.update(data or {})
        self.step()

    def step(self) -> None:
        self.workflow.do_engine_steps()
        self.workflow.refresh_timers()
        self.workflow.do_engine_steps()

    def open(self) -> list[str]:
        """Names of the person's tasks that wait, sorted."""
        return sorted(task.task_spec.bpmn_id for task in self.workflow.get_tasks(state=TaskState.READY, manual=True))

    def do(self, name: str, **answers: Any) -> None:
        """Completes one open task called `name`."""
        ready = self.workflow.get_tasks(state=TaskState.READY, manual=True)
        task = next(task for task in ready if task.task_spec.bpmn_id == name)
        task.data.update(answers)
        task.run()
        self.step()

    def receive(self, name: str) -> None:
        self.workflow.send_event(BpmnEvent(MessageEventDefinition(name), {}))
        self.step()

    @property
    def over(self) -> bool:
        return bool(self.workflow.is_completed())
