"""How long steps take and where cases wait, against a calculation by hand."""

from __future__ import annotations

import pytest

from engine.errors import NotFound
from engine.insight.bottlenecks import StepFigures, all_types, step_detail, type_steps
from engine.insight.catalogue import version_of
from tests.engine.core.conftest import Desk


def figures(desk: Desk, element: str) -> StepFigures:
    found = type_steps(desk.office, version_of(desk.office, "UJI"))
    return next(step for step in found.steps if step.element == element)


def checked_after(desk: Desk, *minutes: int) -> None:
    """One case each, whose step `periksa` takes that many working minutes."""
    for taken in minutes:
        case_id = desk.registered()
        desk.clock.set(desk.office.working_time.add(desk.clock.now(), taken))
        desk.do("bidang", case_id, "periksa", berkas_sah="ya")


def test_median_and_the_ninth_of_ten(desk: Desk) -> None:
    checked_after(desk, 10, 20, 30, 40, 50, 60, 70, 80, 90, 1000)
    found = figures(desk, "periksa")
    assert (found.finished, found.p50, found.p90) == (10, 50, 90)
    assert found.standard == 480 and found.over == pytest.approx(0.1)
    assert found.ratio == pytest.approx(50 / 480)


def test_one_finished_task_is_its_own_median(desk: Desk) -> None:
    checked_after(desk, 7)
    assert (figures(desk, "periksa").p50, figures(desk, "periksa").p90) == (7, 7)


def test_a_step_that_nobody_has_done_has_no_median(desk: Desk) -> None:
    desk.registered()
    found = figures(desk, "verifikasi")
    assert (found.finished, found.p50, found.p90, found.over, found.ratio) == (0, None, None, None, None)


def test_waiting_and_overdue_are_those_of_now(desk: Desk) -> None:
    desk.registered()
    desk.clock.advance(days=3)
    desk.registered()
    found = figures(desk, "periksa")
    assert (found.waiting, found.overdue) == (2, 1)
    (uji,) = all_types(desk.office)
    assert (uji.code, uji.waiting, uji.overdue, uji.decided, uji.median_minutes) == ("UJI", 2, 1, 0, None)


def test_the_worst_step_stands_first(desk: Desk) -> None:
    desk.to_signatures()
    desk.clock.advance(days=5)
    found = type_steps(desk.office, version_of(desk.office, "UJI"))
    assert found.steps[0].element == "teken" and found.steps[0].overdue == 2


def test_older_than_the_period_does_not_count(desk: Desk) -> None:
    checked_after(desk, 10)
    desk.clock.advance(days=31)
    version = version_of(desk.office, "UJI")
    assert type_steps(desk.office, version, 30).sampled == 0
    assert type_steps(desk.office, version, 90).sampled == 2  # daftar and periksa


def test_one_step_tells_who_how_long_and_which_cases(desk: Desk) -> None:
    checked_after(desk, 60, 600)
    older, newer = desk.registered(), desk.registered()
    desk.clock.set(desk.office.working_time.add(desk.clock.now(), 30))
    found = step_detail(desk.office, version_of(desk.office, "UJI"), "UJI", "periksa")
    assert [(one.name, one.finished, one.p50) for one in found.workers] == [("Budi Bidang", 2, 60)]
    assert dict(found.spread)[0.25] == 1 and dict(found.spread)[2] == 1 and sum(n for _, n in found.spread) == 2
    assert [one.case_id for one in found.waiting] == [older, newer]
    assert found.waiting[0].waited_minutes == 30 and not found.waiting[0].overdue


def test_a_step_that_is_not_drawn_is_refused(desk: Desk) -> None:
    with pytest.raises(NotFound):
        step_detail(desk.office, version_of(desk.office, "UJI"), "UJI", "tidak_ada")


def test_a_decided_case_counts_without_its_pauses(desk: Desk) -> None:
    case_id = desk.registered()
    desk.do("bidang", case_id, "periksa", berkas_sah="tidak", kekurangan="KTP")
    desk.clock.advance(days=10)
    desk.do("loket", case_id, "lengkapi", catatan="ada")
    desk.clock.set(desk.office.working_time.add(desk.clock.now(), 100))
    desk.do("bidang", case_id, "periksa", berkas_sah="ya")
    desk.do("bplh", case_id, "teken", tanggapan_ini="setuju")
    desk.do("dishub", case_id, "teken", tanggapan_ini="setuju")
    desk.do("bidang", case_id, "verifikasi", hasil="disetujui")
    desk.work()
    (uji,) = all_types(desk.office)
    assert (uji.decided, uji.median_minutes) == (1, 100)
