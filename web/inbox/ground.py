"""What has to be read before a step is done: the berita acara that is signed, the meeting that is recorded, the bill
that was calculated."""

from __future__ import annotations

from typing import Any

from engine.dossier import TaskView
from engine.meetings.board import meeting_of_case
from engine.meetings.tables import CALL_FORM, RECORD_FORM
from engine.minutes import SIGN_FORM, VERIFY_FORM, WRITE_FORM, latest_round
from engine.payments import calculated
from web.case import words
from web.security import office

MINUTES = (WRITE_FORM, SIGN_FORM, VERIFY_FORM)
BILL = ("umum/nota_perhitungan", "umum/tanda_tangan")


def ground(view: TaskView) -> dict[str, Any]:
    """minutes: engine.minutes.Round; repairs: whether the step writes it anew; shown: forms that it tells already.
    meeting: its row, with `standing`. nota: the bill before it is issued. What the step does not need is None."""
    form, case = view.task.form, view.view.case
    minutes = latest_round(office(), case.id) if form in MINUTES else None
    return {
        "minutes": minutes,
        "repairs": form == WRITE_FORM,
        "meeting": meeting_of_case(office(), case.id) if form in (CALL_FORM, RECORD_FORM) else None,
        "nota": calculated(office(), view.view) if form in BILL else None,
        "shown": MINUTES if minutes else (),
        "words": words,
    }
