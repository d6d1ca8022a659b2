"""The statements that every command runs on its case; see engine.storage.driver."""

from __future__ import annotations

from functools import cache

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import result_tuple

from engine.case_row import COLUMNS
from engine.storage.driver import Hot
from engine.storage.schema import answers, cases, deadlines, events, outbox, tasks

CASE = select(*(cases.c[name] for name in COLUMNS))
_CASE_OF_TASK = select(tasks.c.case_id).where(tasks.c.id == bindparam("task")).scalar_subquery()
_OPEN = select(tasks).where(tasks.c.state == "open").order_by(tasks.c.id)
EARLIER = ("case_id", "kind", "actor_id", "data")  # what a command with the same key left
EARLIER_ROW = result_tuple(EARLIER)
_EVENT = tuple(events.c[name] for name in EARLIER)
_LOCK_WITH_KEY = (
    CASE.add_columns(*(column.label(f"earlier_{column.name}") for column in _EVENT))
    .select_from(cases.outerjoin(events, events.c.command_key == bindparam("key")))
    .with_for_update(of=cases)
)
_LOCK = Hot(_LOCK_WITH_KEY.where(cases.c.id == bindparam("case")))
_LOCK_OF_TASK = Hot(_LOCK_WITH_KEY.where(cases.c.id == _CASE_OF_TASK))
OPEN_TASKS = Hot(_OPEN.where(tasks.c.case_id == bindparam("case")))
_OPEN_TASKS_OF_TASK = Hot(_OPEN.where(tasks.c.case_id == _CASE_OF_TASK))
ARMED = Hot(select(deadlines).where(deadlines.c.case_id == bindparam("case")))
_ARMED_OF_TASK = Hot(select(deadlines).where(deadlines.c.case_id == _CASE_OF_TASK))
BY_KEY = Hot(select(*_EVENT).where(events.c.command_key == bindparam("key")))
ANSWERS = Hot(
    select(answers.c.data)
    .where(answers.c.case_id == bindparam("case"), answers.c.form == bindparam("form_key"))
    .order_by(answers.c.id)
)
ADD_EVENT = Hot(insert(events))
ADD_MESSAGE = Hot(insert(outbox))
CHANGE_CASE = Hot(update(cases).where(cases.c.id == bindparam("case")))
TASK_COLUMNS = tuple(tasks.c.keys())
TASK_ROW = result_tuple(TASK_COLUMNS)


# What a command reads first: the case under lock, its open tasks, its armed timers.
FIRST = {
    "case": (_LOCK, OPEN_TASKS, ARMED),
    "task": (_LOCK_OF_TASK, _OPEN_TASKS_OF_TASK, _ARMED_OF_TASK),
}


@cache
def add_tasks(number: int, columns: tuple[str, ...]) -> Hot:
    """So many new tasks at once; each answers with its id and token. Values are named `column__place`."""
    values = [
        {name: bindparam(f"{name}__{place}", type_=tasks.c[name].type) for name in columns} for place in range(number)
    ]
    return Hot(insert(tasks).values(values).returning(tasks.c.id, tasks.c.token))
