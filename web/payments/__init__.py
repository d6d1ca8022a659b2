"""Money that came in: what a person must settle, files of the bank, what is overdue, and the recap of each day."""

from flask import Blueprint

payments = Blueprint("payments", __name__)

from web.payments import recap, settle, views  # noqa: E402, F401  (they put their views on the blueprint)
