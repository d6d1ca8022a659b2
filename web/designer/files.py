"""The drawings themselves, and the numbers upon them."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request, url_for

from engine.errors import NotFound
from engine.insight.catalogue import waiting_at
from web.designer import designer
from web.designer.sop import chosen_version
from web.security import needs, office, person


@designer.get("/sop/<code>/diagram.bpmn")
@needs("process.view")
def drawing(code: str) -> Any:
    """The BPMN file. Arguments: versi, diagram (process id). `unduh` makes it a download."""
    version = chosen_version(code)
    shown = request.args.get("diagram") or version.code
    if shown not in version.diagram_of:
        raise NotFound("Diagram itu tidak ada dalam SOP ini.")
    answer = Response(version.bundle.files[version.diagram_of[shown]], mimetype="application/xml")
    # A version never changes, but which one is in force does: the browser asks again, and mostly gets "not modified".
    answer.set_etag(f"{version.hash[:24]}-{shown}")
    answer.headers["Cache-Control"] = "private, no-cache"
    if request.args.get("unduh"):
        answer.headers["Content-Disposition"] = f'attachment; filename="{shown}.bpmn"'
    return answer.make_conditional(request)


@designer.get("/sop/<code>/diagram.json")
@needs("process.view")
def standing(code: str) -> Any:
    """How many open cases stand on each step. Arguments: versi, diagram."""
    version = chosen_version(code)
    shown = request.args.get("diagram") or version.code
    here = {element: n for (process, element), n in waiting_at(office(), code).items() if process == shown}
    links = {}
    if person().may("case.search"):
        links = {element: url_for("management.cases", jenis=code, langkah=f"{shown}/{element}") for element in here}
    return jsonify(counts={element: {"waiting": n} for element, n in here.items()}, links=links)
