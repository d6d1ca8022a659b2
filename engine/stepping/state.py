"""A case's engine state as few bytes: only what can still matter.

The specification is left out (it is the blueprint's), predicted tasks are left out (predicted afresh when their
parent runs),
finished scopes are dropped, and in every scope what lies before the last point that all live branches share is cut
away: nothing in
BPMN looks further back than that point. So the state does not grow with the length of a case, nor with the rounds of
a rework loop.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task, TaskState

from .blueprint import Blueprint
from .specs import Environment, SafeEngine

FORMAT = 1
LIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED
PREDICTED = TaskState.PREDICTED_MASK | TaskState.FUTURE


def token(task: Task) -> str:
    """The task's name outside the engine: 16 hexadecimal digits, the same after every reload."""
    return task.id if isinstance(task.id, str) else task.id.hex[:16]


def dump(workflow: BpmnWorkflow) -> bytes:
    """The state of a workflow, compressed."""
    scopes = [_scope(workflow, None)]
    for sub in _alive(workflow):
        scopes.append(_scope(sub, token(workflow.get_task_from_id(sub.parent_task_id))))
    return zlib.compress(orjson.dumps({"v": FORMAT, "s": scopes}), 1)


def load(blueprint: Blueprint, state: bytes, environment: Environment) -> BpmnWorkflow:
    """The workflow that `dump` saw, with `environment` around it."""
    saved = orjson.loads(zlib.decompress(state))
    top, *subs = saved["s"]
    workflow = BpmnWorkflow(
        blueprint.spec, blueprint.subprocess_specs, script_engine=SafeEngine(environment), deserializing=True
    )
    _restore(workflow, top)
    found = dict(workflow.tasks)
    for each in subs:
        parent = found[each["p"]]
        sub = BpmnSubWorkflow(
            blueprint.subprocess_specs[parent.task_spec.spec], parent.id, workflow, deserializing=True
        )
        workflow.subprocesses[parent.id] = sub
        sub.completed_event.connect(parent.task_spec._on_subworkflow_completed, parent)
        _restore(sub, each)
        found.update(sub.tasks)
    return workflow


def move_dues(state: bytes, dues: Mapping[str, datetime]) -> bytes:
    """The state with armed timers moved: token -> moment. As Run.set_due, without waking the case up, so that thousands
    can be moved in seconds. Raises KeyError when a timer is not there."""
    saved = orjson.loads(zlib.decompress(state))
    left = set(dues)
    for scope in saved["s"]:
        for row in scope["t"]:
            if row[0] in left:
                row[4]["event_value"] = dues[row[0]].isoformat()
                left.discard(row[0])
    if left:
        raise KeyError(next(iter(left)))
    return zlib.compress(orjson.dumps(saved), 1)


def predict(task: Task) -> None:
    """Give a live task the children it may lead to; they were left out of the saved state."""
    if not any(child.has_state(TaskState.NOT_FINISHED_MASK) and not child.triggered for child in task.children):
        task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)


def _alive(workflow: BpmnWorkflow) -> Iterable[Any]:
    """Scopes that still run, outer before inner; completed and cancelled ones are forgotten."""
    for sub in list(workflow.subprocesses.values()):
        if not sub.completed and _reachable(workflow, sub):
            yield sub


def _reachable(workflow: BpmnWorkflow, sub: Any) -> bool:
    scope = sub
    while scope is not workflow:
        if scope.completed or scope.parent_task_id not in _owner(workflow, scope.parent_task_id).tasks:
            return False
        scope = _owner(workflow, scope.parent_task_id)
    return True


def _owner(workflow: BpmnWorkflow, task_id: Any) -> Any:
    if task_id in workflow.tasks:
        return workflow
    for sub in workflow.subprocesses.values():
        if task_id in sub.tasks:
            return sub
    return workflow


def _scope(workflow: Any, parent: str | None) -> dict[str, Any]:
    root = workflow.task_tree
    start = point_of(workflow)
    rows: list[list[Any]] = [[token(root), -1, root.state, root.task_spec.name, 0, 0, 0]]
    if start is root:
        rows[0][5] = root.data
        stack = [(child, 0) for child in reversed(root.children)]
    else:
        stack = [(start, 0)]
    while stack:
        task, above = stack.pop()
        if task.has_state(PREDICTED) and not task.triggered:
            continue
        index = len(rows)
        rows.append(
            [
                token(task),
                above,
                task.state,
                task.task_spec.name,
                task.internal_data or 0,
                task.data,
                int(task.triggered),
            ]
        )
        stack.extend((child, index) for child in reversed(task.children))
    _share_data(rows)
    saved: dict[str, Any] = {"t": rows}
    if workflow.correlations:
        saved["c"] = workflow.correlations
    if parent is not None:
        saved["p"] = parent
    return saved


def _share_data(rows: list[list[Any]]) -> None:
    """Data equal to the parent's is written as 0: most of it is."""
    for row in reversed(rows[1:]):
        if row[5] == (rows[row[1]][5] or {}):
            row[5] = 0


def point_of(workflow: Any) -> Task:
    """The last task that every live branch of the scope descends from, or is."""
    shared: list[Task] | None = None
    for task in workflow.tasks.values():
        if not task.has_state(LIVE):
            continue
        path = [task]
        while path[-1].parent is not None:
            path.append(path[-1].parent)
        path.reverse()
        if shared is None:
            shared = path
        else:
            same = 0
            while same < min(len(shared), len(path)) and shared[same] is path[same]:
                same += 1
            shared = shared[:same]
    return shared[-1] if shared else workflow.task_tree


def _restore(workflow: Any, saved: dict[str, Any]) -> None:
    specs = workflow.spec.task_specs
    made: list[Task] = []
    for ident, above, state, name, internal, data, triggered in saved["t"]:
        task = Task(workflow, specs[name], state=state, id=ident)
        if above >= 0:
            parent = made[above]
            task._parent = parent.id
            parent._children.append(ident)
            task.data = dict(parent.data) if data == 0 else data
        else:
            task.data = data or {}
        if internal:
            task.internal_data = internal
        if triggered:
            task.triggered = True
        task.last_state_change = 0.0
        if state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
            workflow.top_workflow.event_manager.add_task(task)
        made.append(task)
    workflow.task_tree = made[0]
    workflow.correlations = saved.get("c", {})
