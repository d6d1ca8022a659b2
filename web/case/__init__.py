"""One case: where it is, since when, until when, and all that hangs on it."""

from flask import Blueprint

case = Blueprint("case", __name__)

from web.case import deeds, ending, files, reissue, views  # noqa: E402, F401  (they put their views on the blueprint)
