"""For those who run the office: today, where it hangs, and the cases behind every number."""

from flask import Blueprint

management = Blueprint("management", __name__)
bottlenecks = Blueprint("bottlenecks", __name__)

from web.management import cases, knots, today  # noqa: E402, F401  (they put their views on the blueprints)
