"""Downloads: documents of a case, and its diagram with what is lit in it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response, jsonify, request

from engine.dossier import diagram_state, document
from web.case import case
from web.security import needs, office, person


@case.get("/berkas/<int:document_id>")
@needs("document.view")
def download(document_id: int) -> Any:
    """One document, always as a download: a file from outside never runs in the office's own pages."""
    row, content = document(office(), person(), document_id)
    answer = Response(content, content_type=row.mime)
    plain = "".join(ch if ch.isascii() and (ch.isalnum() or ch in "._- ") else "_" for ch in row.file_name)
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(row.file_name, safe='')}"
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@case.get("/permohonan/<int:case_id>/diagram.bpmn")
@needs("case.view")
def diagram(case_id: int) -> Any:
    """The drawing of one of the case's processes. Argument: proses (the SOP where it is missing)."""
    xml, _ = diagram_state(office(), person(), case_id, request.args.get("proses") or None)
    return Response(xml, content_type="application/xml")


@case.get("/permohonan/<int:case_id>/diagram.json")
@needs("case.view")
def lit(case_id: int) -> Any:
    """What to light up in it."""
    _, state = diagram_state(office(), person(), case_id, request.args.get("proses") or None)
    return jsonify(state)
