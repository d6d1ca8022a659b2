"""What applicants see without signing in: where their application stands."""

from flask import Blueprint

public_pages = Blueprint("public", __name__)

from web.public import letters, status  # noqa: E402, F401  (they put their views on the blueprint)
