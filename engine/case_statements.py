"""The statements that every command runs on its case; see engine.storage.driver."""

from __future__ import annotations

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import result_tuple

from engine.case_row import COLUMNS
from engine.storage.driver import Hot
from engine.storage.schema import answers, cases, deadlines, events, outbox, tasks

CASE = select(*(cases.c[name] for name in COLUMNS))
_CASE_OF_TASK = select(tasks.c.case_id).where(tasks.c.id == bindparam("task")).scalar_subquery()
_OPEN = select(tasks).where(tasks.c.state == "open").order_by(tasks.c.id)
_LOCK = Hot(CASE.where(cases.c.id == bindparam("case")).with_for_update())
_LOCK_OF_TASK = Hot(CASE.where(cases.c.id == _CASE_OF_TASK).with_for_update())
OPEN_TASKS = Hot(_OPEN.where(tasks.c.case_id == bindparam("case")))
_OPEN_TASKS_OF_TASK = Hot(_OPEN.where(tasks.c.case_id == _CASE_OF_TASK))
ARMED = Hot(select(deadlines).where(deadlines.c.case_id == bindparam("case")))
_ARMED_OF_TASK = Hot(select(deadlines).where(deadlines.c.case_id == _CASE_OF_TASK))
BY_KEY = Hot(
    select(events.c.case_id, events.c.kind, events.c.actor_id, events.c.data).where(
        events.c.command_key == bindparam("key")
    )
)
ANSWERS = Hot(
    select(answers.c.data)
    .where(answers.c.case_id == bindparam("case"), answers.c.form == bindparam("form_key"))
    .order_by(answers.c.id)
)
ADD_EVENT = Hot(insert(events))
ADD_MESSAGE = Hot(insert(outbox))
ADD_TASK = Hot(insert(tasks).returning(tasks.c.id))
CHANGE_CASE = Hot(update(cases).where(cases.c.id == bindparam("case")))
TASK_COLUMNS = tuple(tasks.c.keys())
TASK_ROW = result_tuple(TASK_COLUMNS)


# What a command reads first: the case under lock, its open tasks, its armed timers.
FIRST = {
    "case": (_LOCK, OPEN_TASKS, ARMED),
    "task": (_LOCK_OF_TASK, _OPEN_TASKS_OF_TASK, _ARMED_OF_TASK),
}
