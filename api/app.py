"""The API of an office as one WSGI application; its addresses begin with /api/v1."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import orjson
from flask import Flask, Response
from flask.json.provider import JSONProvider
from flask_smorest import Api  # type: ignore[import-untyped]
from werkzeug.routing import IntegerConverter

from api import access, description, limits, problems
from api.form_description import OPENAPI
from api.resources.cases import cases
from api.resources.documents import documents
from api.resources.incidents import incidents
from api.resources.me import me, tokens
from api.resources.payments import payments
from api.resources.processes import processes
from api.resources.repairs import repairs
from api.resources.tasks import tasks
from api.resources.types import types
from api.schemas.common import Opened, Problem
from engine.office import Office

BLUEPRINTS = (types, cases, tasks, documents, incidents, payments, processes, me, tokens, repairs)
VERSION = "1.0"
MOUNT = "/api"


class _Json(JSONProvider):
    """orjson both ways."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return orjson.dumps(obj, option=orjson.OPT_NON_STR_KEYS).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Any:
        body = orjson.dumps(self._prepare_response_obj(args, kwargs), option=orjson.OPT_NON_STR_KEYS)
        return Response(body, mimetype="application/json")


class _Id(IntegerConverter):
    """A row's number: what the database can hold."""

    def __init__(self, map: Any, *args: Any, **kwargs: Any) -> None:
        kwargs["max"] = 2**63 - 1
        super().__init__(map, *args, **kwargs)


class _Api(Api):
    """flask-smorest without its error page: problems answers for everything."""

    ERROR_SCHEMA = Problem

    def _register_error_handlers(self) -> None:
        problems.register(self._app)


def create_api(office: Office, *, rate_limit: bool = True) -> Flask:
    """The API of an office. Works as it is, and also mounted below /api by a dispatcher that strips the prefix.

    rate_limit: False counts no requests (benchmarks, tests).
    """
    app = Flask("api", static_folder=None, template_folder="templates", root_path=str(description.HERE))
    app.config.update(
        API_TITLE="SIMYANDU",
        API_VERSION=VERSION,
        OPENAPI_VERSION=OPENAPI,
        PROBLEM_BASE=f"{office.settings.public_url.rstrip('/')}/api/docs#",
        MAX_CONTENT_LENGTH=access.JSON_BYTES,
        MAX_FORM_MEMORY_SIZE=64 * 1024,
        MAX_FORM_PARTS=20,
    )
    app.extensions["simyandu"] = office
    app.json = _Json(app)
    app.url_map.converters["id"] = _Id
    app.url_map.strict_slashes = False
    limits.register(app, rate_limit)
    access.protect(app)
    api = _Api(app)
    api.spec.components.schema("Opened", schema=Opened)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    description.register(app, api)
    app.wsgi_app = _AtHome(app.wsgi_app)  # type: ignore[method-assign]
    return app


create_app = create_api


class _AtHome:
    """Gives a dispatcher's /api back to the path."""

    def __init__(self, inner: Callable[..., Iterable[bytes]]) -> None:
        self.inner = inner

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("SCRIPT_NAME", "").endswith(MOUNT):
            environ["PATH_INFO"] = MOUNT + environ.get("PATH_INFO", "")
            environ["SCRIPT_NAME"] = environ["SCRIPT_NAME"][: -len(MOUNT)]
        return self.inner(environ, start_response)
