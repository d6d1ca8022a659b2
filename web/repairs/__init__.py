"""Perbaikan: a case is put right, each time with a reason, a preview, and where asked a second person."""

from flask import Blueprint

repairs = Blueprint("repairs", __name__)

from web.repairs import board, deeds  # noqa: E402, F401  (they put their views on the blueprint)
