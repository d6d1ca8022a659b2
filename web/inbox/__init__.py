"""Tasks: what do I do next, and one task with the ground it stands on."""

from flask import Blueprint

inbox = Blueprint("inbox", __name__)

from web.inbox import deeds, draft, lists, task  # noqa: E402, F401  (they put their views on the blueprint)
