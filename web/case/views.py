"""The pages of one case, and the search that leads to them."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from engine.case_records import case_records
from engine.cases import acting_groups
from engine.dossier import CaseView, case_view, diagram_state, find_cases, processes_of
from engine.errors import NotFound
from engine.escalations import may_answer, reasons
from engine.insight.letters import case_letters
from engine.insight.messages import messages_of
from engine.outlook import returns_to_applicant
from engine.repair import may_repair
from web.case import case, words
from web.case.findings import findings
from web.case.history import CLOCK_KINDS, timeline
from web.case.identity import identity
from web.case.papers import dossier, kinds_of
from web.case.steps import step_rows
from web.escalations.words import causes
from web.messages import words as message_words
from web.posting import new_key
from web.security import needs, office, person

FOUND_MOST = 50


@case.get("/permohonan")
@needs("case.search")
def search() -> Any:
    """Cases by resi, name, NIK, NPWP or permit number. Argument: cari."""
    text = request.args.get("cari", "").strip()[:100]
    found = find_cases(office(), person(), text, FOUND_MOST) if text else []
    if len(found) == 1 and text.upper() in (found[0].resi, found[0].public_code):
        return redirect(url_for("case.case", case_id=found[0].id), 303)
    return render_template("case/search.html", text=text, found=found, most=FOUND_MOST, badge_of=words.badge_of)


@case.get("/permohonan/<int:case_id>", endpoint="case")
@needs("case.view")
def journey(case_id: int) -> Any:
    """Where it is, since when, until when: diagram, open tasks, deadlines, history. Argument: proses."""
    view = case_view(office(), person(), case_id)
    choices = processes_of(view)
    chosen = request.args.get("proses") or view.version.code
    if chosen not in view.version.processes:
        raise NotFound()
    _, state = diagram_state(office(), person(), case_id, chosen)
    rows, lanes = step_rows(view.version.processes[chosen], state)
    time, now = office().working_time, office().now()
    return _page(
        "case/journey.html",
        view,
        chosen=chosen,
        choices=choices,
        steps=rows,
        lanes=lanes,
        events=timeline(view.events),
        moves=timeline([row for row in view.events if row.kind in CLOCK_KINDS]),
        waiting=[
            {
                "row": row,
                "group": words.group(row.group_key),
                "used": time.between(row.created_at, now),
                "left": time.between(now, row.due_at) if row.due_at else None,
                "holder": holder,
            }
            for row, holder in _held(view)
        ],
        deadlines=[(row, time.between(now, row.due_at) if row.due_at else None) for row in view.deadlines],
        returnable=_returnable(view),
        reasons=reasons(office(), case_id) if view.case.late else [],
        causes=causes(),
        may_answer=view.case.late and may_answer(person(), view.case),
    )


@case.get("/permohonan/<int:case_id>/berkas")
@needs("case.view")
def papers(case_id: int) -> Any:
    """Who applies, documents, and the answers of all steps."""
    view = case_view(office(), person(), case_id)
    return _page(
        "case/papers.html",
        view,
        papers=dossier(view),
        kinds=kinds_of(view),
        given=findings(view),
        key=new_key(),
        may_add=view.case.open and person().may("document.add"),
    )


@case.get("/permohonan/<int:case_id>/catatan")
@needs("case.view")
def records(case_id: int) -> Any:
    """Meetings, visits, minutes, money, archive: what service tasks wrote down."""
    view = case_view(office(), person(), case_id)
    return _page(
        "case/records.html",
        view,
        records=case_records(office(), view),
        letters=case_letters(office(), view),
        may_reissue=person().may("letter.reissue"),
        may_approve=person().may("letter.approve"),
        key=new_key(),
    )


@case.get("/permohonan/<int:case_id>/pesan")
@needs("case.view")
def messages(case_id: int) -> Any:
    """What was sent to whom, and automatic work that failed."""
    view = case_view(office(), person(), case_id)
    return _page("case/messages.html", view, log=messages_of(office(), case_id), message_words=message_words)


@case.get("/permohonan/<int:case_id>/kekurangan")
@needs("case.view")
def missing(case_id: int) -> Any:
    """The list that the applicant takes home: what is missing. Made for paper."""
    view = case_view(office(), person(), case_id)
    items = list(view.case.facts.get("kurang") or [])
    return render_template("case/missing.html", view=view, case=view.case, items=items, now=office().now())


def _page(template: str, view: CaseView, **more: Any) -> Any:
    """What all sections of a case share."""
    return render_template(
        template,
        view=view,
        case=view.case,
        identity=identity(view),
        words=words,
        may_withdraw=view.case.open and view.case.decided_at is None and person().may("case.withdraw"),
        may_repair=view.case.open and may_repair(person(), view.case.bidang),
        may_task=person().may("task.view"),
        may_incidents=person().may("incident.view"),
        **more,
    )


def _held(view: CaseView) -> list[tuple[Any, str | None]]:
    """Open tasks with the name of who holds each."""
    claimed = {row.task_id: row.person for row in view.events if row.kind == "task_claimed"}
    return [(row, claimed.get(row.id) if row.holder_id else None) for row in view.open_tasks]


def _returnable(view: CaseView) -> list[Any]:
    """Open tasks of one's own groups from which the case can go back to its applicant."""
    if not person().may("case.return"):
        return []
    groups = acting_groups(person())
    return [
        row
        for row in view.open_tasks
        if row.group_key in groups and returns_to_applicant(view.version, row.process, row.element)
    ]
