"""What is done to one meeting: moved, cancelled, a case left out, answered, attended, decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from engine.errors import Gone, Invalid
from engine.meetings import cancel_meeting, leave_out, move_meeting, record_attendance, record_outcomes, reply
from engine.meetings.board import one_meeting
from web.meetings import meetings
from web.meetings.one import shown
from web.meetings.reading import typed_moment
from web.posting import posted_key
from web.security import needs, office, person


def _back(meeting_id: int) -> Any:
    return redirect(url_for("meetings.meeting", meeting_id=meeting_id), 303)


def _again(meeting_id: int, form: str, refused: Invalid) -> Any:
    return shown(one_meeting(office(), person(), meeting_id), form, request.form, refused.fields, 422)


def _did(meeting_id: int, form: str, deed: Callable[[], object], said: str) -> Any:
    """Do it and say so; what is typed wrong is shown at its form, what can no longer be done is told."""
    try:
        deed()
    except Invalid as refused:
        return _again(meeting_id, form, refused)
    except Gone as gone:
        flash(gone.detail, "warning")
    else:
        flash(said, "success")
    return _back(meeting_id)


@meetings.post("/rapat/<int:meeting_id>/pindah")
@needs("meeting.schedule")
def move(meeting_id: int) -> Any:
    """Another time or place."""
    where, why = request.form.get("tempat", ""), request.form.get("alasan", "")

    def deed() -> None:
        start = typed_moment("tanggal", "jam", "waktu")
        move_meeting(office(), meeting_id, start, why, where, by=person(), key=posted_key())

    said = gettext("Rapat dipindah. Setiap instansi diberi tahu dan diminta menjawab lagi.")
    return _did(meeting_id, "pindah", deed, said)


@meetings.post("/rapat/<int:meeting_id>/batal")
@needs("meeting.schedule")
def cancel(meeting_id: int) -> Any:
    """It does not take place."""
    why = request.form.get("alasan", "")
    return _did(
        meeting_id,
        "batal",
        lambda: cancel_meeting(office(), meeting_id, why, by=person(), key=posted_key()),
        gettext("Rapat dibatalkan. Permohonannya menunggu jadwal baru."),
    )


@meetings.post("/rapat/<int:meeting_id>/keluarkan/<int:case_id>")
@needs("meeting.schedule")
def leave(meeting_id: int, case_id: int) -> Any:
    """Take one case out of it."""
    why = request.form.get("alasan", "")
    return _did(
        meeting_id,
        f"keluarkan-{case_id}",
        lambda: leave_out(office(), meeting_id, case_id, why, by=person(), key=posted_key()),
        gettext("Permohonan dikeluarkan dari rapat ini dan menunggu jadwal baru."),
    )


@meetings.post("/rapat/<int:meeting_id>/jawab")
@needs("meeting.reply")
def answer(meeting_id: int) -> Any:
    """Answer for one's agency."""
    agency = request.form.get("instansi", "")[:40]
    given, note = request.form.get("jawaban", ""), request.form.get("catatan", "")
    return _did(
        meeting_id,
        f"jawab-{agency}",
        lambda: reply(office(), meeting_id, agency, given, note, by=person(), key=posted_key()),
        gettext("Jawaban tercatat. Anda dapat mengubahnya sampai rapat dimulai."),
    )


@meetings.post("/rapat/<int:meeting_id>/hadir")
@needs("meeting.record")
def attend(meeting_id: int) -> Any:
    """Who came, and what was said about all cases."""
    came = request.form.getlist("hadir")
    present = {agency: request.form.get(f"nama-{agency}", "")[:500] for agency in came}
    minutes = request.form.get("notulen", "")[:10_000]
    return _did(
        meeting_id,
        "hadir",
        lambda: record_attendance(office(), meeting_id, present, minutes, by=person(), key=posted_key()),
        gettext("Kehadiran tercatat."),
    )


@meetings.post("/rapat/<int:meeting_id>/hasil")
@needs("meeting.record")
def decide(meeting_id: int) -> Any:
    """The outcome of every case that has one chosen."""
    outcomes: dict[int, dict[str, Any]] = {}
    for name, value in request.form.items():
        ident = name.removeprefix("hasil-")
        if name.startswith("hasil-") and value and ident.isdecimal() and len(ident) < 19:
            outcomes[int(ident)] = {
                "hasil_pembahasan": value,
                **{
                    key: text
                    for key in ("notulen", "kekurangan", "alasan")
                    if (text := request.form.get(f"{key}-{ident}", "").strip())
                },
            }
    try:
        found = record_outcomes(office(), meeting_id, outcomes, by=person(), key=posted_key())
    except Gone as gone:
        flash(gone.detail, "warning")
        return _back(meeting_id)
    if found.done:
        flash(gettext("Hasil %(n)s permohonan dicatat dan diteruskan.", n=len(found.done)), "success")
    if not outcomes:
        flash(gettext("Pilih hasil sedikitnya satu permohonan."), "warning")
    if found.failed:
        errors = {
            f"{field or 'hasil'}-{case_id}": list(texts)
            for case_id, fields in found.failed.items()
            for field, texts in fields.items()
        }
        return shown(one_meeting(office(), person(), meeting_id), "hasil", request.form, errors, 422)
    return _back(meeting_id)
