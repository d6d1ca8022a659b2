"""Process versions, and the check of a diagram before anybody relies on it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import request

from api.access import needs, office
from api.reading import Blueprint
from api.schemas.office import CheckAnswer, DrawingIn, DrawingOne, VersionList, VersionOne
from api.uploads import DIAGRAM_BYTES, upload_diagram, uploaded
from engine.bundle import SOP, BundleError, read_bundle
from engine.check import Finding, check
from engine.errors import NotFound
from engine.insight.catalogue import activations_of, active_versions, version_of
from engine.insight.steps import processes_of
from engine.services import known_operators

processes = Blueprint("processes", __name__, url_prefix="/api/v1/processes", description="SOPs as diagrams.")
_FACTS = ("code", "number", "name", "family", "bidang", "promise_days", "hash")


@processes.route("")
@needs("process.view")
@processes.response(200, VersionList())
def list_versions() -> Any:
    """The version in force of every type."""
    with office().db.read() as connection:
        return {"items": active_versions(office(), connection)}


@processes.route("/<string(maxlength=20):code>")
@needs("process.view")
@processes.response(200, VersionOne())
def one_process(code: str) -> Any:
    """A type's version in force, its drawings, and when which version was put into force."""
    version = version_of(office(), code)
    return {
        **{name: getattr(version, name) for name in _FACTS},
        "drawings": [{"process": ident, "name": name} for ident, name in processes_of(version).items()],
        "activations": activations_of(office(), code),
    }


@processes.route("/<string(maxlength=20):code>/diagram")
@needs("process.view")
@processes.arguments(DrawingIn(), location="query")
@processes.response(200, DrawingOne())
def diagram(query: Mapping[str, Any], code: str) -> Any:
    """One drawing of a version as BPMN 2.0 XML."""
    version = version_of(office(), code, query["version"])
    process = query["process"] or version.code
    file = version.diagram_of.get(process)
    if file is None:
        raise NotFound("Diagram itu tidak ada dalam SOP ini.")
    return {"process": process, "version": version.number, "xml": version.bundle.text(file)}


@processes.route("/check", methods=["POST"])
@needs("process.draft", most_bytes=DIAGRAM_BYTES)
@upload_diagram
@processes.response(200, CheckAnswer())
def check_diagram() -> Any:
    """Check a SOP's BPMN file (multipart/form-data, field `file`). Nothing is kept. Forms, letters and tables are taken
    from the type of the same code."""
    _, content = uploaded(request)
    settings = office().settings
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / SOP
        path.write_bytes(content)
        try:
            bundle = read_bundle(path, settings.processes_dir, settings.forms_dir)
            found = check(bundle, known_operators())
        except BundleError as error:
            message = f"Berkas tidak dapat dibaca: {error.message}. Perbaiki berkasnya, lalu periksa lagi."
            found = [Finding(SOP, None, error.code, "error", message)]
    return {"ok": all(finding.severity != "error" for finding in found), "findings": found}
