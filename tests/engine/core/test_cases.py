"""The commands, on both databases: what each does, refuses and leaves behind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import automatic, cases, work
from engine.errors import Gone, Invalid, NotAllowed, Stale, Taken
from engine.storage.schema import deadlines, incidents, outbox, work_items
from engine.unit import Done
from engine.verify import verify

from .conftest import MONDAY, PEOPLE, Desk, failing


def clean(desk: Desk) -> None:
    assert verify(desk.office).problems == []


def test_from_loket_to_archive(desk: Desk) -> None:
    case_id = desk.to_signatures()
    assert desk.row(case_id).resi == f"UJI-{case_id:06d}"
    desk.do("bplh", case_id, "teken", tanggapan_ini="setuju")
    desk.do("dishub", case_id, "teken", tanggapan_ini="setuju")
    desk.do("bidang", case_id, "verifikasi", hasil="disetujui")
    assert desk.at(case_id) == [] and desk.row(case_id).state == "berjalan"
    clean(desk)
    desk.work()
    assert desk.at(case_id) == ["serahkan"] and desk.row(case_id).state == "terbit"
    desk.do("loket", case_id, "serahkan")
    row = desk.row(case_id)
    assert (row.state, row.closed_at, row.run) == ("selesai", MONDAY, None)
    assert "letter_drawn" in desk.history(case_id) and desk.history(case_id)[-1] == "case_closed"
    clean(desk)


def test_incomplete_dossier_tells_what_is_missing_and_goes_on(desk: Desk) -> None:
    case_id = desk.open()
    desk.do("loket", case_id, "daftar", usaha="Warung")
    assert desk.at(case_id) == ["lengkapi_awal"] and desk.row(case_id).facts["kurang"] == ["KTP"]
    assert desk.row(case_id).resi is None
    cases.resume(desk.office, case_id, {"catatan": "KTP dibawa"}, by=PEOPLE["loket"])
    desk.do("loket", case_id, "daftar", usaha="Warung", ktp=True)
    assert desk.row(case_id).resi and desk.row(case_id).facts["kurang"] == []
    clean(desk)


def test_same_key_at_the_same_moment_gives_the_same_answer(desk: Desk) -> None:
    row = desk.tasks(desk.registered())[0]

    def press(_: int) -> Done:
        return cases.complete(desk.office, row.id, {"berkas_sah": "ya"}, by=PEOPLE["bidang"], key="tekan")

    with ThreadPoolExecutor(4) as pool:
        first, *others = pool.map(press, range(4))
    assert sum(not done.repeated for done in (first, *others)) == 1
    assert {(done.case_id, done.version, done.opened) for done in (first, *others)} == {
        (first.case_id, first.version, first.opened)
    }


def test_same_key_does_nothing_twice(desk: Desk) -> None:
    first = desk.open(key="k1")
    assert desk.open(key="k1") == first
    with pytest.raises(Stale):
        cases.open_case(desk.office, "UJI", "ulang", cases.Applicant("Lain"), by=PEOPLE["loket"], key="k1")
    task = desk.tasks(first)[0]
    for _ in range(2):
        done = cases.complete(desk.office, task.id, {"usaha": "W", "ktp": True}, by=PEOPLE["loket"], key="k2")
    assert done.repeated and desk.history(first).count("task_completed") == 1
    clean(desk)


def test_second_person_learns_who_finished(desk: Desk) -> None:
    case_id = desk.registered()
    task = desk.tasks(case_id)[0]
    cases.complete(desk.office, task.id, {"berkas_sah": "ya"}, by=PEOPLE["bidang"])
    with pytest.raises(Taken) as taken:
        cases.complete(desk.office, task.id, {"berkas_sah": "tidak"}, by=PEOPLE["bidang2"])
    assert taken.value.extra == {"by": "Budi Bidang", "at": MONDAY}


def test_claimed_task_is_held_until_released(desk: Desk) -> None:
    case_id = desk.registered()
    task = desk.tasks(case_id)[0]
    cases.claim(desk.office, task.id, by=PEOPLE["bidang"])
    with pytest.raises(Taken):
        cases.claim(desk.office, task.id, by=PEOPLE["bidang2"])
    cases.release(desk.office, task.id, by=PEOPLE["bidang"])
    cases.claim(desk.office, task.id, by=PEOPLE["bidang2"])
    clean(desk)


def test_refusals_leave_nothing_behind(desk: Desk) -> None:
    case_id = desk.registered()
    task = desk.tasks(case_id)[0]
    before = desk.history(case_id)
    with pytest.raises(Invalid) as invalid:
        cases.complete(desk.office, task.id, {"berkas_sah": "mungkin"}, by=PEOPLE["bidang"])
    assert "berkas_sah" in invalid.value.fields
    with pytest.raises(NotAllowed):
        cases.complete(desk.office, task.id, {"berkas_sah": "ya"}, by=PEOPLE["bplh"])
    with pytest.raises(NotAllowed):
        cases.open_case(desk.office, "UJI", "baru", cases.Applicant("X"), by=PEOPLE["bidang"])
    with pytest.raises(NotAllowed):
        automatic.fire(desk.office, case_id, by=PEOPLE["admin"])
    with pytest.raises(Stale):
        cases.complete(desk.office, task.id, {"berkas_sah": "ya"}, 1, by=PEOPLE["bidang"])
    assert desk.history(case_id) == before


def test_clock_stands_while_the_applicant_owes_something(desk: Desk) -> None:
    case_id = desk.registered()
    time = desk.office.working_time
    assert desk.row(case_id).promised_at == time.add_days(MONDAY, 4)
    desk.clock.advance(hours=2)
    cases.return_for_completion(desk.office, desk.tasks(case_id)[0].id, "Akta", by=PEOPLE["bidang"])
    row = desk.row(case_id)
    assert (row.promised_at, row.clock_left) == (None, 4 * 480 - 120)
    clean(desk)
    desk.clock.advance(days=30)
    assert work.fire_due(desk.office) == 0, "the SOP's timer stands too"
    desk.do("loket", case_id, "lengkapi")
    assert desk.row(case_id).promised_at == time.add(desk.clock.now(), 4 * 480 - 120)
    with desk.office.db.read() as connection:
        due = connection.execute(select(deadlines.c.due_at).where(deadlines.c.case_id == case_id)).scalar()
    assert due == time.add(desk.clock.now(), 2 * 480 - 120)
    clean(desk)


def test_timer_strikes_once_and_its_message_commits_with_it(desk: Desk) -> None:
    case_id = desk.registered()
    desk.clock.advance(days=3)
    assert work.fire_due(desk.office) == 1 and work.fire_due(desk.office) == 0
    assert desk.history(case_id).count("reminded") == 1
    with desk.office.db.read() as connection:
        assert len(connection.execute(select(outbox)).all()) == 1
    assert desk.at(case_id) == ["periksa"]
    clean(desk)


def test_late_case_names_the_step(desk: Desk) -> None:
    case_id = desk.registered("ulang")
    desk.clock.advance(days=7)
    desk.do("bidang", case_id, "periksa", berkas_sah="ya")
    row = desk.row(case_id)
    assert row.late and row.late_element == "periksa"
    clean(desk)


def test_withdrawal_before_and_after_the_resi(desk: Desk) -> None:
    early, late = desk.open(), desk.to_signatures()
    for case_id in (early, late):
        with pytest.raises(Invalid):
            cases.withdraw(desk.office, case_id, " ", by=PEOPLE["loket"])
        cases.withdraw(desk.office, case_id, "Batal usaha", by=PEOPLE["loket"])
        assert desk.row(case_id).state == "ditarik" and desk.at(case_id) == []
        with pytest.raises(Gone):
            cases.withdraw(desk.office, case_id, "lagi", by=PEOPLE["loket"])
    clean(desk)


def test_rejection(desk: Desk) -> None:
    case_id = desk.to_signatures()
    for who in ("bplh", "dishub"):
        desk.do(who, case_id, "teken", tanggapan_ini="keberatan")
    desk.do("bidang", case_id, "verifikasi", hasil="ditolak")
    assert desk.at(case_id) == ["surat_penolakan"]
    desk.do("bidang", case_id, "surat_penolakan")
    assert desk.row(case_id).state == "ditolak"
    clean(desk)


def test_failed_short_service_is_an_incident_and_is_retried(desk: Desk) -> None:
    failing["uji/resi"] = "register terkunci"
    case_id = desk.registered()
    row = desk.row(case_id)
    assert row.resi is None and row.incidents_open == 1 and desk.at(case_id) == []
    clean(desk)
    with desk.office.db.read() as connection:
        incident = connection.execute(select(incidents)).one()
    assert (incident.cause, incident.name) == ("register terkunci", "resi")
    automatic.retry_incident(desk.office, incident.id, by=PEOPLE["admin"])
    assert desk.row(case_id).incidents_open == 1, "still failing: still one incident"
    clean(desk)
    failing.clear()
    automatic.retry_incident(desk.office, incident.id, by=PEOPLE["admin"])
    assert desk.row(case_id).incidents_open == 0 and desk.at(case_id) == ["periksa"]
    with pytest.raises(Gone):
        automatic.retry_incident(desk.office, incident.id, by=PEOPLE["admin"])
    clean(desk)


def test_failed_deferred_work_backs_off_and_is_retried(desk: Desk) -> None:
    failing["uji/surat"] = "printer mati"
    case_id = desk.to_signatures()
    for who in ("bplh", "dishub"):
        desk.do(who, case_id, "teken", tanggapan_ini="setuju")
    desk.do("bidang", case_id, "verifikasi", hasil="disetujui")
    desk.work()
    assert desk.row(case_id).incidents_open == 1
    clean(desk)
    with desk.office.db.read() as connection:
        item = connection.execute(select(work_items)).one()
    assert (item.attempts, item.run_at) == (1, MONDAY + timedelta(minutes=1))
    failing.clear()
    desk.work()
    assert desk.at(case_id) == [], "not before its time"
    desk.clock.advance(minutes=2)
    desk.work()
    assert desk.at(case_id) == ["serahkan"] and desk.row(case_id).incidents_open == 0
    clean(desk)


def test_dead_worker_is_replaced(desk: Desk) -> None:
    case_id = desk.to_signatures()
    for who in ("bplh", "dishub"):
        desk.do(who, case_id, "teken", tanggapan_ini="setuju")
    desk.do("bidang", case_id, "verifikasi", hasil="disetujui")
    assert work._lease(desk.office) is not None
    desk.work()
    assert desk.at(case_id) == []
    desk.clock.advance(minutes=6)
    desk.work()
    assert desk.at(case_id) == ["serahkan"]


def test_verify_sees_a_changed_history(desk: Desk) -> None:
    case_id = desk.registered()
    from engine.storage.schema import events

    with desk.office.db.write() as connection:
        connection.execute(events.update().where(events.c.case_id == case_id, events.c.seq == 1).values(kind="palsu"))
    assert "segelnya" in verify(desk.office).problems[0]


def test_verify_sees_a_task_that_no_engine_waits_for(desk: Desk) -> None:
    case_id = desk.registered()
    from engine.storage.schema import tasks

    with desk.office.db.write() as connection:
        connection.execute(
            tasks.update().where(tasks.c.case_id == case_id, tasks.c.state == "open").values(state="done")
        )
    assert any("tugas" in problem for problem in verify(desk.office).problems)
