"""Meetings and visits: planned with a number, recorded on the same row."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from icalendar import Calendar

from engine.errors import Invalid
from engine.services import ServiceError
from engine.services.rapat import undang
from engine.storage.agenda_tables import meeting_cases
from engine.storage.schema import events, outbox
from engine.storage.service_tables import meeting_invitations, meetings, visits
from tests.engine.services.conftest import Desk

INVITATION = {"tanggal": "2016-01-12", "jam": "09.30", "tempat": "Ruang Rapat BPPT", "agenda": "Dampak kebisingan"}


def test_every_agency_is_invited_by_letter_and_email(desk: Desk) -> None:
    desk.answer("umum/undang_rapat", **INVITATION)
    desk.serve("rapat/undang")
    [meeting] = desk.rows(meetings)
    assert meeting.number == "005/0001/UND/BPPT/I/2016"
    assert meeting.held_at == datetime(2016, 1, 12, 2, 30, tzinfo=UTC)
    assert (meeting.place, meeting.agenda, meeting.state) == ("Ruang Rapat BPPT", "Dampak kebisingan", "diundang")
    assert [row.agency for row in desk.rows(meeting_invitations)] == ["bplh", "dishub", "satpol_pp"]
    assert sorted(desk.sent("undangan_rapat")) == sorted(
        (channel, f"tim_teknis:{agency}")
        for agency in ("bplh", "dishub", "satpol_pp")
        for channel in ("email", "sms", "surat")
    )
    assert desk.rows(outbox)[0].data["waktu"] == "2016-01-12T09:30:00+07:00"


def test_a_meeting_without_hour_begins_at_nine(desk: Desk) -> None:
    desk.answer("umum/undang_rapat", **{**INVITATION, "jam": None})
    desk.serve("rapat/undang")
    assert desk.rows(meetings)[0].held_at == datetime(2016, 1, 12, 2, 0, tzinfo=UTC)


def test_minutes_go_onto_the_latest_meeting(desk: Desk) -> None:
    for hour in ("09.30", "13.00"):
        desk.answer("umum/undang_rapat", **{**INVITATION, "jam": hour})
        desk.serve("rapat/undang")
    desk.clock.advance(days=6)
    desk.answer("umum/notulen_rapat", hadir="BPLH, Dishub", notulen="Perlu peredam.", hasil_pembahasan="lapangan")
    desk.serve("rapat/catat")
    first, second = desk.rows(meetings)
    assert (first.state, first.outcome) == ("diundang", None)
    assert (second.state, second.outcome, second.minutes) == ("selesai", "lapangan", "Perlu peredam.")
    assert second.attendance == "BPLH, Dishub"
    assert second.recorded_at == desk.clock.now()
    assert [row.outcome for row in desk.rows(meeting_cases)] == [None, "lapangan"]


def test_a_second_case_of_the_same_agencies_is_taken_into_the_same_meeting(desk: Desk) -> None:
    desk.answer("umum/undang_rapat", **INVITATION)
    desk.serve("rapat/undang")
    other = replace(desk, case_id=desk.another_case())
    other.answer("umum/undang_rapat", **INVITATION)
    other.serve("rapat/undang")
    [meeting] = desk.rows(meetings)
    assert [row.case_id for row in desk.rows(meeting_cases)] == [desk.case_id, other.case_id]
    entries = [Calendar.from_ical(row.data["ics"]) for row in desk.rows(outbox) if row.channel == "email"]
    events_ = [entry.walk("VEVENT")[0] for entry in entries]
    assert len(events_) == 6 and {str(event["uid"]) for event in events_} == {meeting.uid}
    assert sorted({event["sequence"] for event in events_}) == [0, 1]
    assert {str(entry["method"]) for entry in entries} == {"REQUEST"}
    assert events_[0].start == meeting.held_at and events_[0].end == meeting.ends_at
    desk.answer("umum/notulen_rapat", notulen="Satu", hasil_pembahasan="lanjut")
    desk.serve("rapat/catat")
    assert desk.rows(meetings)[0].state == "diundang"
    other.answer("umum/notulen_rapat", notulen="Dua", hasil_pembahasan="tolak")
    other.serve("rapat/catat")
    assert desk.rows(meetings)[0].state == "selesai"
    assert [row.outcome for row in desk.rows(meeting_cases)] == ["lanjut", "tolak"]


def test_an_overlap_is_refused_and_named(desk: Desk) -> None:
    desk.answer("umum/undang_rapat", **INVITATION)
    desk.serve("rapat/undang")
    other = replace(desk, case_id=desk.another_case(facts={"instansi": ["dishub", "dinkes"]}))
    other.answer("umum/undang_rapat", **{**INVITATION, "jam": "10.00"})
    with pytest.raises(Invalid) as refused, desk.office.db.write() as connection:
        unit = other.unit(connection)
        undang(unit, unit.case, {})
    [message] = refused.value.fields["jam"]
    assert "dishub: rapat 005/0001/UND/BPPT/I/2016, 12-1-2016 09.30-10.30 WIB" in message
    assert len(desk.rows(meetings)) == 1
    other.answer("umum/undang_rapat", **{**INVITATION, "jam": "10.30"})
    other.serve("rapat/undang")
    assert [row.number[:8] for row in desk.rows(meetings)] == ["005/0001", "005/0002"]


def test_no_minutes_of_a_meeting_that_was_never_called(desk: Desk) -> None:
    desk.answer("umum/notulen_rapat", hasil_pembahasan="lanjut")
    with pytest.raises(Invalid) as refused:
        desk.serve("rapat/catat")
    assert "menjadwalkan rapat baru" in refused.value.fields["hadir"][0]


def test_no_invitation_without_the_form_or_without_agencies(desk: Desk) -> None:
    with pytest.raises(ServiceError, match="umum/undang_rapat belum diisi"):
        desk.serve("rapat/undang")
    desk.answer("umum/undang_rapat", **INVITATION)
    desk.change(facts={"instansi": []})
    with pytest.raises(ServiceError, match="tidak mempunyai instansi"):
        desk.serve("rapat/undang")


def test_a_date_that_is_none_is_told(desk: Desk) -> None:
    desk.answer("umum/undang_rapat", **{**INVITATION, "tanggal": "2016-02-30"})
    with pytest.raises(ServiceError, match="2016-02-30"):
        desk.serve("rapat/undang")
    assert desk.rows(meetings) == []


def test_a_visit_is_planned_with_its_order_and_recorded_with_its_place(desk: Desk) -> None:
    desk.answer("umum/jadwal_kunjungan", tanggal="2016-01-13", jam="13:00", petugas="Asep, Rina")
    desk.serve("kunjungan/jadwalkan")
    desk.answer("umum/hasil_kunjungan", titik="-6.2349,106.9896", temuan="Sesuai gambar", kesesuaian="sesuai")
    desk.serve("kunjungan/catat")
    [visit] = desk.rows(visits)
    assert visit.number == "800/0001/ST/BPPT/I/2016"
    assert visit.scheduled_at == datetime(2016, 1, 13, 6, 0, tzinfo=UTC)
    assert (visit.officers, visit.state, visit.conformity) == ("Asep, Rina", "selesai", "sesuai")
    assert (visit.latitude, visit.longitude) == (-6.2349, 106.9896)
    assert [row.kind for row in desk.rows(events)] == ["visit_planned", "visit_recorded"]


@pytest.mark.parametrize("point", ["di pasar", "1", "95,10", "1,2,3", "nan,1"])
def test_a_place_that_is_none_is_told(desk: Desk, point: str) -> None:
    desk.answer("umum/jadwal_kunjungan", tanggal="2016-01-13", petugas="Asep")
    desk.serve("kunjungan/jadwalkan")
    desk.answer("umum/hasil_kunjungan", titik=point, kesesuaian="sesuai")
    with pytest.raises(ServiceError, match="Titik lokasi"):
        desk.serve("kunjungan/catat")


def test_no_result_of_a_visit_that_was_never_planned(desk: Desk) -> None:
    desk.answer("umum/hasil_kunjungan", kesesuaian="sesuai")
    with pytest.raises(ServiceError, match="Belum ada kunjungan"):
        desk.serve("kunjungan/catat")


def test_they_take_few_statements(desk: Desk) -> None:
    desk.answer("umum/undang_rapat", **INVITATION)
    desk.serve("rapat/undang")
    assert len(desk.statements) <= 9
    desk.answer("umum/notulen_rapat", hasil_pembahasan="lanjut")
    desk.serve("rapat/catat")
    assert len(desk.statements) <= 4
