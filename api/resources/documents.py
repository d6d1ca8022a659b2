"""Content of a case's documents."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response, request

from api.access import needs, office, person
from api.reading import Blueprint
from engine.dossier import document

documents = Blueprint("documents", __name__, url_prefix="/api/v1/documents", description="Files of cases.")


@documents.route("/<id:document_id>")
@needs("document.view")
@documents.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
def content(document_id: int) -> Any:
    """The file itself, to be saved and never shown as a page. Its ETag is the SHA-256 of its content."""
    row, body = document(office(), person(), document_id)
    answer = Response(body, mimetype=row.mime)
    answer.set_etag(row.sha256)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(row.file_name or 'berkas')}"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer.make_conditional(request)
