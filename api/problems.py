"""Everything that is not carried out is answered as application/problem+json (RFC 9457), never with a traceback.

Members: type (an address of /api/docs), title, status, detail, instance; and as they apply errors ({field: [messages]},
the empty name is the whole), by and at (who has it, since when), version (the one in force), retry_at, reference.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson
from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException

from api.words import OF_STATUS, language, say, title
from engine.errors import Gone, Invalid, NotAllowed, NotFound, Refused, Stale, Suspended, Taken
from engine.people import Throttled
from engine.repair import NeedsConsent

PROBLEM_JSON = "application/problem+json"
_SLUGS: dict[type[Refused], str] = {
    NotAllowed: "not-allowed",
    NotFound: "not-found",
    Taken: "taken",
    Stale: "stale",
    Gone: "gone",
    Invalid: "invalid",
    Throttled: "too-many",
    Suspended: "suspended",
    NeedsConsent: "needs-consent",
}
_DETAILS = {
    "malformed": ("Periksa bentuk permintaannya.", "Check how the request is written."),
    "not-found": ("Alamat itu tidak ada.", "There is nothing at that address."),
    "method": ("Alamat ini tidak melayani cara itu.", "This address does not serve that method."),
    "too-large": ("Isi permintaan terlalu besar.", "The body of the request is too large."),
    "media-type": ("Kirim JSON (application/json).", "Send JSON (application/json)."),
    "too-many": ("Tunggu sebentar, lalu coba lagi.", "Wait a moment, then try again."),
    "internal": (
        "Permintaan ini tidak dapat dikerjakan. Catatan sistem menyimpan sebabnya.",
        "The request could not be carried out. The log of the system has the reason.",
    ),
}


class Malformed(Refused):
    """A request that cannot be read at all."""

    status = 400


class Unauthenticated(Refused):
    """Nobody, or nobody known. challenge: value of WWW-Authenticate."""

    status = 401

    def __init__(self, detail: str, challenge: str) -> None:
        super().__init__(detail)
        self.challenge = challenge


class WrongMedia(Refused):
    """A body of a kind that this address does not read."""

    status = 415


class TooMany(Refused):
    """Too many attempts. extra: retry_at."""

    status = 429


def register(app: Flask) -> None:
    """Answer every error of `app` as a problem."""
    app.register_error_handler(Refused, refused)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Exception, broken)


def refused(error: Refused) -> Response:
    """What the engine (or the guard) refuses."""
    slug = next((_SLUGS[kind] for kind in type(error).__mro__ if kind in _SLUGS), "")
    extra = {name: _plain(value) for name, value in error.extra.items() if value is not None}
    if isinstance(error, Invalid):
        extra["errors"] = error.fields
    answer = problem(error.status, slug or OF_STATUS.get(error.status, "refused"), error.detail, extra)
    if isinstance(error, Unauthenticated):
        answer.headers["WWW-Authenticate"] = error.challenge
    if isinstance(retry_at := error.extra.get("retry_at"), datetime):
        _retry_after(answer, retry_at)
    return answer


def http(error: HTTPException) -> Any:
    """What Flask refuses: an unknown address or method, a body that is too large."""
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()
    slug = OF_STATUS.get(error.code, "internal" if error.code >= 500 else "refused")
    answer = problem(error.code, slug, say(*_DETAILS.get(slug, ("", ""))))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def broken(error: Exception) -> Response:
    """Whatever nobody foresaw: the log has it under the reference that the client gets."""
    reference = uuid4().hex[:12]
    current_app.logger.exception("request failed: %s %s %s", request.method, request.path, reference)
    return problem(500, "internal", say(*_DETAILS["internal"]), {"reference": reference})


def problem(status: int, slug: str, detail: str, extra: dict[str, Any] | None = None) -> Response:
    """One problem document."""
    base: str = current_app.config["PROBLEM_BASE"]
    body = {
        "type": base + slug,
        "title": title(slug),
        "status": status,
        "detail": detail or title(slug),
        "instance": request.path[:2000],
        **(extra or {}),
    }
    answer = Response(orjson.dumps(body, default=str), status, mimetype=PROBLEM_JSON)
    answer.headers["Content-Language"] = language()
    return answer


def _retry_after(answer: Response, moment: datetime) -> None:
    seconds = int((moment - datetime.now(UTC)).total_seconds()) + 1
    answer.headers["Retry-After"] = str(min(max(seconds, 1), 3600))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value
