"""Troubles: automatic work that failed and waits for a person."""

from flask import Blueprint

incidents = Blueprint("incidents", __name__)

from web.incidents import views  # noqa: E402, F401  (puts its views on the blueprint)
