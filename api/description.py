"""The API describes itself: OpenAPI at /api/openapi.json, and the same for people at /api/docs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from flask import Flask, Response, render_template
from flask_smorest import Api  # type: ignore[import-untyped]

from api.access import public
from api.words import TITLES

HERE = Path(__file__).resolve().parent
METHODS = ("get", "post", "put", "patch", "delete")
_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_ABOUT = (
    "Commands and queries of the permitting office. Moments are ISO 8601 in UTC, money is whole rupiah, working time "
    "is minutes of 480 a day. Lists are paged by `after`. Whatever is refused is a problem document (RFC 9457)."
)


def register(app: Flask, api: Api) -> None:
    """Serve the description of `app`."""

    @lru_cache(maxsize=1)
    def document() -> dict[str, Any]:
        return described(api)

    @lru_cache(maxsize=1)
    def as_json() -> bytes:
        return orjson.dumps(document(), option=orjson.OPT_INDENT_2)

    @public
    def openapi() -> Response:
        answer = Response(as_json(), mimetype="application/json")
        answer.headers["Cache-Control"] = "public, max-age=300"
        return answer

    @public
    def docs() -> Response:
        page = render_template("docs.html", spec=document(), operations=list(operations(document())), titles=TITLES)
        return _page(page, "text/html")

    @public
    def style() -> Response:
        return _page((HERE / "static" / "docs.css").read_text(), "text/css")

    app.add_url_rule("/api/openapi.json", "openapi", openapi)
    app.add_url_rule("/api/docs", "docs", docs)
    app.add_url_rule("/api/docs.css", "docs_style", style)


def described(api: Api) -> dict[str, Any]:
    """The OpenAPI document, whole."""
    document: dict[str, Any] = api.spec.to_dict()
    document["info"]["description"] = _ABOUT
    document["servers"] = [{"url": "/"}]
    components = document.setdefault("components", {})
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "A token of POST /api/v1/tokens."},
        "session": {"type": "apiKey", "in": "cookie", "name": "sesi", "description": "The pages' session."},
    }
    problem = {"$ref": "#/components/schemas/Problem"}
    components.setdefault("responses", {})["Problem"] = {
        "description": "Refused, and why.",
        "content": {"application/problem+json": {"schema": problem}},
    }
    for methods in document["paths"].values():
        for method in METHODS:
            if method in methods:
                answers = methods[method].setdefault("responses", {})
                for status in [status for status in answers if not str(status).startswith(("2", "3"))]:
                    del answers[status]
                answers["default"] = {"$ref": "#/components/responses/Problem"}
    return document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, list[tuple[str, str, dict[str, Any]]]]]:
    """(tag, [(METHOD, path, operation)]) in the order of the tags."""
    for tag in document.get("tags", []):
        yield (
            tag["name"],
            [
                (method.upper(), path, {**methods[method], "shared": methods.get("parameters", [])})
                for path, methods in document["paths"].items()
                for method in METHODS
                if method in methods and tag["name"] in methods[method].get("tags", [])
            ],
        )


def _page(body: str, mimetype: str) -> Response:
    answer = Response(body, mimetype=mimetype)
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer
