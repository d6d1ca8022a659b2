"""Field visits: the day on a phone, with or without a connection, and cases found on the map."""

from flask import Blueprint

visits = Blueprint("visits", __name__)

from web.visits import day, places, sync  # noqa: E402, F401  (they put their views on the blueprint)
