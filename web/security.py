"""Who is asking, what a page needs, and the headers that go with every answer.

A view without `@needs(...)` or `@public` is refused: deny by default.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, flash, g, redirect, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

from engine.errors import NotAllowed
from engine.office import Office
from engine.people import Person, session_visitor
from web.kit import CONTENT_SECURITY_POLICY

COOKIE = "sesi"
V = TypeVar("V", bound=Callable[..., Any])
csrf = CSRFProtect()


def needs(permission: str) -> Callable[[V], V]:
    """The view is for signed-in people whose roles carry the permission."""

    def mark(view: V) -> V:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def signed_in(view: V) -> V:
    """The view is for everybody who is signed in."""
    view.permission = None  # type: ignore[attr-defined]
    return view


def public(view: V) -> V:
    """The view is for everybody."""
    view.public = True  # type: ignore[attr-defined]
    return view


def office() -> Office:
    """The office that this application serves."""
    found: Office = current_app.extensions["simyandu"]
    return found


def person() -> Person:
    """Who is signed in. Only for views that need somebody."""
    found: Person = g.person
    return found


def protect(app: Flask) -> None:
    """Put the guard in front of every view and the headers behind it."""
    csrf.init_app(app)
    app.before_request(_guard)
    app.after_request(_headers)


def _guard() -> AnyResponse | str | None:
    g.person = None
    if request.endpoint == "static":
        return None
    token = request.cookies.get(COOKIE)
    if token:
        g.person = session_visitor(office().db, token, office().now())
    view: Any = current_app.view_functions.get(request.endpoint or "")
    if view is None or getattr(view, "public", False):
        return None
    if not hasattr(view, "permission"):
        raise NotAllowed("Halaman ini tidak menyebut wewenang yang diperlukannya.")
    if g.person is None:
        return _to_sign_in(expired=bool(token))
    if view.permission is not None and not g.person.may(view.permission):
        raise NotAllowed(gettext("Halaman ini memerlukan wewenang yang tidak ada pada peran Anda."))
    return None


def _to_sign_in(expired: bool) -> AnyResponse:
    if expired:
        flash(
            gettext("Sesi Anda sudah berakhir. Masuk lagi untuk melanjutkan; konsep yang tersimpan tidak hilang."),
            "warning",
        )
    back = request.full_path.rstrip("?") if request.method == "GET" else ""
    target = url_for("account.sign_in", next=back or None)
    if request.headers.get("HX-Request"):
        answer = Response("", 401)
        answer.headers["HX-Redirect"] = target
        return answer
    return redirect(target, 303)


def _headers(answer: Response) -> Response:
    headers = answer.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(self), geolocation=(self), microphone=()"
    if request.endpoint == "static":
        headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if "/build/" in request.path else "public, max-age=3600"
        )
    elif "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    if office().settings.secure_cookies:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return answer
