"""Bodies and queries of requests: read strictly, refused in the API's own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import orjson
from flask import Request
from flask_smorest import Blueprint as SmorestBlueprint  # type: ignore[import-untyped]
from marshmallow import Schema, ValidationError
from webargs import missing
from webargs.core import is_json
from webargs.flaskparser import FlaskParser

from api.problems import Malformed, WrongMedia
from api.words import say
from engine.errors import Invalid

MOST_DEPTH = 16  # JSON inside JSON; nothing of ours is deeper than 4
_MOST_FIELDS = 50  # names that one refusal lists


class Parser(FlaskParser):
    """webargs with orjson, a limit on depth, 415 for other kinds of body, and Invalid for what a schema refuses."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": None, "form": None}

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The body. Nothing at all counts as an empty object. Raises Malformed, WrongMedia."""
        body = req.get_data(cache=False)
        if not body:
            return missing
        if not is_json(req.mimetype):
            raise WrongMedia(say("Kirim JSON (application/json).", "Send JSON (application/json)."))
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            where = f"{error.msg} ({error.lineno}:{error.colno})"
            raise Malformed(say(f"Bukan JSON yang utuh: {where}", f"Not well-formed JSON: {where}")) from None
        if body.count(b"[") + body.count(b"{") > MOST_DEPTH or b"\\u0000" in body:
            _look_through(value)
        return value

    def load_form(self, req: Request, schema: Schema) -> Any:
        """Fields beside a file. Raises WrongMedia."""
        if req.mimetype != "multipart/form-data":
            raise WrongMedia(say("Kirim multipart/form-data.", "Send multipart/form-data."))
        return super().load_form(req, schema)

    def handle_error(self, error: ValidationError, req: Request, schema: Schema, **_: Any) -> NoReturn:
        """Every message at the field it belongs to."""
        found: dict[str, list[str]] = {}
        for said in error.messages.values() if isinstance(error.messages, dict) else [error.messages]:
            _flatten(said, "", found)
        raise Invalid(found)


class Blueprint(SmorestBlueprint):
    """A resource of the API."""

    ARGUMENTS_PARSER = Parser()


def _look_through(value: Any) -> None:
    level = [value]
    for _ in range(MOST_DEPTH):
        deeper: list[Any] = []
        for part in level:
            if isinstance(part, dict):
                deeper.extend(part.values())
                deeper.extend(part)
            elif isinstance(part, list):
                deeper.extend(part)
            elif isinstance(part, str) and "\0" in part:
                raise Malformed(say("Teks berisi huruf NUL.", "A text holds the NUL character."))
        if not deeper:
            return
        level = deeper
    raise Malformed(say("JSON bersarang terlalu dalam.", "The JSON is nested too deeply."))


def _flatten(said: Any, path: str, found: dict[str, list[str]]) -> None:
    if len(found) >= _MOST_FIELDS:
        return
    if isinstance(said, Mapping):
        for key, more in said.items():
            name = "" if key == "_schema" else str(key)[:100]
            _flatten(more, f"{path}.{name}".strip(".") if name else path, found)
    else:
        texts = said if isinstance(said, list) else [said]
        found.setdefault(path, []).extend(str(text) for text in texts)
