"""Meetings of the Tim Teknis: the week, who waits for one, calling it, replies, minutes, and the invitation's page."""

from flask import Blueprint

meetings = Blueprint("meetings", __name__)

from web.meetings import board, deeds, invitation, one, schedule  # noqa: E402, F401  (they put their views on it)
