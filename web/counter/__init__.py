"""The counter: hand in, complete, collect, ask."""

from flask import Blueprint

counter = Blueprint("counter", __name__)

from web.counter import collect, complete, desk, new, register, resi  # noqa: E402, F401  (they put their views on it)
