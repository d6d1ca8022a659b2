"""A change of the calendar moves every open deadline, exactly, once, and says so."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from engine import calendar_moves, cases, work
from engine.calendar_admin import Draft, add_line, all_lines, changes, checked, note_file, withdraw_line
from engine.calendar_moves import move_due, preview
from engine.clock import FixedClock
from engine.errors import Gone, Invalid, NotAllowed, NotFound
from engine.office import Office
from engine.storage.schema import cases as case_table
from engine.storage.schema import tasks
from engine.verify import verify
from tests.engine.core.conftest import MONDAY, PEOPLE, Desk

from .conftest import ADMIN, armed, closed, told

HALF = MONDAY + timedelta(days=2)  # half of a promise of four days, from Monday
PROMISE = MONDAY + timedelta(days=4)


def clean(desk: Desk) -> None:
    assert verify(desk.office).problems == []


def test_a_closed_day_moves_deadline_step_and_promise(desk: Desk) -> None:
    case_id = desk.registered()
    [timer] = armed(desk, case_id)
    [task] = desk.tasks(case_id)
    assert (timer.due_at, desk.row(case_id).promised_at) == (HALF, PROMISE)
    assert task.due_at == MONDAY + timedelta(days=1)
    version = closed(desk, "2016-07-19", "2016-07-20")
    assert move_due(desk.office) == 1 and move_due(desk.office) == 0
    assert armed(desk, case_id)[0].due_at == HALF + timedelta(days=2)
    assert desk.row(case_id).promised_at == PROMISE + timedelta(days=4), "Thursday to Wednesday, over a weekend"
    [task] = desk.tasks(case_id)
    assert task.due_at == task.order_at == MONDAY + timedelta(days=3)
    [line] = told(desk, case_id, "deadline_moved")
    assert line["keputusan"] == "SK Wali Kota 1/2016" and line["kalender"] == version
    assert line["lama"] == PROMISE.isoformat() and {each.get("nama", "tugas") for each in line["tenggat"]} == {
        "ingat",
        "tugas",
    }
    [change] = changes(desk.office)
    assert (change.moved, change.moved_cases, change.percent) == (3, 1, 100) and change.finished_at is not None
    clean(desk)
    desk.clock.set(HALF + timedelta(days=1))
    assert work.fire_due(desk.office) == 0
    desk.clock.set(HALF + timedelta(days=2))
    assert work.fire_due(desk.office) == 1 and "reminded" in desk.history(case_id)
    clean(desk)


def test_withdrawing_the_line_brings_every_moment_back(desk: Desk) -> None:
    case_id = desk.registered()
    closed(desk, "2016-07-20")
    move_due(desk.office)
    assert desk.row(case_id).promised_at != PROMISE
    withdraw_line(desk.office, all_lines(desk.office)[0].id, "SK 2/2016", by=ADMIN)
    move_due(desk.office)
    assert desk.row(case_id).promised_at == PROMISE and armed(desk, case_id)[0].due_at == HALF
    assert [line["keputusan"] for line in told(desk, case_id, "deadline_moved")] == ["SK Wali Kota 1/2016", "SK 2/2016"]
    assert all_lines(desk.office)[0].withdrawn_decree == "SK 2/2016"
    clean(desk)
    with pytest.raises(Gone):
        withdraw_line(desk.office, all_lines(desk.office)[0].id, "SK 3/2016", by=ADMIN)


def test_other_hours_move_moments_within_the_day(desk: Desk) -> None:
    case_id = desk.registered()
    week = dict.fromkeys(("senin", "selasa", "rabu", "kamis", "jumat"), "08:00-12:00")
    add_line(desk.office, Draft("2016-07-19", "2016-08-31", "jam", "Ramadan", "SE 1/2016", week), by=ADMIN)
    move_due(desk.office)
    # An eighth of Monday is over at 09.00; so is an eighth of a half day at 08.30.
    assert armed(desk, case_id)[0].due_at == datetime(2016, 7, 20, 1, 30, tzinfo=UTC)
    clean(desk)


def test_a_week_of_six_days(desk: Desk) -> None:
    case_id = desk.registered()
    week = dict.fromkeys(("senin", "selasa", "rabu", "kamis", "jumat", "sabtu"), "08:00-16:00")
    week["jumat"] = ""
    add_line(desk.office, Draft("2016-07-18", "2016-12-31", "pekan", "Enam hari", "Perwal 1/2016", week), by=ADMIN)
    move_due(desk.office)
    assert desk.row(case_id).promised_at == PROMISE + timedelta(days=1), "Friday closed, Saturday open"
    clean(desk)


def test_what_stands_is_counted_again_too(desk: Desk) -> None:
    """The office was closed before the clock stopped, and nobody had told the calendar: what is left is more."""
    case_id = desk.registered()
    desk.clock.advance(days=1)
    desk.do("bidang", case_id, "periksa", berkas_sah="tidak")
    assert desk.row(case_id).clock_left == 3 * 480 and desk.row(case_id).promised_at is None
    assert [timer.left_minutes for timer in armed(desk, case_id)] == [480]
    closed(desk, "2016-07-18")  # so it began on Tuesday at 08.00, and stopped an hour later
    move_due(desk.office)
    assert desk.row(case_id).clock_left == 4 * 480 - 60
    assert [timer.left_minutes for timer in armed(desk, case_id)] == [2 * 480 - 60]
    clean(desk)
    desk.clock.advance(days=1)
    cases.resume(desk.office, case_id, {"catatan": "ini"}, by=PEOPLE["loket"])
    assert armed(desk, case_id)[0].due_at == datetime(2016, 7, 22, 1, tzinfo=UTC)
    clean(desk)


def test_late_by_a_calendar_that_did_not_know_of_the_fire(desk: Desk) -> None:
    case_id = desk.registered()
    desk.clock.set(PROMISE + timedelta(hours=1))
    desk.do("bidang", case_id, "periksa", berkas_sah="ya")
    assert desk.row(case_id).late
    closed(desk, "2016-07-20", "2016-07-21")
    move_due(desk.office)
    row = desk.row(case_id)
    assert not row.late and row.late_element is None and row.promised_at > desk.clock.now()
    clean(desk)


def test_a_command_that_comes_before_the_mover_moves_first(desk: Desk) -> None:
    case_id = desk.registered()
    [task] = desk.tasks(case_id)
    closed(desk, "2016-07-20")
    for _ in range(2):
        done = cases.complete(desk.office, task.id, {"berkas_sah": "ya"}, by=PEOPLE["bidang"], key="sekali")
    assert done.repeated
    assert desk.row(case_id).promised_at == PROMISE + timedelta(days=3)
    assert desk.history(case_id).count("deadline_moved") == 1
    assert move_due(desk.office) == 0
    clean(desk)


def test_a_timer_that_is_due_no_more_does_not_strike(desk: Desk) -> None:
    case_id = desk.registered()
    desk.clock.set(HALF)
    closed(desk, "2016-07-19")
    assert work.fire_due(desk.office) == 1, "the case was touched: its clocks moved"
    assert "clock_struck" not in desk.history(case_id) and "reminded" not in desk.history(case_id)
    assert armed(desk, case_id)[0].due_at > HALF
    clean(desk)


def test_a_killed_mover_is_begun_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [desk.registered() for _ in range(5)]
    closed(desk, "2016-07-20")
    real, calls = calendar_moves._batch, []

    def killed(office: Office, target: object, size: int) -> int:
        calls.append(size)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(office, target, size)  # type: ignore[arg-type]

    monkeypatch.setattr(calendar_moves, "_batch", killed)
    with pytest.raises(KeyboardInterrupt):
        move_due(desk.office, batch=2)
    [change] = changes(desk.office)
    assert (change.left, change.percent, change.finished_at) == (1, 80, None)
    clean(desk)
    monkeypatch.undo()
    assert move_due(desk.office, batch=2) == 1
    assert {desk.row(ident).promised_at for ident in ids} == {PROMISE + timedelta(days=3)}
    assert [desk.history(ident).count("deadline_moved") for ident in ids] == [1] * 5
    assert changes(desk.office)[0].percent == 100 and changes(desk.office)[0].moved_cases == 5
    clean(desk)


def test_another_process_learns_of_the_change(desk: Desk, database_url: str) -> None:
    """It looks every few seconds; a case that was moved already makes it look at once."""
    case_id = desk.registered()
    other = Office(replace(desk.office.settings), FixedClock(MONDAY))
    assert other.working_time.version == 0
    closed(desk, "2016-07-20")
    move_due(desk.office)
    task = desk.tasks(case_id)[0]
    fresh = cases.open_case(other, "UJI", "baru", cases.Applicant("Budi"), by=PEOPLE["loket"]).case_id
    cases.complete(other, task.id, {"berkas_sah": "ya"}, by=PEOPLE["bidang"])
    assert other.working_time.version == desk.office.working_time.version == 1
    assert desk.row(case_id).calendar == 1 and desk.row(fresh).calendar == 0
    assert move_due(desk.office) == 1, "the case that was opened by the old calendar"
    clean(desk)
    other.close()


def test_preview_tells_what_will_happen(desk: Desk) -> None:
    ids = [desk.registered() for _ in range(3)]
    desk.registered("ulang")  # two days: over before the closed day
    decided = desk.to_signatures()
    cases.withdraw(desk.office, decided, "berubah rencana", by=PEOPLE["bidang"])
    line = checked(desk.office, Draft("2016-07-22", "2016-07-22", "libur", "Tutup", "SK 1", {}))
    told_before = preview(desk.office, line)
    closed(desk, "2016-07-22")
    move_due(desk.office)
    [change] = changes(desk.office)
    assert told_before.moments == change.moved == 3 and told_before.cases == change.moved_cases == 3
    assert (told_before.promises, told_before.later, told_before.earlier) == (3, 3, 0)
    back = preview(desk.office, None, without=all_lines(desk.office)[0].id)
    assert (back.moments, back.earlier) == (3, 3)
    assert all(desk.row(ident).promised_at == PROMISE + timedelta(days=3) for ident in ids)
    clean(desk)


def test_the_same_key_is_one_change(desk: Desk) -> None:
    assert closed(desk, "2016-07-20", key="sekali") == closed(desk, "2016-07-20", key="sekali")
    assert len(all_lines(desk.office)) == len(changes(desk.office)) == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"decree": " "}, "decree"),
        ({"note": ""}, "note"),
        ({"first": "20-07-2016"}, "first"),
        ({"last": "2016-07-01"}, "last"),
        ({"kind": "cuti"}, "kind"),
        ({"source": "kabar"}, "source"),
        ({"hours": {"senin": "08:00-15:00"}}, "hours"),
        ({"kind": "jam"}, "hours"),
        ({"kind": "jam", "hours": {"senin": "15:00-08:00"}}, "hours"),
        ({"kind": "pekan", "hours": {"hari ini": "08:00-15:00"}}, "hours"),
    ],
)
def test_wrong_lines_are_refused_at_their_field(desk: Desk, changed: dict[str, object], field: str) -> None:
    draft = replace(Draft("2016-07-20", "2016-07-20", "libur", "Tutup", "SK 1", {}), **changed)  # type: ignore[arg-type]
    with pytest.raises(Invalid) as wrong:
        add_line(desk.office, draft, by=ADMIN)
    assert list(wrong.value.fields) == [field]
    assert all_lines(desk.office) == [] and desk.office.working_time.version == 0


def test_two_lines_for_one_date_are_refused_with_the_first_named(desk: Desk) -> None:
    closed(desk, "2016-07-20")
    with pytest.raises(Invalid) as wrong:
        closed(desk, "2016-07-18", "2016-07-22")
    assert "2016-07-20" in wrong.value.fields["first"][0] and "Kantor tutup" in wrong.value.fields["first"][0]


def test_a_line_wins_over_the_file(desk: Desk) -> None:
    """27 September 2016 is a closed day of the file."""
    day = datetime(2016, 9, 27, 3, 0, tzinfo=UTC)
    assert not desk.office.working_time.is_open(day)
    add_line(desk.office, Draft("2016-09-27", "", "kerja", "Dibuka di gedung lain", "SK 9", {}), by=ADMIN)
    assert desk.office.working_time.is_open(day)


def test_only_who_may(desk: Desk) -> None:
    draft = Draft("2016-07-20", "", "libur", "Tutup", "SK 1", {})
    with pytest.raises(NotAllowed):
        add_line(desk.office, draft, by=PEOPLE["bidang"])
    with pytest.raises(NotAllowed):
        withdraw_line(desk.office, 1, "SK", by=PEOPLE["loket"])
    with pytest.raises(NotFound):
        withdraw_line(desk.office, 77, "SK", by=ADMIN)


def test_another_file_is_a_change_too(desk: Desk, tmp_path: Path) -> None:
    case_id = desk.registered()
    assert note_file(desk.office) is None and desk.office.working_time.version == 0
    folder = tmp_path / "berkas" / "shared"
    folder.mkdir(parents=True)
    text = desk.office.calendar_file.read_text()
    (folder / "kalender.yaml").write_text(
        text + '  - {tanggal: 2016-07-20, jenis: libur, keterangan: "Tutup", dasar: "SK 5", sumber: assumed}\n'
    )
    desk.office.settings = replace(desk.office.settings, processes_dir=tmp_path / "berkas")
    assert move_due(desk.office) == 1
    assert desk.row(case_id).promised_at == PROMISE + timedelta(days=3)
    clean(desk)


def test_many_cases_at_random_places_all_follow(desk: Desk) -> None:
    rng = random.Random(7)
    ids = []
    for number in range(24):
        ids.append(desk.registered(rng.choice(["baru", "ulang"])))
        if number % 3:
            desk.do("bidang", ids[-1], "periksa", berkas_sah=rng.choice(["ya", "tidak"]))
        desk.clock.advance(minutes=rng.randrange(20, 200))
    for first, last in (("2016-07-19", "2016-07-19"), ("2016-07-21", "2016-07-25")):
        closed(desk, first, last)
        move_due(desk.office, batch=7)
        clean(desk)
    with desk.office.db.read() as connection:
        assert set(connection.execute(select(case_table.c.calendar)).scalars()) == {2}
        assert connection.execute(select(tasks.c.id).where(tasks.c.state == "open")).all()
