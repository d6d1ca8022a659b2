"""The web application: one Flask app over one Office."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.routing import IntegerConverter, Map

from engine.errors import Refused
from engine.office import Office
from engine.permissions import ROLES
from web import kit
from web.pages import BLUEPRINTS, NAVIGATION
from web.security import protect, public


class Identity(IntegerConverter):
    """A number that a row can have; a longer one is an address that does not exist."""

    def __init__(self, url_map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(url_map, *args, **{"max": 2**63 - 1, **kwargs})


MAX_BODY = 25 * 1024 * 1024  # one upload of 10 MB and a form, with room
ERROR_PAGES = frozenset({403, 404, 409, 410, 422, 429, 500})


def create_app(office: Office) -> Flask:
    """The pages of an office. The caller mounts the API beside it and serves both."""
    app = Flask("web", static_folder="static", static_url_path="/static", template_folder="templates")
    app.config.update(
        SECRET_KEY=office.settings.secret,
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=office.settings.secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form left open over lunch still posts
        WTF_CSRF_SSL_STRICT=office.settings.secure_cookies,
    )
    app.extensions["simyandu"] = office
    app.url_map.converters["int"] = Identity
    kit.register(app)
    protect(app)
    app.view_functions["static"] = public(app.view_functions["static"])
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.before_request(_no_nul)
    app.context_processor(_frame)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)
    app.add_url_rule("/", "home", public(_home))
    return app


def _no_nul() -> None:
    """No text of the office holds a NUL; PostgreSQL refuses them only when they are stored."""
    sent = (request.path, *request.args.values(), *request.form.values())
    if any("\0" in text for text in sent):
        raise BadRequest


def _home() -> Any:
    """Everybody's first page is the first one that their roles open."""
    if g.person is None:
        return redirect(url_for("account.sign_in"))
    for item in NAVIGATION:
        if g.person.may(item.permission):
            return redirect(url_for(item.endpoint))
    return redirect(url_for("account.me"))


def _frame() -> dict[str, Any]:
    """What web/templates/base.html needs on every page."""
    who = g.get("person")
    if who is None:
        return {"sign_in_url": url_for("account.sign_in")}
    first = sorted(who.memberships, key=lambda m: list(ROLES).index(m[0]))[:1]
    role = gettext(ROLES[first[0][0]]) if first else ""
    return {
        "person": {"name": who.name, "role": role},
        "sign_out_url": url_for("account.sign_out"),
        "nav": [
            {
                "href": url_for(item.endpoint),
                "text": gettext(item.text),
                "current": (request.endpoint or "").startswith(item.prefix),
            }
            for item in NAVIGATION
            if who.may(item.permission)
        ],
    }


def _page(status: int, detail: str, name: str | None = None) -> Any:
    template = name or (
        f"errors/{status}.html" if status in ERROR_PAGES else "errors/500.html" if status >= 500 else "errors/404.html"
    )
    return render_template(template, detail=detail, status=status), status


def _refused(error: Refused) -> Any:
    return _page(error.status, error.detail)


def _forged(error: CSRFError) -> Any:
    return _page(400, "", "errors/csrf.html")


def _http(error: HTTPException) -> Any:
    if error.code is not None and 300 <= error.code < 400:
        return error.get_response()
    if error.code == 413:
        return _page(422, gettext("Berkas atau isian terlalu besar: paling besar 10 MB setiap berkas."))
    return _page(error.code or 500, "")


def _broken(error: Exception) -> Any:
    """Never a traceback in the page; the log has it."""

    current_app.logger.exception("page failed: %s %s", request.method, request.path)
    return _page(500, "")
