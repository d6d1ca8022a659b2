"""Process versions, and the check of a diagram before anybody relies on it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from flask import request

from api.access import needs, office
from api.reading import Blueprint
from api.schemas.office import CheckAnswer, VersionList
from api.uploads import DIAGRAM_BYTES, upload_diagram, uploaded
from engine.bundle import SOP, BundleError, read_bundle
from engine.check import Finding, check
from engine.services import known_operators

processes = Blueprint("processes", __name__, url_prefix="/api/v1/processes", description="SOPs as diagrams.")


@processes.route("")
@needs("process.view")
@processes.response(200, VersionList())
def list_versions() -> Any:
    """The version in force of every type."""
    with office().db.read() as connection:
        return {"items": office().definitions.active_all(connection, office().now())}


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
