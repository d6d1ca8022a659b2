"""The archive: where files stand, who has them, what has outlived its time."""

from flask import Blueprint

archive = Blueprint("archive", __name__)

from web.archive import views  # noqa: E402, F401  (puts its views on the blueprint)
