"""A case put back to a step: the step's scope begins anew with one fresh token there, and nothing is left of the old.

A scope is one running process: the frame, the SOP, a phase. Scopes around it go on as they are, with their clocks; what
ran inside it (calls, instances, timers, deferred work) is gone. When the step's process does not run any more, the
innermost process around it that does is put back to the call that leads there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task, TaskState

from .state import point_of, predict


def restart(
    workflow: BpmnWorkflow, calls: Sequence[tuple[str, str]], process: str, element: str, forget: Collection[str]
) -> None:
    """Put the case to `element` of `process`.

    calls: (process, call activity) from the outermost to the one that calls `process`; forget: names of data that must
    not be there when a multi-instance begins. Raises LookupError when no process of `calls` runs, or one runs twice.
    """
    way = [*calls, (process, element)]
    depth = max((n for n, (name, _) in enumerate(way) if _running(workflow, name)), default=None)
    if depth is None:
        raise LookupError(f"none of {[name for name, _ in way]} is running")
    scopes = _running(workflow, way[depth][0])
    if len(scopes) > 1:
        raise LookupError(f"{way[depth][0]} is running {len(scopes)} times")
    scope = scopes[0]
    data = {name: value for name, value in point_of(scope).data.items() if name not in forget}
    for _, call in way[depth:-1]:
        host = _begin(workflow, scope, call, data)
        scope = workflow.subprocesses[host.id]
    _begin(workflow, scope, element, data)


def correct(workflow: BpmnWorkflow, values: Mapping[str, Any]) -> None:
    """Change data wherever they are kept, so that what comes next reads the new ones."""
    scopes = [workflow, *workflow.subprocesses.values()]
    for scope in scopes:
        for task in scope.tasks.values():
            if not task.has_state(TaskState.PREDICTED_MASK):
                task.data.update(values)


def _running(workflow: BpmnWorkflow, process: str) -> list[Any]:
    scopes = [workflow, *workflow.subprocesses.values()]
    return [scope for scope in scopes if scope.spec.name == process and not scope.completed]


def _begin(workflow: BpmnWorkflow, scope: Any, element: str, data: Mapping[str, Any]) -> Task:
    """Empty a scope and let it begin at `element`, its boundary events armed anew. Returns the element's task."""
    for child in scope.task_tree.children:
        _drop(workflow, scope, child)
    root = scope.task_tree
    root.data = dict(data)
    specs = scope.spec.task_specs
    split = specs.get(f"{element}.BoundaryEventSplit")
    first = Task(scope, split or specs[element], parent=root, state=TaskState.FUTURE)
    first.task_spec._predict(first, mask=TaskState.NOT_FINISHED_MASK)
    first.task_spec._update(first)
    if split is None:
        return first
    predict(first)
    first.run()
    return next(child for child in first.children if child.task_spec.name == element)


def _drop(workflow: BpmnWorkflow, scope: Any, task: Task) -> None:
    """Take a task and all below it out of the case, the scopes that it called as well."""
    for child in task.children:
        _drop(workflow, scope, child)
    called = workflow.subprocesses.pop(task.id, None)
    if called is not None:
        for child in called.task_tree.children:
            _drop(workflow, called, child)
    workflow.event_manager.remove_task(task)
    parent = task.parent
    if parent is not None:
        parent._children.remove(task.id)
    scope.tasks.pop(task.id, None)
