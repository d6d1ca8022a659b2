"""One file in a multipart request."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Request

from api.access import documented
from api.problems import WrongMedia
from api.words import say
from engine.errors import Invalid
from engine.upload_checks import MAX_BYTES
from engine.xml_safe import MAX_BYTES as MAX_XML

UPLOAD_BYTES = MAX_BYTES + 64 * 1024  # the file, and the form around it
DIAGRAM_BYTES = MAX_XML + 64 * 1024
V = TypeVar("V", bound=Callable[..., Any])


def _body(extra: dict[str, Any], required: list[str]) -> dict[str, Any]:
    properties = {"file": {"type": "string", "format": "binary"}, **extra}
    schema = {"type": "object", "properties": properties, "required": ["file", *required]}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


def upload_document(view: V) -> V:
    """Document the body of an upload to a case."""
    told = {"kind": {"type": "string", "maxLength": 60}, "title": {"type": "string", "maxLength": 200}}
    return documented(view, _body(told, ["kind"]))


def upload_diagram(view: V) -> V:
    """Document the body of a diagram."""
    return documented(view, _body({}, []))


def uploaded(request: Request) -> tuple[str, bytes]:
    """Name (without folders) and content of the field `file`. Raises WrongMedia, Invalid."""
    if request.mimetype != "multipart/form-data":
        raise WrongMedia(say("Kirim multipart/form-data.", "Send multipart/form-data."))
    file = request.files.get("file")
    if file is None:
        raise Invalid({"file": ["Sertakan satu berkas."]})
    name = os.path.basename((file.filename or "").replace("\\", "/"))
    shown = "".join(ch for ch in name if ch.isprintable())  # no ends of lines, no reversed writing
    return shown[-200:], file.read()
