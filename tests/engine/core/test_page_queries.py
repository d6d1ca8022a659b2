"""What pages ask of the engine, on both databases: what happens next, incidents, records, the pace of a group."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert

from engine.case_records import case_records
from engine.dossier import case_view, task_view
from engine.errors import NotAllowed, NotFound
from engine.insight.arrivals import likely_next
from engine.insight.incidents import incident, incident_page, open_incidents
from engine.outlook import returns_to_applicant
from engine.people import Person
from engine.storage import service_tables as t
from engine.storage.agenda_tables import meeting_cases
from tests.engine.core.conftest import MONDAY, PEOPLE, Desk, failing

PAIP = Person(9, "paip", "Pipit", (("paip", None),))


def failed(desk: Desk) -> int:
    failing["uji/resi"] = "Nomor habis"
    case_id = desk.open()
    desk.do("loket", case_id, "daftar", usaha="Warung", ktp=True)
    return case_id


def test_what_each_button_leads_to(desk: Desk) -> None:
    case_id = desk.registered()
    view = task_view(desk.office, PEOPLE["bidang"], desk.tasks(case_id)[0].id)
    assert view.next_steps == {"ya": "teken (Tim Teknis, 1 hari kerja)", "tidak": "lengkapi (Pemohon, 1 hari kerja)"}


def test_what_a_checklist_leads_to(desk: Desk) -> None:
    view = task_view(desk.office, PEOPLE["loket"], desk.tasks(desk.open())[0].id)
    assert view.next_steps["berkas_lengkap=ya"] == "periksa (Bidang, 1 hari kerja)"
    assert view.next_steps["berkas_lengkap=tidak"] == "lengkapi_awal (Pemohon, 1 hari kerja)"


def test_what_was_answered_before_is_known_and_what_is_asked_now_is_not(desk: Desk) -> None:
    case_id = desk.registered()
    desk.do("bidang", case_id, "periksa", berkas_sah="tidak")
    waiting = task_view(desk.office, PEOPLE["loket"], desk.tasks(case_id)[0].id)
    assert waiting.next_steps == {"": "periksa (Bidang, 1 hari kerja)"}
    desk.do("loket", case_id, "lengkapi")
    again = task_view(desk.office, PEOPLE["bidang"], desk.tasks(case_id)[0].id)
    assert again.next_steps["ya"].startswith("teken")


def test_only_a_step_that_leads_to_the_applicant_returns_a_case(desk: Desk) -> None:
    view = case_view(desk.office, PEOPLE["bidang"], desk.registered())
    assert returns_to_applicant(view.version, "UJI", "periksa")
    assert not returns_to_applicant(view.version, "tanda", "verifikasi")


def test_incidents_are_paged_counted_and_filtered(desk: Desk) -> None:
    for _ in range(3):
        failed(desk)
    first = incident_page(desk.office, PAIP, size=2)
    assert [row.id for row in first.entries] == [1, 2] and first.after == 2 and first.total == 3
    assert first.operators == (("uji/resi", 3),)
    assert [row.id for row in incident_page(desk.office, PAIP, after=2).entries] == [3]
    assert incident_page(desk.office, PAIP, operator="lain").entries == ()
    assert open_incidents(desk.office, PAIP, limit=2) == [1, 2]
    one = incident(desk.office, PAIP, 1)
    assert (one.cause, one.next_try, one.resolved_at) == ("Nomor habis", None, None)


def test_incidents_are_not_for_everybody(desk: Desk) -> None:
    for ask in (incident_page, open_incidents):
        with pytest.raises(NotAllowed):
            ask(desk.office, PEOPLE["bplh"])
    with pytest.raises(NotFound):
        incident(desk.office, PAIP, 77)


def test_the_next_task_is_expected_after_the_usual_gap(desk: Desk) -> None:
    bidang = PEOPLE["bidang"]
    assert likely_next(desk.office, bidang) is None
    for _ in range(4):
        desk.registered()
        desk.clock.advance(minutes=30)
    assert likely_next(desk.office, bidang) == MONDAY + timedelta(minutes=4 * 30 + 30)
    desk.clock.advance(minutes=10)  # the usual moment is past: one gap from now
    assert likely_next(desk.office, bidang) == MONDAY + timedelta(minutes=2 * 60 + 10 + 30)
    assert likely_next(desk.office, Person(8, "x", "X", ())) is None


def test_records_hang_on_their_case_alone(desk: Desk) -> None:
    mine, other = desk.registered(), desk.registered()
    meeting = {"number": "1", "place": "Aula", "agenda": "Bahas", "state": "diundang", "created_at": MONDAY}
    with desk.office.db.write() as connection:
        connection.execute(insert(t.meetings), [{"case_id": other, **meeting}, {"case_id": mine, **meeting}])
        places = [{"meeting_id": 1, "case_id": other}, {"meeting_id": 2, "case_id": mine}]
        connection.execute(insert(meeting_cases).values(state="diundang"), places)
        connection.execute(insert(t.meeting_invitations).values(meeting_id=2, agency="bplh", sent_at=MONDAY))
    records = case_records(desk.office, case_view(desk.office, PEOPLE["loket"], mine))
    assert [row.id for row in records.meetings] == [2]
    assert [row.agency for row in records.invitations[2]] == ["bplh"]
    assert not records.empty and records.bills == []
