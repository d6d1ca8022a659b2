"""Who is asking, and what an address needs. A view without `@needs(...)`, `@signed_in` or `@public` is refused.

A program shows its token (`Authorization: Bearer ...`); the office's own pages send their session cookie, and then
only pages of the same origin may change anything.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request

from api.limits import count, count_bad_token
from api.problems import Malformed, Unauthenticated
from api.words import say
from engine.errors import NotAllowed
from engine.office import Office
from engine.people import Person, session_visitor, token_visitor
from engine.people.secret import secret_hash

COOKIE = "sesi"  # the pages' session
JSON_BYTES = 256 * 1024
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
V = TypeVar("V", bound=Callable[..., Any])
_MOST_TOKEN = 200  # characters


def needs(permission: str, *, most_bytes: int = JSON_BYTES) -> Callable[[V], V]:
    """The address is for people whose roles carry the permission. most_bytes: largest body that is read."""

    def mark(view: V) -> V:
        view.permission = permission  # type: ignore[attr-defined]
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return documented(view, {"x-permission": permission, "security": [{"bearer": []}, {"session": []}]})

    return mark


def signed_in(view: V) -> V:
    """The address is for everybody who is known."""
    view.permission = None  # type: ignore[attr-defined]
    return documented(view, {"security": [{"bearer": []}, {"session": []}]})


def public(view: V) -> V:
    """The address is for everybody."""
    view.public = True  # type: ignore[attr-defined]
    return view


def documented(view: V, more: dict[str, Any]) -> V:
    """Add to what the API's description says of a view."""
    told = deepcopy(getattr(view, "_apidoc", {}))
    told.setdefault("manual_doc", {}).update(more)
    view._apidoc = told  # type: ignore[attr-defined]
    return view


def office() -> Office:
    """The office that this application serves."""
    found: Office = current_app.extensions["simyandu"]
    return found


def person() -> Person:
    """Who is asking. Only in views that need somebody."""
    found: Person = g.person
    return found


def protect(app: Flask) -> None:
    """Put the guard in front of every view and the headers behind it."""
    app.before_request(_guard)
    app.after_request(_headers)


def bearer() -> str | None:
    """The token shown; None when there is none, "" when the header is something else."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    return token.strip()[: _MOST_TOKEN + 1] if scheme.lower() == "bearer" else ""


def _guard() -> None:
    g.person = None
    g.token_hash = None
    if "\0" in request.path or b"%00" in request.query_string:
        raise Malformed(say("Alamat berisi huruf yang tidak diterima.", "The address holds a character not accepted."))
    view: Any = current_app.view_functions.get(request.endpoint or "")
    if view is None or getattr(view, "public", False):
        return
    if not hasattr(view, "permission"):
        raise NotAllowed(say("Alamat ini tidak menyebut wewenangnya.", "This address does not name its permission."))
    g.person = _visitor()
    permission: str | None = view.permission
    if permission is not None and not g.person.may(permission):
        raise NotAllowed(
            say(f"Alamat ini memerlukan wewenang {permission}.", f"This address needs the permission {permission}.")
        )
    request.max_content_length = getattr(view, "most_bytes", JSON_BYTES)


def _visitor() -> Person:
    token, here = bearer(), office()
    if token is not None:
        known = None
        if token and len(token) <= _MOST_TOKEN:
            known = token_visitor(here.db, token, here.now())
        if known is None:
            count_bad_token()
            raise Unauthenticated(
                say("Token itu tidak dikenal atau sudah berakhir.", "The token is unknown or has ended."),
                'Bearer realm="simyandu", error="invalid_token"',
            )
        g.token_hash = secret_hash(token)
        count(g.token_hash)
        return known
    session = request.cookies.get(COOKIE)
    found = session_visitor(here.db, session, here.now()) if session and len(session) <= _MOST_TOKEN else None
    if found is None:
        raise Unauthenticated(
            say("Sertakan token (Authorization: Bearer).", "Show a token (Authorization: Bearer)."),
            'Bearer realm="simyandu"',
        )
    count(secret_hash(session or ""))
    if request.method not in SAFE and not _same_origin():
        raise NotAllowed(
            say("Perintah dari situs lain ditolak.", "Commands from another site are refused."),
        )
    return found


def _same_origin() -> bool:
    """Browsers say where a request comes from: Sec-Fetch-Site, and older ones Origin. One that says neither with a
    cookie is not a page of ours."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin", "")
    ours = {request.host, urlsplit(office().settings.public_url).netloc}
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and parts.netloc in ours


def _headers(answer: Response) -> Response:
    headers = answer.headers
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if "Content-Security-Policy" not in headers:
        headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    if office().settings.secure_cookies:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return answer
