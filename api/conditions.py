"""Headers of commands: Idempotency-Key (said again safely), If-Match (only if unchanged), ETag (what it is now)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, request

from api.access import documented
from api.problems import Malformed
from api.words import say
from engine.errors import Stale

V = TypeVar("V", bound=Callable[..., Any])
_KEY = re.compile(r"[\x21-\x7e]{1,60}", re.ASCII)
_VERSION = re.compile(r'(?:W/)?"(\d{1,9})"', re.ASCII)

_KEY_DOC = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "A name of your own for this command (1-60 characters). The same name again gives the first answer "
    "again and changes nothing; for another command it is refused (409).",
    "schema": {"type": "string", "maxLength": 60},
}
_MATCH_DOC = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "description": "The ETag that was given with the case or task. Refused (409, with the version in force) when the "
    "case moved on since.",
    "schema": {"type": "string", "examples": ['"3"']},
}


def command(view: V) -> V:
    """Document both headers of a command."""
    return documented(view, {"parameters": [_KEY_DOC, _MATCH_DOC]})


def keyed(view: V) -> V:
    """Document Idempotency-Key of a command on something that has no version yet."""
    return documented(view, {"parameters": [_KEY_DOC]})


def key() -> str | None:
    """The command's key. Raises Malformed."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return None
    bare = given.strip()
    if len(bare) > 2 and bare[0] == bare[-1] == '"':  # the draft standard writes it as a quoted string
        bare = bare[1:-1]
    if not _KEY.fullmatch(bare):
        raise Malformed(
            say("Idempotency-Key: 1 sampai 60 huruf ASCII tanpa spasi.", "Idempotency-Key: 1 to 60 ASCII characters.")
        )
    return bare


def expected() -> int | None:
    """The version of the case that the client has seen. Raises Malformed."""
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return None
    match = _VERSION.fullmatch(given.strip())
    if match is None:
        raise Malformed(say('If-Match: satu ETag, misalnya "3".', 'If-Match: one ETag, for instance "3".'))
    return int(match[1])


def must_match(version: int) -> None:
    """For commands that take no version themselves: compare before they run. Raises Stale."""
    wanted = expected()
    if wanted is not None and wanted != version:
        raise Stale("Permohonan ini sudah berubah sejak dibuka.", version=version)


def etag(version: int) -> dict[str, str]:
    """Header that gives the version of a case."""
    return {"ETag": f'"{version}"'}


def no_body() -> Response:
    """An answer without content."""
    return Response(status=204)
