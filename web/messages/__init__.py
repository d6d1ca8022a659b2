"""The log of messages: what was sent, what waits and why, what failed."""

from flask import Blueprint

messages = Blueprint("messages", __name__)

from web.messages import views  # noqa: E402, F401  (puts its views on the blueprint)
