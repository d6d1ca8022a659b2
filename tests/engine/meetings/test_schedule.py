"""One meeting for several cases: called, moved, cancelled; what is in the way is named."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from icalendar import Calendar

from engine import cases
from engine.errors import Gone, Invalid, NotAllowed
from engine.meetings import cancel_meeting, go_on, leave_out, move_meeting, propose_slots, schedule_meeting
from engine.meetings.board import meetings_between, one_meeting, waiting_for_agencies, waiting_groups
from engine.meetings.own_time import write_busy
from engine.storage.agenda_tables import meeting_cases
from engine.storage.clock_tables import absences
from engine.storage.people_tables import memberships, persons
from engine.storage.schema import documents
from engine.storage.service_tables import meeting_invitations, meetings, register_entries
from engine.verify import verify

from .conftest import NOTULEN, PEOPLE, Desk

BUDI = PEOPLE["bidang"]


def entry(row: object) -> Calendar:
    return Calendar.from_ical(row.data["ics"])  # type: ignore[attr-defined]


def test_cases_of_the_same_agencies_wait_together_the_earliest_promise_first(desk: Desk) -> None:
    first, other = desk.open(name="Ani"), desk.open("SATU", "Budi")
    desk.clock.advance(hours=2)
    second = desk.open(name="Cici")
    groups = waiting_groups(desk.office, BUDI)
    assert [(group.agencies, [row.id for row in group.cases]) for group in groups] == [
        (("bplh", "dishub"), [first, second]),
        (("dishub",), [other]),
    ]
    assert waiting_groups(desk.office, PEOPLE["lain"]) == []


def test_one_meeting_for_three_cases(desk: Desk) -> None:
    ids = [desk.open(name=name) for name in ("Ani", "Budi", "Cici")]
    start = desk.wib(20, 9)
    made = schedule_meeting(desk.office, ids, start, "Aula", "Bahas bersama", by=BUDI, key="kunci-satu")
    assert (made.done, dict(made.failed)) == (tuple(ids), {})
    desk.work()
    assert [desk.at(case_id) for case_id in ids] == [["bahas"]] * 3
    [meeting] = desk.rows(meetings)
    assert (meeting.held_at, meeting.number) == (start, made.number)
    assert [row.state for row in desk.rows(meeting_cases)] == ["diundang"] * 3
    assert len(desk.rows(register_entries, register="undangan")) == 1
    mails = [row for row in desk.sent("undangan_rapat") if row.channel == "email"]
    assert [row.recipient for row in mails] == ["tim_teknis:bplh", "tim_teknis:dishub"]
    [event] = entry(mails[0]).walk("VEVENT")
    assert event["sequence"] == 0 and event.start == start and str(event["uid"]) == meeting.uid
    assert all(name in str(event["description"]) for name in ("Ani", "Budi", "Cici"))
    assert sorted(row.case_id for row in desk.rows(documents, kind="undangan")) == ids
    for case_id in ids:
        assert "meeting_called" in desk.history(case_id)
    again = schedule_meeting(desk.office, ids, start, "Aula", "Bahas bersama", by=BUDI, key="kunci-satu")
    assert again.meeting_id == made.meeting_id and len(desk.rows(meetings)) == 1
    assert len(desk.sent("undangan_rapat")) == 6
    assert waiting_groups(desk.office, BUDI) == []
    assert verify(desk.office).problems == []


def test_what_fails_for_one_case_is_kept_and_can_be_repeated(desk: Desk) -> None:
    ids = [desk.open(name=name) for name in ("Ani", "Budi")]
    held = desk.tasks(ids[1])[0]
    cases.claim(desk.office, held.id, by=PEOPLE["kabid"])
    made = schedule_meeting(desk.office, ids, desk.wib(20, 9), "Aula", "Bahas", by=BUDI, key="kunci-dua")
    assert made.done == (ids[0],) and "Karta Kabid" in made.failed[ids[1]]
    shown = one_meeting(desk.office, BUDI, made.meeting_id)
    assert [(row.case_id, "Karta Kabid" in row.problem) for row in shown.unfinished] == [(ids[1], True)]
    cases.release(desk.office, held.id, by=PEOPLE["kabid"])
    assert go_on(desk.office, made.meeting_id, by=BUDI, key="ulang").done == tuple(ids)
    assert desk.rows(meeting_cases)[1].problem is None
    assert len(desk.rows(meetings)) == 1 and len(desk.sent("undangan_rapat")) == 6


def test_an_overlap_for_one_agency_is_refused_by_name_and_nothing_is_lost(desk: Desk) -> None:
    first, second = desk.open(), desk.open("SATU", "Budi")
    schedule_meeting(desk.office, [first], desk.wib(20, 9), "Aula", "Bahas", by=BUDI)
    with pytest.raises(Invalid) as refused:
        schedule_meeting(desk.office, [second], desk.wib(20, 9, 30), "Ruang 2", "Bahas", by=BUDI)
    [message] = refused.value.fields["waktu"]
    assert "Dishub: rapat 005/0001" in message and "20-7-2016 09.00-10.00 WIB" in message
    assert desk.at(second) == ["undang"] and len(desk.rows(meetings)) == 1
    with pytest.raises(Invalid, match="Periksa") as on_the_form:
        desk.do("bidang", second, "umum/undang_rapat", tanggal="2016-07-20", jam="09:30", tempat="R2", agenda="B")
    assert "Dishub: rapat 005/0001" in on_the_form.value.fields["jam"][0]
    assert desk.at(second) == ["undang"]
    desk.invite(second, hour="10:00")
    assert [row.number[:8] for row in desk.rows(meetings)] == ["005/0001", "005/0002"]
    assert verify(desk.office).problems == []


def test_two_who_call_at_the_same_moment_do_not_overlap(desk: Desk) -> None:
    """Four cases, one agency, one hour: whoever comes first gets it, the others are told."""
    ids = [desk.open("SATU", f"P{number}") for number in range(4)]

    def call(number: int) -> str:
        try:
            start = desk.wib(20, 9, 15 * (number % 2))
            schedule_meeting(desk.office, [ids[number]], start, f"Ruang {number}", "Bahas", by=BUDI)
        except Invalid as refused:
            return refused.fields["waktu"][0][:12]
        return "jadi"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(call, range(4)))
    assert outcomes == ["Bertabrakan "] * 3 + ["jadi"]
    assert len(desk.rows(meetings)) == 1


def test_a_calendar_entry_is_in_the_way_too(desk: Desk) -> None:
    case_id = desk.open()
    write_busy(desk.office, PEOPLE["dishub"], desk.wib(20, 8), desk.wib(20, 12), "Rapat anggaran", "dishub")
    with pytest.raises(Invalid) as refused:
        schedule_meeting(desk.office, [case_id], desk.wib(20, 9), "Aula", "Bahas", by=BUDI)
    assert "Dishub: Rapat anggaran, 20-7-2016 08.00-12.00 WIB" in refused.value.fields["waktu"][0]


def test_an_agency_can_come_while_one_of_its_members_can(desk: Desk) -> None:
    case_id = desk.open()
    write_busy(desk.office, PEOPLE["dishub"], desk.wib(20, 8), desk.wib(20, 12), "Dinas luar")
    with pytest.raises(Invalid, match="Periksa") as refused:
        schedule_meeting(desk.office, [case_id], desk.wib(20, 9), "Aula", "Bahas", by=BUDI)
    assert "semua anggotanya berhalangan" in refused.value.fields["waktu"][0]
    tuti = {"id": 7, "username": "tuti", "name": "Tuti", "password_hash": "-", "active": True, "locale": "id"}
    with desk.office.db.write() as connection:
        connection.execute(persons.insert().values(**tuti, created_at=desk.clock.now()))
        connection.execute(memberships.insert().values(person_id=7, role="tim_teknis", scope="dishub"))
    assert schedule_meeting(desk.office, [case_id], desk.wib(20, 9), "Aula", "Bahas", by=BUDI).done == (case_id,)


def test_who_is_on_leave_cannot_come(desk: Desk) -> None:
    case_id = desk.open()
    leave = {"person_id": 5, "first": "2016-07-19", "last": "2016-07-20", "kind": "cuti", "decree": "SK 1", "by_id": 3}
    with desk.office.db.write() as connection:
        connection.execute(absences.insert().values(**leave, at=desk.clock.now()))
    assert [slot.start for slot in propose_slots(desk.office, ["bplh", "dishub"], [], 2)] == [
        desk.wib(18, 13),
        desk.wib(21, 8),
    ]
    with pytest.raises(Invalid, match="Periksa") as refused:
        schedule_meeting(desk.office, [case_id], desk.wib(20, 9), "Aula", "Bahas", by=BUDI)
    assert "Dishub: semua anggotanya berhalangan" in refused.value.fields["waktu"][0]


@pytest.mark.parametrize(
    ("day", "hour", "month", "words"),
    [
        (17, 9, 7, "sudah lewat"),
        (23, 9, 7, "Kantor tutup"),
        (20, 18, 7, "di luar jam kantor"),
        (17, 9, 8, "Kantor tutup"),
    ],
)
def test_a_time_that_cannot_be(desk: Desk, day: int, hour: int, month: int, words: str) -> None:
    case_id = desk.open()
    with pytest.raises(Invalid) as refused:
        schedule_meeting(desk.office, [case_id], desk.wib(day, hour, month=month), "", "Bahas", by=BUDI)
    assert words in refused.value.fields["waktu"][0] and "tempat" in refused.value.fields


def test_cases_that_cannot_meet_together(desk: Desk) -> None:
    first, other = desk.open(), desk.open("SATU")
    with pytest.raises(Invalid, match="Periksa") as refused:
        schedule_meeting(desk.office, [first, other], desk.wib(20, 9), "Aula", "Bahas", by=BUDI)
    assert "lain daripada yang pertama" in refused.value.fields["permohonan"][0]
    with pytest.raises(Invalid, match="Periksa") as refused:
        schedule_meeting(desk.office, [first], desk.wib(20, 9), "Aula", "Bahas", by=PEOPLE["lain"])
    assert "milik bidang lain" in refused.value.fields["permohonan"][0]
    with pytest.raises(NotAllowed):
        schedule_meeting(desk.office, [first], desk.wib(20, 9), "Aula", "Bahas", by=PEOPLE["bplh"])


def test_moved_meetings_ask_anew_and_move_the_calendar_entry(desk: Desk) -> None:
    ids = [desk.open(name=name) for name in ("Ani", "Budi")]
    made = schedule_meeting(desk.office, ids, desk.wib(20, 9), "Aula", "Bahas", by=BUDI)
    move_meeting(desk.office, made.meeting_id, desk.wib(20, 9, 30), "Aula dipakai", "Ruang 2", by=BUDI, key="pindah")
    move_meeting(desk.office, made.meeting_id, desk.wib(20, 9, 30), "Aula dipakai", "Ruang 2", by=BUDI, key="pindah")
    [meeting] = desk.rows(meetings)
    assert (meeting.held_at, meeting.place, meeting.sequence) == (desk.wib(20, 9, 30), "Ruang 2", 1)
    mails = [row for row in desk.sent("rapat_dipindah") if row.channel == "email"]
    assert len(mails) == 2
    [event] = entry(mails[0]).walk("VEVENT")
    assert (event["sequence"], str(event["uid"]), event.start) == (1, meeting.uid, desk.wib(20, 9, 30))
    for case_id in ids:
        assert desk.history(case_id).count("meeting_moved") == 1
    other = desk.open("SATU")
    schedule_meeting(desk.office, [other], desk.wib(21, 9), "Aula", "Bahas", by=BUDI)
    with pytest.raises(Invalid, match="Periksa") as refused:
        move_meeting(desk.office, made.meeting_id, desk.wib(21, 9), "Coba", by=BUDI)
    assert "Dishub" in refused.value.fields["waktu"][0]


def test_a_cancelled_meeting_frees_everybody_and_its_cases_wait_again(desk: Desk) -> None:
    ids = [desk.open(name=name) for name in ("Ani", "Budi")]
    made = schedule_meeting(desk.office, ids, desk.wib(20, 9), "Aula", "Bahas", by=BUDI)
    desk.work()
    with pytest.raises(Invalid):
        cancel_meeting(desk.office, made.meeting_id, " ", by=BUDI)
    cancel_meeting(desk.office, made.meeting_id, "Kepala dinas berhalangan", by=BUDI)
    mails = [row for row in desk.sent("rapat_dibatalkan") if row.channel == "email"]
    cancelled = entry(mails[0])
    assert (str(cancelled["method"]), str(cancelled.walk("VEVENT")[0]["status"])) == ("CANCEL", "CANCELLED")
    with pytest.raises(Gone):
        move_meeting(desk.office, made.meeting_id, desk.wib(21, 9), "Coba", by=BUDI)
    assert [(desk.at(case_id), desk.tasks(case_id)[0].group_key) for case_id in ids] == [
        (["undang"], "bidang:tertentu")
    ] * 2
    [group] = waiting_groups(desk.office, BUDI)
    assert [(row.id, row.called) for row in group.cases] == [(ids[0], True), (ids[1], True)]
    assert verify(desk.office).problems == []
    second = schedule_meeting(desk.office, ids, desk.wib(20, 9), "Aula", "Bahas lagi", by=BUDI)
    desk.work()
    assert second.done == tuple(ids) and [desk.at(case_id) for case_id in ids] == [["bahas"]] * 2
    assert len(desk.rows(documents, case_id=ids[1], kind="undangan")) == 2
    assert [row.state for row in desk.rows(meetings)] == ["dibatalkan", "diundang"]
    assert waiting_groups(desk.office, BUDI) == [] and verify(desk.office).problems == []


def test_a_meeting_cancelled_before_its_letter_is_drawn_leaves_nothing_hanging(desk: Desk) -> None:
    case_id = desk.open(name="Ani")
    made = schedule_meeting(desk.office, [case_id], desk.wib(20, 9), "Aula", "Bahas", by=BUDI)
    cancel_meeting(desk.office, made.meeting_id, "Kepala dinas berhalangan", by=BUDI)
    desk.work()
    assert desk.at(case_id) == ["bahas"]  # the case came there after the meeting fell through
    with pytest.raises(Invalid) as refused:
        desk.do("bplh", case_id, NOTULEN, hadir="Tono", notulen="Bahas", hasil_pembahasan="lanjut")
    assert "rapat baru" in refused.value.fields["hadir"][0]
    [group] = waiting_groups(desk.office, BUDI)
    assert [(row.id, row.called) for row in group.cases] == [(case_id, True)]
    schedule_meeting(desk.office, [case_id], desk.wib(20, 9), "Aula", "Bahas lagi", by=BUDI)
    desk.do("bplh", case_id, NOTULEN, hadir="Tono", notulen="Bahas", hasil_pembahasan="lanjut")
    assert [row.state for row in desk.rows(meetings)] == ["dibatalkan", "selesai"]
    assert verify(desk.office).problems == []


def test_a_case_can_be_left_out(desk: Desk) -> None:
    ids = [desk.open(name=name) for name in ("Ani", "Budi")]
    made = schedule_meeting(desk.office, ids, desk.wib(20, 9), "Aula", "Bahas", by=BUDI)
    desk.work()
    leave_out(desk.office, made.meeting_id, ids[1], "Pemohon belum siap", by=BUDI)
    with pytest.raises(Gone):
        leave_out(desk.office, made.meeting_id, ids[1], "Lagi", by=BUDI)
    [group] = waiting_groups(desk.office, BUDI)
    assert [row.id for row in group.cases] == [ids[1]]


def test_slots_are_free_within_office_hours_and_know_the_promise(desk: Desk) -> None:
    case_id = desk.open()
    write_busy(desk.office, PEOPLE["bplh"], desk.wib(18, 8), desk.wib(20, 16), "Bimtek", "bplh")
    slots = propose_slots(desk.office, ["bplh", "dishub"], [case_id], 5)
    assert [(slot.start, slot.end) for slot in slots] == [
        (desk.wib(21, 8), desk.wib(21, 9)),
        (desk.wib(21, 13), desk.wib(21, 14)),
        (desk.wib(22, 8), desk.wib(22, 9)),
        (desk.wib(22, 13), desk.wib(22, 14)),
        (desk.wib(25, 8), desk.wib(25, 9)),
    ]
    promise = desk.case(case_id).promised_at
    assert slots[0].left_minutes == desk.office.working_time.between(slots[0].end, promise) and slots[0].in_time
    schedule_meeting(desk.office, [case_id], slots[0].start, "Aula", "Bahas", by=BUDI)
    assert propose_slots(desk.office, ["dishub"], [], 1)[0].start == desk.wib(18, 13)
    assert propose_slots(desk.office, ["bplh"], [], 1)[0].start == desk.wib(21, 9)


def test_the_week_shows_what_each_may_see(desk: Desk) -> None:
    made = schedule_meeting(desk.office, [desk.open("SATU")], desk.wib(20, 9), "Aula", "Bahas", by=BUDI)
    monday = desk.clock.now().date()
    assert [m.row.id for m in meetings_between(desk.office, BUDI, monday, 7)] == [made.meeting_id]
    assert [m.row.id for m in meetings_between(desk.office, PEOPLE["dishub"], monday, 7)] == [made.meeting_id]
    assert meetings_between(desk.office, PEOPLE["bplh"], monday, 7) == []
    with pytest.raises(NotAllowed):
        one_meeting(desk.office, PEOPLE["bplh"], made.meeting_id)
    assert [(s.agency, s.what) for s in waiting_for_agencies(desk.office, BUDI)] == [("dishub", "belum menjawab")]
    assert len(desk.rows(meeting_invitations)) == 1
