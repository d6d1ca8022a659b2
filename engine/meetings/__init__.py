"""Meetings of the Tim Teknis: who waits for one, when everybody can, calling it for several cases, replies, minutes.

A meeting's own history stands on its first case; what concerns another of its cases is told on that one too.
"""

from engine.meetings.chase import chase_meetings
from engine.meetings.commands import Scheduled, cancel_meeting, go_on, leave_out, move_meeting, schedule_meeting
from engine.meetings.record import record_attendance, record_outcomes
from engine.meetings.replies import invitation_of, reply, reply_by_link
from engine.meetings.slots import Slot, propose_slots, suggestion

__all__ = [
    "Scheduled",
    "Slot",
    "cancel_meeting",
    "chase_meetings",
    "go_on",
    "invitation_of",
    "leave_out",
    "move_meeting",
    "propose_slots",
    "record_attendance",
    "record_outcomes",
    "reply",
    "reply_by_link",
    "schedule_meeting",
    "suggestion",
]
