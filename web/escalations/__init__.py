"""What was reported to a superior, and answering for it."""

from flask import Blueprint

escalations = Blueprint("escalations", __name__)

from web.escalations import views  # noqa: E402, F401  (puts its views on the blueprint)
