"""Tasks: the inbox, one task, and claim, release, complete, return, draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.access import needs, office, person
from api.conditions import command, etag, expected, key, must_match
from api.form_description import describe
from api.reading import Blueprint
from api.schemas.common import Done
from api.schemas.tasks import CompleteIn, Counts, DraftIn, Inbox, InboxIn, ReturnIn, Saved, TaskOne
from engine import cases as commands
from engine import inbox
from engine.dossier import save_draft, task_view
from engine.unit import Done as DoneCommand

tasks = Blueprint("tasks", __name__, url_prefix="/api/v1/tasks", description="Tasks (tugas) of the inbox.")


@tasks.route("")
@needs("inbox.view")
@tasks.arguments(InboxIn(), location="query")
@tasks.response(200, Inbox())
def list_tasks(query: Mapping[str, Any]) -> Any:
    """One page of a list, what is late first."""
    filters = {name: query[name] for name in inbox.FILTERS}
    return inbox.page(office(), person(), query["list"], filters, query["after"], query["limit"])


@tasks.route("/counts")
@needs("inbox.view")
@tasks.response(200, Counts())
def counts() -> Any:
    """How many tasks each list holds."""
    return inbox.counts(office(), person())


@tasks.route("/<id:task_id>")
@needs("task.view")
@tasks.response(200, TaskOne())
def one_task(task_id: int) -> Any:
    """One task: its form, what the form starts with, what each decision leads to, and the case."""
    view = task_view(office(), person(), task_id)
    case = view.view.case
    names = ("task", "view", "values", "draft_at", "next_steps", "may_work", "holder_name", "properties")
    return {
        **{name: getattr(view, name) for name in names},
        "form": describe(view.view.version, view.task.form) if view.form else None,
        "case": case,
    }, etag(case.version)


@tasks.route("/<id:task_id>/claim", methods=["POST"])
@needs("task.claim")
@command
@tasks.response(200, Done())
def claim(task_id: int) -> Any:
    """Take a task of one's group."""
    _compare(task_id)
    return _answer(commands.claim(office(), task_id, by=person(), key=key()))


@tasks.route("/<id:task_id>/release", methods=["POST"])
@needs("task.release")
@command
@tasks.response(200, Done())
def release(task_id: int) -> Any:
    """Give a held task back to its group."""
    _compare(task_id)
    return _answer(commands.release(office(), task_id, by=person(), key=key()))


@tasks.route("/<id:task_id>/complete", methods=["POST"])
@needs("task.complete")
@command
@tasks.arguments(CompleteIn())
@tasks.response(200, Done())
def complete(body: Mapping[str, Any], task_id: int) -> Any:
    """Finish a task and let its case run on to the next people."""
    return _answer(commands.complete(office(), task_id, body["answers"], expected=expected(), by=person(), key=key()))


@tasks.route("/<id:task_id>/return", methods=["POST"])
@needs("case.return")
@command
@tasks.arguments(ReturnIn())
@tasks.response(200, Done())
def return_for_completion(body: Mapping[str, Any], task_id: int) -> Any:
    """Send the case back to the applicant; the clock stands until it is completed."""
    done = commands.return_for_completion(
        office(), task_id, body["missing"], expected=expected(), by=person(), key=key()
    )
    return _answer(done)


@tasks.route("/<id:task_id>/draft", methods=["PUT"])
@needs("task.complete")
@tasks.arguments(DraftIn())
@tasks.response(200, Saved())
def put_draft(body: Mapping[str, Any], task_id: int) -> Any:
    """Keep what is typed so far, for oneself alone."""
    return {"saved_at": save_draft(office(), person(), task_id, body["values"])}


def _compare(task_id: int) -> None:
    if expected() is not None:
        must_match(task_view(office(), person(), task_id).view.case.version)


def _answer(done: DoneCommand) -> tuple[DoneCommand, dict[str, str]]:
    return done, etag(done.version)
