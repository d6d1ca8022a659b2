"""Cases: open, look, search, withdraw, resume, add a document, follow on the diagram."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from api.access import needs, office, person
from api.conditions import command, etag, expected, key, keyed, must_match
from api.reading import Blueprint
from api.schemas.cases import (
    CaseIn,
    CaseList,
    CaseOne,
    Diagram,
    DiagramIn,
    DocumentIn,
    History,
    HistoryIn,
    ResumeIn,
    SearchIn,
    WithdrawIn,
)
from api.schemas.common import Done
from api.uploads import UPLOAD_BYTES, upload_document, uploaded
from engine import cases as commands
from engine.case_records import case_records
from engine.dossier import CaseView, case_view, diagram_state, find_cases, processes_of
from engine.unit import Done as DoneCommand

cases = Blueprint("cases", __name__, url_prefix="/api/v1/cases", description="Cases (permohonan).")
SEARCH_REACHES = 1000  # a search that finds more wants better words


@cases.route("", methods=["POST"])
@needs("case.open")
@keyed
@cases.arguments(CaseIn())
@cases.response(201, Done())
def open_case(body: Mapping[str, Any]) -> Any:
    """Open a case. Its first task waits at the loket; the clock starts with the receipt."""
    given: dict[str, Any] = {name: value or None for name, value in body["applicant"].items()}
    applicant = commands.Applicant(**given)
    done = commands.open_case(office(), body["type"], body["variant"], applicant, by=person(), key=key())
    return done, {**etag(done.version), "Location": f"/api/v1/cases/{done.case_id}"}


@cases.route("")
@needs("case.search")
@cases.arguments(SearchIn(), location="query")
@cases.response(200, CaseList())
def search(query: Mapping[str, Any]) -> Any:
    """Search cases, newest first."""
    before, size = int(query["after"] or 0), query["limit"]
    reach = size + 1 if not before else SEARCH_REACHES
    found = find_cases(office(), person(), query["search"], limit=reach)
    rest = [row for row in found if not before or row.id < before]
    page = rest[:size]
    return {"items": page, "next": str(page[-1].id) if len(rest) > size else None}


@cases.route("/<id:case_id>")
@needs("case.view")
@cases.response(200, CaseOne())
def one_case(case_id: int) -> Any:
    """One case with its tasks, clocks, documents, bills and incidents."""
    view = case_view(office(), person(), case_id)
    return _whole(view), etag(view.case.version)


@cases.route("/<id:case_id>/history")
@needs("case.view")
@cases.arguments(HistoryIn(), location="query")
@cases.response(200, History())
def history(query: Mapping[str, Any], case_id: int) -> Any:
    """What happened to a case, oldest first."""
    view = case_view(office(), person(), case_id)
    after, size = int(query["after"] or 0), query["limit"]
    rest = [row for row in view.events if row.seq > after]
    page = [
        {
            "seq": row.seq,
            "at": row.at,
            "kind": row.kind,
            "person": row.person,
            "task_id": row.task_id,
            "data": {name: value for name, value in row.data.items() if name != "sidik"},
            "hash": row.hash.hex(),
        }
        for row in rest[:size]
    ]
    return {"items": page, "next": str(page[-1]["seq"]) if len(rest) > size else None}


@cases.route("/<id:case_id>/diagram")
@needs("case.view")
@cases.arguments(DiagramIn(), location="query")
@cases.response(200, Diagram())
def diagram(query: Mapping[str, Any], case_id: int) -> Any:
    """A drawing of the case's SOP, with the way taken and the steps that wait."""
    xml, state = diagram_state(office(), person(), case_id, query["process"] or None)
    return {"process": query["process"], "xml": xml.decode(), **state}


@cases.route("/<id:case_id>/withdraw", methods=["POST"])
@needs("case.withdraw")
@command
@cases.arguments(WithdrawIn())
@cases.response(200, Done())
def withdraw(body: Mapping[str, Any], case_id: int) -> Any:
    """The applicant takes the application back."""
    return _answer(commands.withdraw(office(), case_id, body["reason"], expected=expected(), by=person(), key=key()))


@cases.route("/<id:case_id>/resume", methods=["POST"])
@needs("case.open")
@command
@cases.arguments(ResumeIn())
@cases.response(200, Done())
def resume(body: Mapping[str, Any], case_id: int) -> Any:
    """The applicant has brought what was missing; the clock goes on."""
    return _answer(commands.resume(office(), case_id, body["answers"], expected=expected(), by=person(), key=key()))


@cases.route("/<id:case_id>/documents", methods=["POST"])
@needs("document.add", most_bytes=UPLOAD_BYTES)
@command
@upload_document
@cases.arguments(DocumentIn(), location="form")
@cases.response(201, Done())
def add_document(form: Mapping[str, Any], case_id: int) -> Any:
    """Add a file (multipart/form-data, field `file`): PDF, JPEG or PNG up to 10 MB, judged by its content."""
    view = case_view(office(), person(), case_id)  # only cases that the person may see
    must_match(view.case.version)
    name, content = uploaded(request)
    stored = office().documents.put(content, name=name)
    title = form["title"] or name or form["kind"]
    done = commands.add_document(office(), case_id, form["kind"], title, name, stored, by=person(), key=key())
    return _answer(done)


def _answer(done: DoneCommand) -> tuple[DoneCommand, dict[str, str]]:
    return done, etag(done.version)


def _whole(view: CaseView) -> dict[str, Any]:
    case = view.case
    records = case_records(office(), view)
    return {
        **{name: getattr(case, name) for name in _CASE_NAMES},
        "type_name": view.version.name,
        "variant_name": view.variant_name,
        "sop_version": view.version.number,
        "sop_hash": view.version.hash,
        "promise_days": case.promise_days,
        "worked_minutes": view.worked_minutes,
        "left_minutes": view.left_minutes,
        "tasks": view.tasks,
        "deadlines": view.deadlines,
        "documents": view.documents,
        "incidents": view.incidents,
        "bills": records.bills,
        "drawings": [{"process": ident, "name": name} for ident, name in processes_of(view)],
    }


_CASE_NAMES = tuple(
    "id code variant bidang resi public_code permit_number state outcome applicant_name applicant_id npwp phone email "
    "address kecamatan kelurahan proxy_name language opened_at registered_at promised_at paused_at decided_at "
    "closed_at late late_element incidents_open version".split()
)
