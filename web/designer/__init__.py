"""SOPs as they are in force: the catalogue, one SOP, its drawings, forms, versions. New versions come in by command."""

from flask import Blueprint

designer = Blueprint("designer", __name__)

from web.designer import catalogue, files, sop  # noqa: E402, F401  (they put their views on the blueprint)
