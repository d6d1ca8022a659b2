"""Replies, silence, attendance and outcomes."""

from __future__ import annotations

import pytest

from engine.errors import Gone, Invalid, NotAllowed, NotFound
from engine.escalations import reported, waiting
from engine.meetings import (
    cancel_meeting,
    chase_meetings,
    invitation_of,
    move_meeting,
    record_attendance,
    record_outcomes,
    reply,
    reply_by_link,
    schedule_meeting,
)
from engine.meetings.board import not_recorded, one_meeting, own_times, waiting_for_agencies
from engine.meetings.own_time import drop_busy, write_busy
from engine.storage.agenda_tables import busy_times, meeting_cases
from engine.storage.schema import answers, events
from engine.storage.service_tables import escalations, meeting_invitations, meetings
from engine.verify import verify

from .conftest import NOTULEN, PEOPLE, Desk

BUDI, TONO, TINI = PEOPLE["bidang"], PEOPLE["bplh"], PEOPLE["dishub"]


def meeting_of(desk: Desk, *names: str, day: int = 20, hour: int = 9, code: str = "RAPAT") -> tuple[int, list[int]]:
    ids = [desk.open(code, name) for name in names]
    made = schedule_meeting(desk.office, ids, desk.wib(day, hour), "Aula", "Bahas", by=BUDI)
    assert not made.failed
    desk.work()
    return made.meeting_id, ids


def replies(desk: Desk) -> dict[str, tuple[str | None, str | None]]:
    return {row.agency: (row.reply, row.reply_note) for row in desk.rows(meeting_invitations)}


def test_an_agency_answers_and_may_change_its_mind(desk: Desk) -> None:
    meeting, [case_id] = meeting_of(desk, "Ani")
    reply(desk.office, meeting, "bplh", "hadir", by=TONO, key="jawab-1")
    reply(desk.office, meeting, "bplh", "hadir", by=TONO, key="jawab-1")
    assert desk.history(case_id).count("meeting_replied") == 1
    assert [row.note for row in own_times(desk.office, TONO)] == [desk.rows(meetings)[0].number]
    with pytest.raises(Invalid, match="Periksa") as refused:
        reply(desk.office, meeting, "bplh", "tidak", by=TONO)
    assert "alasan" in refused.value.fields["catatan"][0]
    reply(desk.office, meeting, "bplh", "diwakilkan", "Rina, seksi amdal", by=TONO)
    assert replies(desk) == {"bplh": ("diwakilkan", "Rina, seksi amdal"), "dishub": (None, None)}
    assert own_times(desk.office, TONO) == []
    with pytest.raises(NotAllowed):
        reply(desk.office, meeting, "dishub", "hadir", by=TONO)
    assert one_meeting(desk.office, BUDI, meeting).silent == ["dishub"]


def test_nobody_accepts_two_meetings_at_once(desk: Desk) -> None:
    first, _ = meeting_of(desk, "Ani")
    entry = write_busy(desk.office, TINI, desk.wib(20, 9, 30), desk.wib(20, 10), "Ke dokter")
    with pytest.raises(Invalid, match="Periksa") as refused:
        reply(desk.office, first, "dishub", "hadir", by=TINI)
    assert "Ke dokter, 20-7-2016 09.30-10.00 WIB" in refused.value.fields["jawaban"][0]
    reply(desk.office, first, "dishub", "tidak", "Ke dokter", by=TINI)
    drop_busy(desk.office, TINI, entry)
    second, _ = meeting_of(desk, "Budi", code="SATU", hour=9, day=20)  # dishub declined, hence is free for it
    assert second != first


def test_the_link_answers_without_signing_in_and_only_its_own_invitation(desk: Desk) -> None:
    meeting, [case_id] = meeting_of(desk, "Ani")
    mail = next(row for row in desk.sent("undangan_rapat") if row.recipient == "tim_teknis:dishub")
    token = mail.data["tautan"].rpartition("/")[2]
    shown = invitation_of(desk.office, token)
    assert (shown.meeting_id, shown.agency, shown.open) == (meeting, "dishub", True)
    reply_by_link(desk.office, token, "hadir")
    assert replies(desk)["dishub"] == ("hadir", None)
    event = next(row for row in desk.rows(events, case_id=case_id) if row.kind == "meeting_replied")
    assert (event.actor_id, event.data["lewat"], event.data["instansi"]) == (None, "tautan", "dishub")
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), token.replace("dishub", "bplh"), "1.x", "", "é.é.é"):
        with pytest.raises(NotFound):
            reply_by_link(desk.office, wrong, "hadir")
    desk.clock.set(desk.wib(20, 9))
    with pytest.raises(Gone, match="sudah dimulai"):
        reply_by_link(desk.office, token, "tidak", "Terlambat")
    assert not invitation_of(desk.office, token).open


def test_silence_is_reminded_once_and_then_goes_up(desk: Desk) -> None:
    meeting, [case_id] = meeting_of(desk, "Ani", day=22)
    reply(desk.office, meeting, "bplh", "hadir", by=TONO)
    assert chase_meetings(desk.office) == 0
    desk.clock.set(desk.wib(19, 9, 30))
    assert chase_meetings(desk.office) == 1 and chase_meetings(desk.office) == 0
    assert sorted((row.channel, row.recipient) for row in desk.sent("ingatkan_rapat")) == [
        (channel, "tim_teknis:dishub") for channel in ("email", "sms", "surat")
    ]
    assert [(s.agency, s.reminders) for s in waiting_for_agencies(desk.office, BUDI)] == [("dishub", 1)]
    desk.clock.set(desk.wib(20, 10))
    assert chase_meetings(desk.office) == 1
    [row] = desk.rows(escalations)
    assert row.group_key == "kabid:tertentu" and "Dishub tidak menjawab undangan" in row.element_name
    assert [row.recipient for row in desk.sent("eskalasi")] == ["kabid:tertentu"]
    desk.clock.set(desk.wib(21, 16))
    assert chase_meetings(desk.office) == 0
    assert [kind for kind in desk.history(case_id) if kind in ("meeting_reminded", "meeting_silent")] == [
        "meeting_reminded",
        "meeting_silent",
    ]


def test_who_did_not_answer_and_then_does_not_come_is_reported_for_both(desk: Desk) -> None:
    meeting, _ = meeting_of(desk, "Ani", day=22)
    reply(desk.office, meeting, "bplh", "hadir", by=TONO)
    for day in (19, 20):
        desk.clock.set(desk.wib(day, 10))
        chase_meetings(desk.office)
    desk.clock.set(desk.wib(22, 11))
    for key in ("hadir-1", "hadir-2"):
        record_attendance(desk.office, meeting, {"bplh": "Tono"}, by=BUDI, key=key)
    said = [row.element_name.partition(": ")[2] for row in desk.rows(escalations)]
    assert said == ["Dishub tidak menjawab undangan", "Dishub tidak hadir"]
    [entry] = waiting(desk.office, PEOPLE["kabid"])
    assert [words.partition(": ")[2] for words in entry.said] == said
    assert reported(desk.office, entry.case_id) == entry.said
    [late] = waiting_for_agencies(desk.office, BUDI)
    assert (late.what, late.escalated_at) == ("tidak hadir", desk.wib(22, 11))


def test_a_meeting_that_is_over_or_cancelled_reminds_nobody(desk: Desk) -> None:
    first, _ = meeting_of(desk, "Ani", day=19)
    second, _ = meeting_of(desk, "Budi", day=22)
    cancel_meeting(desk.office, second, "Batal", by=BUDI)
    desk.clock.set(desk.wib(19, 11))
    assert chase_meetings(desk.office) == 2
    assert desk.sent("ingatkan_rapat") == [] and chase_meetings(desk.office) == 0


def test_a_moved_meeting_forgets_replies(desk: Desk) -> None:
    meeting, _ = meeting_of(desk, "Ani")
    reply(desk.office, meeting, "bplh", "hadir", by=TONO)
    move_meeting(desk.office, meeting, desk.wib(21, 9), "Aula dipakai", by=BUDI)
    assert replies(desk) == {"bplh": (None, None), "dishub": (None, None)}
    assert desk.rows(busy_times) == []


def test_absence_goes_up_and_every_case_gets_its_outcome(desk: Desk) -> None:
    meeting, ids = meeting_of(desk, "Ani", "Budi", "Cici")
    with pytest.raises(Invalid, match="Periksa") as early:
        record_attendance(desk.office, meeting, {"bplh": "Tono"}, by=TONO)
    assert "belum dimulai" in early.value.fields["hadir"][0]
    desk.clock.set(desk.wib(20, 11))
    assert [found.row.id for found in not_recorded(desk.office, BUDI)] == [meeting]
    with pytest.raises(Invalid, match="Periksa"):
        record_attendance(desk.office, meeting, {"dinkes": "X"}, by=TONO)
    with pytest.raises(NotAllowed):
        record_attendance(desk.office, meeting, {"bplh": "Tono"}, by=PEOPLE["lain"])
    record_attendance(desk.office, meeting, {"bplh": "Tono, Rina"}, "Dibuka pukul 9.", by=BUDI, key="hadir-1")
    record_attendance(desk.office, meeting, {"bplh": "Tono, Rina"}, "Dibuka pukul 9.", by=BUDI, key="hadir-2")
    [row] = desk.rows(escalations)
    assert "Dishub tidak hadir" in row.element_name and row.case_id == ids[0]
    assert [(s.agency, s.what) for s in waiting_for_agencies(desk.office, BUDI)] == [("dishub", "tidak hadir")]
    outcomes = {
        ids[0]: {"hasil_pembahasan": "lanjut", "notulen": "Tidak ada masalah."},
        ids[1]: {"hasil_pembahasan": "lengkapi", "kekurangan": "Denah lokasi"},
        ids[2]: {"hasil_pembahasan": "tolak"},
    }
    found = record_outcomes(desk.office, meeting, outcomes, by=TONO, key="hasil")
    assert found.done == (ids[0], ids[1]) and "alasan" in found.failed[ids[2]]
    assert [row.state for row in desk.rows(meeting_cases)] == ["selesai", "selesai", "diundang"]
    assert desk.rows(meetings)[0].state == "diundang"
    again = record_outcomes(desk.office, meeting, {ids[2]: {**outcomes[ids[2]], "alasan": "Zona hijau"}}, by=TONO)
    assert again.done == (ids[2],)
    desk.work()
    assert desk.rows(meetings)[0].state == "selesai"
    assert [row.outcome for row in desk.rows(meeting_cases)] == ["lanjut", "lengkapi", "tolak"]
    kept = desk.rows(answers, form=NOTULEN)[0].data
    assert kept["hadir"] == "BPLH: Tono, Rina" and kept["notulen"] == "Dibuka pukul 9.\n\nTidak ada masalah."
    assert desk.at(ids[1]) == ["lengkapi"]
    assert waiting_for_agencies(desk.office, BUDI) == []
    assert verify(desk.office).problems == []


def test_outcomes_belong_to_the_leading_agency(desk: Desk) -> None:
    meeting, [case_id] = meeting_of(desk, "Ani")
    desk.clock.set(desk.wib(20, 11))
    found = record_outcomes(desk.office, meeting, {case_id: {"hasil_pembahasan": "lanjut"}}, by=TINI)
    assert "kelompok lain" in found.failed[case_id][""][0]
    stray = record_outcomes(desk.office, meeting, {999: {"hasil_pembahasan": "lanjut"}}, by=TONO)
    assert "tidak terbuka" in stray.failed[999][""][0]


def test_own_calendars(desk: Desk) -> None:
    start, end = desk.wib(20, 9), desk.wib(20, 10)
    first = write_busy(desk.office, TINI, start, end, "Rapat", "dishub")
    assert write_busy(desk.office, TINI, start, end, "Rapat", "dishub") == first
    for wrong in ((end, start, "x"), (start, desk.wib(20, 9, month=9), "x"), (start, end, " ")):
        with pytest.raises(Invalid):
            write_busy(desk.office, TINI, *wrong)
    with pytest.raises(NotAllowed):
        write_busy(desk.office, TINI, start, end, "Rapat", "bplh")
    with pytest.raises(NotAllowed):
        drop_busy(desk.office, TONO, first)
    drop_busy(desk.office, TINI, first)
    with pytest.raises(NotFound):
        drop_busy(desk.office, TINI, first)
