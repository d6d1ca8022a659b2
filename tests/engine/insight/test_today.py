"""A day's figures and the lists behind them agree, at every hour, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.cases import withdraw
from engine.errors import NotAllowed
from engine.insight.lists import Filter, list_cases
from engine.insight.today import Figures, day_figures
from engine.people import Person
from tests.engine.core.conftest import PEOPLE, Desk

MONDAY = date(2016, 7, 18)


def ids(desk: Desk, boss: Person, **wanted: object) -> list[int]:
    return [line.id for line in list_cases(desk.office, boss, Filter(**wanted)).lines]  # type: ignore[arg-type]


def finish(desk: Desk, case_id: int) -> None:
    desk.do("bidang", case_id, "periksa", berkas_sah="ya")
    desk.do("bplh", case_id, "teken", tanggapan_ini="setuju")
    desk.do("dishub", case_id, "teken", tanggapan_ini="setuju")
    desk.do("bidang", case_id, "verifikasi", hasil="disetujui")
    desk.work()


def test_an_office_without_cases_has_a_day_of_zeros(desk: Desk) -> None:
    day = day_figures(desk.office)
    assert (day.day, day.current, day.total, dict(day.by_code)) == (MONDAY, True, Figures(), {})


def test_received_and_finished_count_on_their_own_day(desk: Desk, boss: Person) -> None:
    first, second = desk.registered(), desk.registered()
    desk.open()  # without a resi it is not received yet
    desk.clock.advance(days=1)
    finish(desk, first)
    desk.clock.advance(hours=1)
    withdraw(desk.office, second, "pindah kota", by=PEOPLE["bidang"])
    monday, tuesday = day_figures(desk.office, MONDAY), day_figures(desk.office)
    assert (monday.total.received, monday.total.finished) == (2, 0)
    assert (tuesday.total.received, tuesday.total.finished, tuesday.total.finished_late) == (0, 2, 0)
    assert dict(tuesday.outcomes) == {"terbit": 1, "ditarik": 1}
    assert tuesday.by_bidang["jasa_usaha"] == tuesday.by_code["UJI"] == tuesday.total
    assert ids(desk, boss, received=MONDAY) == [second, first]
    assert ids(desk, boss, decided=MONDAY + timedelta(days=1), outcome="terbit") == [first]


def test_a_day_is_a_day_of_jakarta(desk: Desk) -> None:
    desk.clock.set(desk.clock.now().replace(hour=16, minute=59))  # 23.59 WIB
    desk.registered()
    desk.clock.advance(minutes=2)
    desk.registered()
    assert day_figures(desk.office).day == MONDAY + timedelta(days=1)
    assert day_figures(desk.office).total.received == 1
    assert day_figures(desk.office, MONDAY).total.received == 1


def test_risk_begins_where_a_fifth_of_the_promise_is_left(desk: Desk, boss: Person) -> None:
    four_days, two_days = desk.registered(), desk.registered("ulang")
    desk.clock.set(desk.office.working_time.add_days(desk.clock.now(), 1.5))
    assert day_figures(desk.office).total.risk == 0
    desk.clock.set(desk.office.working_time.add(desk.clock.now(), 49))  # 191 of 960 minutes left
    assert ids(desk, boss, standing="risk") == [two_days]
    desk.clock.set(desk.office.working_time.add_days(desk.clock.now(), 1.7))
    assert ids(desk, boss, standing="risk") == [four_days]
    assert ids(desk, boss, standing="late") == [two_days]
    assert (day_figures(desk.office).total.risk, day_figures(desk.office).total.late) == (1, 1)


def test_late_ends_with_the_decision_and_stays_in_the_past(desk: Desk, boss: Person) -> None:
    case_id = desk.registered()
    desk.clock.advance(days=7)
    late_day = day_figures(desk.office).day
    assert day_figures(desk.office).total.late == 1
    desk.clock.advance(days=1)
    finish(desk, case_id)
    today = day_figures(desk.office)
    assert (today.total.late, today.total.finished, today.total.finished_late) == (0, 1, 1)
    assert day_figures(desk.office, late_day).total.late == 1
    assert ids(desk, boss, late_on=late_day) == ids(desk, boss, decided=today.day, decided_late=True) == [case_id]


def test_a_case_whose_clock_stands_is_neither_late_nor_at_risk(desk: Desk, boss: Person) -> None:
    case_id = desk.registered()
    desk.do("bidang", case_id, "periksa", berkas_sah="tidak", kekurangan="KTP")
    desk.clock.advance(days=30)
    assert day_figures(desk.office).total.late == day_figures(desk.office).total.risk == 0
    (line,) = list_cases(desk.office, boss, Filter(standing="paused")).lines
    assert line.id == case_id and not line.late and line.left_minutes == 4 * 480
    assert line.at == ("lengkapi",)


def test_late_lists_begin_with_the_earliest_promise_and_go_on_without_gaps(desk: Desk, boss: Person) -> None:
    made = [desk.registered("ulang" if number % 2 else "baru") for number in range(7)]
    desk.clock.advance(days=30)
    for number in (5, 6):  # whose clock stands although the promise ran out: nothing is promised any more
        desk.do("bidang", made[number], "periksa", berkas_sah="tidak", kekurangan="KTP")
    seen: list[int] = []
    after = None
    while True:
        page = list_cases(desk.office, boss, Filter(standing="late"), after, size=1)
        assert page.total == 7
        seen += [line.id for line in page.lines]
        after = page.after
        if after is None:
            break
    assert seen == [*made[5:], made[1], made[3], made[0], made[2], made[4]]
    newest = list_cases(desk.office, boss, Filter(), size=3)
    rest = list_cases(desk.office, boss, Filter(), newest.after, size=10)
    assert [line.id for line in newest.lines + rest.lines] == made[::-1]


def test_filters_ask_together(desk: Desk, boss: Person) -> None:
    waiting, signing = desk.registered(), desk.to_signatures()
    assert ids(desk, boss, step=("UJI", "periksa")) == [waiting]
    assert ids(desk, boss, step=("tanda", "teken"), code="UJI") == [signing]
    assert ids(desk, boss, code="LAIN") == []
    assert ids(desk, boss, state="open", bidang="jasa_usaha", variant="baru") == [signing, waiting]
    assert ids(desk, boss, state="pendaftaran") == []


def test_a_mangled_mark_begins_at_the_top(desk: Desk, boss: Person) -> None:
    case_id = desk.registered()
    for mark in ("x", "1.y", "9" * 40 + ".1", ""):
        assert [line.id for line in list_cases(desk.office, boss, Filter(), mark).lines] == [case_id]


def test_lists_are_for_those_who_may_search(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        list_cases(desk.office, PEOPLE["bplh"], Filter())
