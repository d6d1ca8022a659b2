"""Reports to superiors: who sees them, who answers, what stays written."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import work
from engine.absences import acting, add_absence
from engine.errors import Gone, Invalid, NotAllowed
from engine.escalations import (
    CAUSES,
    acknowledge,
    causes_between,
    may_answer,
    reasons,
    record_breach_reason,
    waiting,
    waiting_count,
)
from engine.people import Person, add_person
from engine.verify import verify
from tests.engine.core.conftest import MONDAY, PEOPLE, Desk

from .conftest import ADMIN, told
from .frames import Clock, with_clocks


@pytest.fixture
def heads(desk: Desk) -> dict[str, Person]:
    """The heads, over a SOP that tells them: early, at the promise, and a day after."""
    shipped = with_clocks(
        Clock("dini", "1", "notifikasi/eskalasi", {"kepada": "kabid"}),
        Clock("janji", "4", "notifikasi/eskalasi", {"kepada": "kabid"}),
        Clock("lewat", "5", "notifikasi/eskalasi", {"kepada": "kepala_badan"}),
    )
    held = {
        "kabid": [("kabid", "jasa_usaha")],
        "lain": [("kabid", "tertentu")],
        "kepala": [("kepala_badan", None)],
        "tu": [("tata_usaha", None)],
    }
    with desk.office.db.write() as connection:
        desk.office.definitions.activate(
            connection, shipped, from_at=MONDAY, by_name="Uji", decree="Kep. 2", now=MONDAY
        )
        return {name: add_person(connection, name, f"Ibu {name}", roles, MONDAY) for name, roles in held.items()}


def late_case(desk: Desk, days: int = 7) -> int:
    """Seven days from Monday: a day past the promise of four working days (Friday)."""
    case_id = desk.registered()
    desk.clock.advance(days=days)
    work.fire_all(desk.office)
    return case_id


def test_each_sees_the_reports_of_their_chair(desk: Desk, heads: dict[str, Person]) -> None:
    case_id = late_case(desk)
    [entry] = waiting(desk.office, heads["kabid"])
    assert (entry.case_id, entry.late, entry.late_minutes) == (case_id, True, 480)
    assert entry.told == ("kabid:jasa_usaha", "kepala_badan") and entry.said == (entry.at[0][0],)
    assert entry.at == ((entry.at[0][0], "bidang:jasa_usaha"),)
    assert waiting(desk.office, heads["kepala"]) == [entry]
    assert waiting(desk.office, heads["lain"]) == [] and waiting_count(desk.office, heads["lain"]) == 0
    assert waiting_count(desk.office, heads["kabid"]) == 1
    with pytest.raises(NotAllowed):
        waiting(desk.office, PEOPLE["bidang"])


def test_the_reason_answers_all_reports_and_stays_written(desk: Desk, heads: dict[str, Person]) -> None:
    case_id = late_case(desk)
    for _ in range(2):
        record_breach_reason(desk.office, case_id, "tim_teknis", "BPLH  tidak hadir", by=heads["kabid"], key="satu")
    assert waiting(desk.office, heads["kepala"]) == []
    desk.clock.advance(hours=1)
    record_breach_reason(desk.office, case_id, "beban_kerja", "Petugas cuti", by=heads["kepala"])
    new, old = reasons(desk.office, case_id)
    assert (new.cause, new.by, new.replaced) == ("beban_kerja", "Ibu kepala", False)
    assert (old.cause, old.words, old.replaced) == ("tim_teknis", "BPLH tidak hadir", True)
    assert [line["sebab"] for line in told(desk, case_id, "breach_recorded")] == ["tim_teknis", "beban_kerja"]
    now = desk.clock.now()
    assert causes_between(desk.office, now - timedelta(days=1), now + timedelta(days=1)) == {"beban_kerja": 1}
    assert verify(desk.office).problems == []


def test_wrong_reasons_are_refused(desk: Desk, heads: dict[str, Person]) -> None:
    case_id = late_case(desk)
    with pytest.raises(Invalid) as wrong:
        record_breach_reason(desk.office, case_id, "nasib", " ", by=heads["kabid"])
    assert set(wrong.value.fields) == {"cause", "words"}
    for who in (heads["lain"], PEOPLE["bidang"], heads["tu"]):
        with pytest.raises(NotAllowed):
            record_breach_reason(desk.office, case_id, "lain", "Sebab", by=who)
    assert reasons(desk.office, case_id) == [] and set(CAUSES) >= {"lain", "tim_teknis"}


def test_what_is_in_time_is_acknowledged_without_a_reason(desk: Desk, heads: dict[str, Person]) -> None:
    case_id = late_case(desk, days=1)
    [entry] = waiting(desk.office, heads["kabid"])
    assert not entry.late and entry.late_minutes == -3 * 480
    with pytest.raises(Gone):
        record_breach_reason(desk.office, case_id, "lain", "Belum", by=heads["kabid"])
    acknowledge(desk.office, case_id, "Ditambah petugas", by=heads["kabid"])
    assert waiting(desk.office, heads["kabid"]) == []
    with pytest.raises(Gone):
        acknowledge(desk.office, case_id, "Sekali lagi", by=heads["kabid"])
    assert told(desk, case_id, "escalation_seen") == [{"uraian": "Ditambah petugas"}]
    assert may_answer(heads["kabid"], desk.row(case_id)) and not may_answer(heads["lain"], desk.row(case_id))


def test_who_stands_in_answers_on_behalf(desk: Desk, heads: dict[str, Person]) -> None:
    case_id = late_case(desk)
    add_absence(
        desk.office,
        heads["kabid"].id,
        "2016-07-20",
        "2016-07-30",
        "plh",
        heads["lain"].id,
        "SPT 8",
        by=ADMIN,
    )
    stand_in = acting(desk.office, heads["lain"])
    assert may_answer(stand_in, desk.row(case_id)) and waiting_count(desk.office, stand_in) == 1
    record_breach_reason(desk.office, case_id, "lain", "Menunggu", by=stand_in)
    [line] = told(desk, case_id, "breach_recorded")
    assert line["atas_nama"]["nama"] == "Ibu kabid" and line["atas_nama"]["sebagai"] == "plh"
