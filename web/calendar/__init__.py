"""The office's calendar, who is absent, and what is delegated."""

from flask import Blueprint

calendar = Blueprint("calendar", __name__)

from web.calendar import absences, delegations, views  # noqa: E402, F401  (put their views on the blueprint)
