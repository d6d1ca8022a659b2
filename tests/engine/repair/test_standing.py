"""A case suspended: everything stands, and goes on with exactly what was left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import cases, inbox, suspensions, work
from engine.calendar_admin import Draft, add_line
from engine.case_row import CaseRow
from engine.errors import Gone, Invalid, NotAllowed, Stale, Suspended
from engine.repair import preview, repair
from engine.storage.schema import tasks
from engine.verify import verify
from tests.engine.core.conftest import PEOPLE, Desk, failing
from tests.engine.repair.conftest import ADMIN, HEAD, STRANGER, last_repair, timers


def suspend(shop: Desk, case_id: int, **more: object) -> None:
    repair(shop.office, case_id, "suspend", {}, "Sengketa tanah", by=ADMIN, **more)


def resume(shop: Desk, case_id: int) -> None:
    repair(shop.office, case_id, "resume", {}, "Sengketa selesai", by=HEAD)


@pytest.mark.parametrize("hours", [1, 7, 30, 200, 24 * 40])
def test_deadlines_shift_by_exactly_the_working_time_that_was_suspended(shop: Desk, hours: int) -> None:
    case_id = shop.registered()
    shop.clock.at += timedelta(hours=5)
    time = shop.office.working_time
    before, row, task = timers(shop, case_id)["ingat"].due_at, shop.row(case_id), shop.tasks(case_id)[0]
    suspend(shop, case_id)
    at = shop.clock.at
    assert verify(shop.office).problems == []
    assert shop.row(case_id).promised_at is None and timers(shop, case_id)["ingat"].due_at is None
    shop.clock.at += timedelta(hours=hours)
    work.run_all(shop.office)
    assert "reminded" not in shop.history(case_id)
    resume(shop, case_id)
    stood = time.between(at, shop.clock.at)
    for old, new in (
        (before, timers(shop, case_id)["ingat"].due_at),
        (row.promised_at, shop.row(case_id).promised_at),
        (task.due_at, shop.tasks(case_id)[0].due_at),
    ):
        assert time.between(old, new) == stood
        assert time.between(shop.clock.at, new) == time.between(at, old)
    assert shop.row(case_id).paused_minutes == stood
    assert verify(shop.office).problems == []
    shop.clock.at += timedelta(days=30)
    work.run_all(shop.office)
    assert shop.history(case_id).count("reminded") == 1


def test_a_step_did_not_work_while_its_case_was_suspended(shop: Desk) -> None:
    case_id = shop.registered()
    (task,) = shop.tasks(case_id)
    shop.clock.at += timedelta(hours=1)
    suspend(shop, case_id)
    shop.clock.at += timedelta(days=7)
    resume(shop, case_id)
    shop.clock.at += timedelta(hours=1)
    shop.do("bidang", case_id, "periksa", berkas_sah="ya")
    with shop.office.db.read() as connection:
        worked = connection.execute(select(tasks.c.worked_minutes).where(tasks.c.id == task.id)).scalar_one()
    assert worked == 120


def test_nothing_moves_while_it_stands(shop: Desk) -> None:
    case_id = shop.registered()
    (task,) = shop.tasks(case_id)
    suspend(shop, case_id)
    story = shop.history(case_id)
    with pytest.raises(Suspended):
        shop.do("bidang", case_id, "periksa", berkas_sah="ya")
    with pytest.raises(Suspended):
        cases.claim(shop.office, task.id, by=PEOPLE["bidang"])
    with pytest.raises(Suspended):
        cases.withdraw(shop.office, case_id, "Batal", by=PEOPLE["bidang"])
    with pytest.raises(Gone):
        suspend(shop, case_id)
    for deed in ("skip", "send_back"):
        args = {"task": task.id, "values": {"berkas_sah": "ya"}}
        with pytest.raises((Gone, Invalid)):
            preview(shop.office, ADMIN, case_id, deed, args)
    assert shop.history(case_id) == story
    resume(shop, case_id)
    shop.do("bidang", case_id, "periksa", berkas_sah="ya")
    assert shop.at(case_id) == ["teken", "teken"]


def test_its_tasks_leave_the_inbox_and_stand_in_a_list_of_their_own(shop: Desk) -> None:
    kept, held = shop.registered(), shop.registered()
    suspend(shop, held)
    who = PEOPLE["bidang"]
    assert [entry.case_id for entry in inbox.page(shop.office, who).entries] == [kept]
    (entry,) = inbox.page(shop.office, who, "suspended").entries
    assert entry.case_id == held and entry.suspended and not entry.late and entry.left_minutes is None
    shop.clock.at += timedelta(days=60)
    found = inbox.counts(shop.office, who)
    assert (found["group"], found["suspended"], found["late"]) == (1, 1, 1)
    taken = inbox.next_task(shop.office, who)
    assert taken is not None and taken.case_id == kept
    resume(shop, held)
    assert {entry.case_id for entry in inbox.page(shop.office, who).entries} == {kept, held}


def test_a_case_that_waits_for_its_applicant_waits_on_afterwards(shop: Desk) -> None:
    case_id = shop.registered()
    shop.do("bidang", case_id, "periksa", berkas_sah="tidak")
    left = shop.row(case_id).clock_left
    suspend(shop, case_id)
    with pytest.raises(Suspended):
        cases.resume(shop.office, case_id, {"catatan": "dibawa"}, by=PEOPLE["loket"])
    shop.clock.at += timedelta(days=10)
    resume(shop, case_id)
    row = shop.row(case_id)
    assert row.paused_at is not None and row.clock_left == left and row.promised_at is None
    assert verify(shop.office).problems == []
    shop.clock.at += timedelta(days=3)
    cases.resume(shop.office, case_id, {"catatan": "dibawa"}, by=PEOPLE["loket"])
    assert shop.office.working_time.between(shop.clock.at, shop.row(case_id).promised_at) == left
    assert verify(shop.office).problems == []


def test_work_that_was_to_be_done_is_done_when_it_goes_on(shop: Desk) -> None:
    case_id = shop.to_signatures()
    for who in ("bplh", "dishub"):
        shop.do(who, case_id, "teken", tanggapan_ini="setuju")
    shop.do("bidang", case_id, "verifikasi", hasil="disetujui")
    suspend(shop, case_id)
    assert work.do_work(shop.office) == 0
    assert verify(shop.office).problems == []
    resume(shop, case_id)
    shop.work()
    assert "letter_drawn" in shop.history(case_id) and shop.at(case_id) == ["serahkan"]


def test_before_the_resi_and_after_the_decision_too(shop: Desk) -> None:
    fresh = shop.open()
    suspend(shop, fresh)
    assert verify(shop.office).problems == []
    resume(shop, fresh)
    shop.do("loket", fresh, "daftar", usaha="Warung", ktp=True)
    assert shop.row(fresh).registered_at == shop.clock.at


def test_a_failed_step_is_not_tried_again_meanwhile(shop: Desk) -> None:
    from engine import automatic

    case_id = shop.open()
    failing["uji/resi"] = "rusak"
    shop.do("loket", case_id, "daftar", usaha="Warung", ktp=True)
    suspend(shop, case_id)
    failing.clear()
    with pytest.raises(Suspended):
        automatic.retry_incident(shop.office, 1, by=ADMIN)
    resume(shop, case_id)
    automatic.retry_incident(shop.office, 1, by=ADMIN)
    assert shop.at(case_id) == ["periksa"]


def test_who_may_and_what_it_needs(shop: Desk) -> None:
    case_id = shop.registered()
    for who in (PEOPLE["bidang"], PEOPLE["loket"], STRANGER):
        with pytest.raises(NotAllowed):
            repair(shop.office, case_id, "suspend", {}, "x", by=who)
    with pytest.raises(Invalid):
        repair(shop.office, case_id, "suspend", {}, "  ", by=ADMIN)
    with pytest.raises(Invalid):
        repair(shop.office, case_id, "hapus", {}, "x", by=ADMIN)
    version = shop.row(case_id).version
    with pytest.raises(Stale):
        suspend(shop, case_id, expected=version + 1)
    repair(shop.office, case_id, "suspend", {}, "Sengketa", by=HEAD, key="satu", expected=version)
    again = repair(shop.office, case_id, "suspend", {}, "Sengketa", by=HEAD, key="satu", expected=version)
    assert again.repeated
    line = last_repair(shop, case_id)
    assert line.actor_id == HEAD.id and line.data["alasan"] == "Sengketa"


def test_the_preview_says_what_will_stand_and_changes_nothing(shop: Desk) -> None:
    case_id = shop.registered()
    row, story = shop.row(case_id), shop.history(case_id)
    seen = preview(shop.office, ADMIN, case_id, "suspend", {})
    assert {(clock.name, clock.fate) for clock in seen.clocks} == {("", "berhenti"), ("ingat", "berhenti")}
    assert seen.consent == "" and seen.closes == () and seen.version == row.version
    assert shop.row(case_id) == row and shop.history(case_id) == story


def _worked(shop: Desk, case_id: int) -> int:
    """Working minutes of the case's only open task until now."""
    (task,) = shop.tasks(case_id)
    case = CaseRow.of(shop.row(case_id)._mapping)
    return suspensions.worked_minutes(case, shop.office.working_time, task.created_at, shop.clock.at)


def test_the_time_of_suspension_is_not_the_time_of_the_step(shop: Desk) -> None:
    case_id = shop.registered()  # Monday, 09.00
    for _ in range(2):
        shop.clock.at += timedelta(minutes=30)
        suspend(shop, case_id)
        shop.clock.at += timedelta(days=7)
        resume(shop, case_id)
    shop.clock.at += timedelta(minutes=30)
    assert _worked(shop, case_id) == 90
    late = shop.registered()  # begun after the other was suspended: nothing of its time is taken away
    shop.clock.at += timedelta(minutes=20)
    assert _worked(shop, late) == 20 and _worked(shop, case_id) == 110


def test_a_day_that_turns_out_to_have_been_closed_is_taken_away_once(shop: Desk) -> None:
    case_id = shop.registered()
    shop.clock.at += timedelta(minutes=30)
    suspend(shop, case_id)
    shop.clock.at += timedelta(days=2)
    resume(shop, case_id)
    shop.clock.at += timedelta(minutes=30)
    add_line(shop.office, Draft("2016-07-19", "", "libur", "Kantor tutup", "SK 1/2016", {}), by=ADMIN)
    assert _worked(shop, case_id) == 60


def test_a_step_that_was_opened_after_the_suspension_counts_whole(shop: Desk) -> None:
    case_id = shop.registered()
    suspend(shop, case_id)
    shop.clock.at += timedelta(days=1)
    resume(shop, case_id)
    shop.do("bidang", case_id, "periksa", berkas_sah="tidak")
    shop.clock.at += timedelta(minutes=40)
    assert _worked(shop, case_id) == 40
