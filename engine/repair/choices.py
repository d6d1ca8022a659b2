"""What a repair's form offers: steps to go back to, groups and persons for a task, what must be said of a skipped step.

The view of the case is the proof that the asker may see it.
"""

from __future__ import annotations

from typing import Any

from engine.cases import acting_groups, form_context
from engine.dossier import CaseView
from engine.office import Office
from engine.people import Person, list_persons
from engine.repair.deeds import asked_of
from engine.repair.places import Place, places_of
from engine.settle import APPLICANT


def places(office: Office, view: CaseView) -> list[Place]:
    """The steps that the case can go back to, the newest first; none before the resi or after the decision."""
    if view.case.registered_at is None or view.case.decided_at is not None:
        return []
    with office.db.read() as connection:
        return places_of(connection, view.version, view.case.id, view.open_tasks)


def groups(office: Office) -> dict[str, list[Person]]:
    """Group key -> the active persons who may do its tasks."""
    found: dict[str, list[Person]] = {}
    with office.db.read() as connection:
        for person in list_persons(connection):
            for group in acting_groups(person) - {APPLICANT}:
                found.setdefault(group, []).append(person)
    return dict(sorted(found.items()))


def asked(view: CaseView, task: Any) -> list[str]:
    """Names whose values must be given when this open task is skipped: see asked_of."""
    if not task.form:
        return []
    form = view.version.form(task.form)
    return asked_of(form, view.version.bundle.reads, form_context(view.case), {})


def correctable(view: CaseView) -> list[Any]:
    """The newest answers of each form that one person gave, newest first: rows of the answer table."""
    newest = {row.form: row for row in view.answers}
    steps = {row.id: row for row in view.tasks}

    def shared(row: Any) -> bool:
        task = steps.get(row.task_id)
        return task is not None and view.version.element(task.process, task.element).multi_instance is not None

    known = view.version.bundle.files
    rows = [row for row in newest.values() if not shared(row) and f"forms/{row.form}.json" in known]
    return sorted(rows, key=lambda row: row.id, reverse=True)
