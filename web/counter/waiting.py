"""The task that a case waits for at the counter, and its form: shared by completing and handing over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from engine.dossier import TaskView, example_context, task_view
from engine.errors import Gone
from engine.insight.counter import at_counter
from web.case.findings import file_names
from web.forms import render_form
from web.security import office, person


def waiting_task(case_id: int, need: str, otherwise: str) -> TaskView:
    """The task of a case that has this need at the counter. Raises Gone, with the words `otherwise`."""
    held = at_counter(office(), [case_id]).get(case_id)
    if held is None or held.need != need:
        raise Gone(otherwise)
    return task_view(office(), person(), held.task_id)


def drawn_form(
    view: TaskView, values: Mapping[str, object] | None, errors: Mapping[str, Sequence[str]] | None
) -> Markup | str:
    """The task's form with what was typed and what was wrong; nothing where the step has none."""
    if view.form is None:
        return ""
    return render_form(
        view.form, values, errors, example_context(view.view), files=file_names(view.view), decision=True
    )
