"""A case put back to an earlier step: meetings and visits that it waits for no more fall away, those held stay."""

from __future__ import annotations

import pytest
from icalendar import Calendar
from sqlalchemy import insert

from engine import cases
from engine.errors import Gone
from engine.meetings import record_attendance, schedule_meeting
from engine.meetings.board import waiting_groups
from engine.people import Person
from engine.repair import consent, preview, proposals, propose, repair
from engine.storage.agenda_tables import busy_times, meeting_cases
from engine.storage.people_tables import memberships, persons
from engine.storage.schema import outbox
from engine.storage.service_tables import meetings, visits
from engine.verify import verify
from engine.visits.day import day_of_visits
from engine.visits.record import Report, send_report

from .conftest import MONDAY, PEOPLE, Desk
from .test_visits import to_visit

BUDI, KARTA = PEOPLE["bidang"], PEOPLE["kabid"]
ADMIN = Person(7, "admin", "Ani Admin", (("admin", None),))


@pytest.fixture(autouse=True)
def admin(desk: Desk) -> None:
    row = {"id": ADMIN.id, "username": ADMIN.username, "name": ADMIN.name, "password_hash": "-", "active": True}
    with desk.office.db.write() as connection:
        connection.execute(insert(persons).values(**row, locale="id", created_at=MONDAY))
        connection.execute(insert(memberships).values(person_id=ADMIN.id, role="admin", scope=""))


def back(desk: Desk, case_id: int, process: str, element: str) -> object:
    """What was foreseen; then two persons do it where one is not enough."""
    args = {"process": process, "element": element}
    before = len(desk.rows(outbox))
    seen = preview(desk.office, KARTA, case_id, "send_back", args)
    assert len(desk.rows(outbox)) == before, "a preview tells nobody"
    if seen.consent:
        propose(desk.office, case_id, "send_back", args, "Undangan keliru", by=KARTA)
        consent(desk.office, proposals(desk.office, ADMIN)[0].id, by=ADMIN)
    else:
        repair(desk.office, case_id, "send_back", args, "Undangan keliru", by=KARTA)
    assert verify(desk.office).problems == []
    return seen


def test_the_only_case_of_a_meeting_to_come_calls_it_off_and_everybody_is_told(desk: Desk) -> None:
    case_id = desk.open()
    desk.invite(case_id)
    [meeting] = desk.rows(meetings)
    seen = back(desk, case_id, "pembahasan", "undang")
    assert [(each.kind, each.number, each.fate) for each in seen.falls] == [("rapat", meeting.number, "dibatalkan")]
    assert seen.falls[0].at == meeting.held_at.isoformat()
    [meeting] = desk.rows(meetings)
    assert meeting.state == "dibatalkan" and "dikembalikan" in meeting.cancel_reason
    told = [row for row in desk.sent("rapat_dibatalkan") if row.channel == "email"]
    assert [row.recipient for row in told] == ["tim_teknis:bplh", "tim_teknis:dishub"]
    assert str(Calendar.from_ical(told[0].data["ics"])["method"]) == "CANCEL"
    assert ("tim_teknis:bplh", "rapat_dibatalkan") in seen.messages
    assert desk.rows(busy_times) == [] and "meeting_cancelled" in desk.history(case_id)
    desk.invite(case_id)  # the same time is free again
    assert [row.state for row in desk.rows(meetings)] == ["dibatalkan", "diundang"]
    assert len({row.number for row in desk.rows(meetings)}) == 2, "the cancelled letter keeps its number"


def test_a_meeting_with_other_cases_goes_on_without_it(desk: Desk) -> None:
    ids = [desk.open(name=name) for name in ("Ani", "Budi")]
    schedule_meeting(desk.office, ids, desk.wib(20, 9), "Aula", "Bahas", by=BUDI)
    desk.work()
    seen = back(desk, ids[0], "pembahasan", "undang")
    assert [each.fate for each in seen.falls] == ["tanpa_permohonan"]
    [meeting] = desk.rows(meetings)
    assert (meeting.state, meeting.sequence) == ("diundang", 1) and desk.sent("rapat_dibatalkan") == []
    assert [(row.case_id, row.state) for row in desk.rows(meeting_cases)] == [(ids[0], "batal"), (ids[1], "diundang")]
    told = [row for row in desk.sent("rapat_berkurang") if row.channel == "email"]
    assert [row.recipient for row in told] == ["tim_teknis:bplh", "tim_teknis:dishub"]
    assert told[0].data["keluar"] == desk.case(ids[0]).resi and told[0].data["pemohon"] == "Budi"
    [event] = Calendar.from_ical(told[0].data["ics"]).walk("VEVENT")
    assert event["sequence"] == 1 and "Ani" not in str(event["description"])
    [group] = waiting_groups(desk.office, BUDI)
    assert [row.id for row in group.cases] == [ids[0]]


def test_a_meeting_that_was_held_stays_on_record(desk: Desk) -> None:
    case_id = desk.open()
    desk.invite(case_id)
    desk.clock.at = desk.wib(20, 11)
    [meeting] = desk.rows(meetings)
    record_attendance(desk.office, meeting.id, {"bplh": "Tono", "dishub": "Tini"}, "Dibahas.", by=BUDI)
    seen = back(desk, case_id, "pembahasan", "undang")
    assert [each.fate for each in seen.falls] == ["sudah_berlangsung"]
    [meeting] = desk.rows(meetings)
    assert (meeting.state, meeting.minutes) == ("selesai", "Dibahas.") and desk.sent("rapat_dibatalkan") == []
    desk.invite(case_id, "2016-07-25")
    assert [row.state for row in desk.rows(meetings)] == ["selesai", "diundang"]


def test_back_to_the_discussion_itself_the_recorded_meeting_is_kept(desk: Desk) -> None:
    case_id = to_visit(desk)
    seen = back(desk, case_id, "pembahasan", "bahas")
    assert ("rapat", "lapangan") in [(each.kind, each.of) for each in seen.kept]
    [meeting] = desk.rows(meetings)
    assert meeting.state == "selesai" and "rapat" not in [each.kind for each in seen.falls]
    assert desk.at(case_id) == ["bahas"]


def test_a_visit_that_was_planned_is_called_off(desk: Desk) -> None:
    case_id = to_visit(desk)
    [visit] = desk.rows(visits)
    seen = back(desk, case_id, "pembahasan", "bahas")
    assert [(each.kind, each.number) for each in seen.falls] == [("kunjungan", visit.number)]
    assert [row.state for row in desk.rows(visits)] == ["batal"] and "visit_cancelled" in desk.history(case_id)
    told = desk.sent("kunjungan_dibatalkan")
    assert [row.recipient for row in told] == ["tim_teknis:bplh", "tim_teknis:dishub"]
    report = Report("-6.24,107.0", "Sesuai", "sesuai")
    with pytest.raises(Gone, match="dibatalkan"):
        send_report(desk.office, visit.id, report, by=PEOPLE["bplh"], key="hp-1")
    on = visit.scheduled_at.date()
    assert day_of_visits(desk.office, PEOPLE["bplh"], on).stops == []


def test_the_newer_visit_is_the_one_that_counts(desk: Desk) -> None:
    case_id = to_visit(desk)
    [old] = desk.rows(visits)
    back(desk, case_id, "kunjungan", "jadwal")
    day = {"tanggal": old.scheduled_at.date().isoformat(), "jam": "13:00", "petugas": "Tono"}
    desk.do("bidang", case_id, "umum/jadwal_kunjungan", **day)
    new = desk.rows(visits)[1]
    assert [stop.visit_id for stop in day_of_visits(desk.office, PEOPLE["bplh"], old.scheduled_at.date()).stops] == [
        new.id
    ]
    report = Report("-6.24,107.0", "Sesuai", "sesuai")
    with pytest.raises(Gone):
        send_report(desk.office, old.id, report, by=PEOPLE["bplh"], key="hp-1")
    send_report(desk.office, new.id, report, by=PEOPLE["bplh"], key="hp-1")
    assert [(row.state, row.findings) for row in desk.rows(visits)] == [("batal", None), ("selesai", "Sesuai")]


def test_nobody_comes_together_or_drives_out_for_a_case_that_was_withdrawn(desk: Desk) -> None:
    called, visited = desk.open(), to_visit(desk)
    desk.invite(called)
    for case_id in (called, visited):
        cases.withdraw(desk.office, case_id, "Pindah kota", by=PEOPLE["loket"])
    assert [row.state for row in desk.rows(meetings) if row.case_id == called] == ["dibatalkan"]
    assert [row.state for row in desk.rows(visits)] == ["batal"]
    assert desk.sent("rapat_dibatalkan") and desk.sent("kunjungan_dibatalkan")
    assert verify(desk.office).problems == []
