"""Clocks are durable: in order, once, by whoever comes first, and without a storm of messages."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from engine import cases, work
from engine.bundle import Bundle
from engine.clock import FixedClock
from engine.deadlines import LEASE, lease_due
from engine.office import Office
from engine.services import registry
from engine.settings import Settings
from engine.storage.schema import events, outbox
from engine.verify import verify
from tests.engine.core.conftest import MONDAY, PEOPLE, Desk, failing

from .conftest import armed, told
from .frames import Clock, with_clocks

WORKERS = 4


def clean(desk: Desk) -> None:
    assert verify(desk.office).problems == []


def queued(desk: Desk) -> list[tuple[str, str]]:
    with desk.office.db.read() as connection:
        rows = connection.execute(select(outbox.c.template, outbox.c.recipient).order_by(outbox.c.id))
        return [(row.template, row.recipient) for row in rows]


if "uji/panggil" not in registry.known_operators():

    @registry.handler("uji/panggil", "siapa", "templat")
    def call(unit: Any, case: Any, params: dict[str, Any]) -> None:
        kind = {"ingatkan": "reminded", "eskalasi": "escalated"}[params["templat"]]
        unit.send("email", params["siapa"], params["templat"], {})
        unit.emit(kind, {"kepada": [params["siapa"]]})


def alarming() -> Bundle:
    """UJI whose SOP is watched by four clocks: two reminders, then the head of the bidang, then the head of the
    office. They are drawn in another order than the one in which they are due."""
    return with_clocks(
        Clock("lewat", "5", "uji/panggil", {"siapa": "kepala", "templat": "eskalasi"}),
        Clock("awal", "1", "uji/panggil", {"siapa": "bidang", "templat": "ingatkan"}),
        Clock("janji", "4", "uji/panggil", {"siapa": "kabid", "templat": "eskalasi"}),
        Clock("dekat", "3", "uji/panggil", {"siapa": "bidang", "templat": "ingatkan"}),
    )


@pytest.fixture
def watched(desk: Desk) -> Desk:
    with desk.office.db.write() as connection:
        desk.office.definitions.activate(
            connection, alarming(), from_at=MONDAY, by_name="Uji", decree="Kep. 2", now=MONDAY
        )
    return desk


def steps(desk: Desk, case_id: int) -> list[str]:
    """The service tasks that ran in the last strike, in order."""
    trail = told(desk, case_id, "clock_struck")[-1]["lewat"]
    return [entry.split("/")[1].split(">")[0] for entry in trail if "/s_" in entry]


def test_after_days_without_power_they_strike_in_order_and_tell_once(watched: Desk) -> None:
    case_id = watched.registered()
    watched.clock.advance(days=10)
    assert work.fire_all(watched.office) == 1 and work.fire_all(watched.office) == 0
    assert steps(watched, case_id) == ["s_awal", "s_ingat", "s_dekat", "s_janji", "s_lewat"]
    sent = [entry for entry in queued(watched) if entry[0] != "ingat"]
    assert sent == [("eskalasi", "kabid"), ("eskalasi", "kepala")]
    [skipped] = told(watched, case_id, "messages_skipped")
    assert skipped == {"pengingat": 2, "eskalasi": 0, "kepada": ["bidang"], "sebab": "eskalasi", **_clock(skipped)}
    assert [line["kepada"] for line in told(watched, case_id, "reminded") if line] == [[], []], "nobody was told"
    assert [line["kepada"] for line in told(watched, case_id, "escalated")] == [["kabid"], ["kepala"]]
    clean(watched)


def _clock(data: dict[str, Any]) -> dict[str, Any]:
    return {"jam": data["jam"]} if "jam" in data else {}


def test_two_reminders_that_come_due_together_are_one(watched: Desk) -> None:
    case_id = watched.registered()
    watched.clock.advance(days=3)
    work.fire_all(watched.office)
    assert [entry for entry in queued(watched) if entry[0] == "ingatkan"] == [("ingatkan", "bidang")]
    assert told(watched, case_id, "messages_skipped")[0]["sebab"] == "digabung"
    assert sum(len(line["kepada"]) for line in told(watched, case_id, "reminded") if line) == 1
    clean(watched)


def test_in_time_each_of_them_is_sent(watched: Desk) -> None:
    case_id = watched.registered()
    for _ in range(8):
        watched.clock.advance(days=1)
        work.fire_all(watched.office)
    assert [entry for entry in queued(watched) if entry[0] != "ingat"] == [
        ("ingatkan", "bidang"),
        ("ingatkan", "bidang"),
        ("eskalasi", "kabid"),
        ("eskalasi", "kepala"),
    ]
    assert "messages_skipped" not in watched.history(case_id)
    clean(watched)


def test_the_longest_overdue_case_is_first(desk: Desk) -> None:
    late = desk.registered()
    desk.clock.advance(minutes=30)
    early = desk.registered("ulang")  # half of two days, not of four
    with desk.office.db.write() as connection:
        assert lease_due(connection, desk.clock.now() + timedelta(days=9), 10) == [early, late]


def test_what_a_dead_worker_had_taken_is_taken_over(desk: Desk) -> None:
    case_id = desk.registered()
    desk.clock.advance(days=2)
    with desk.office.db.write() as connection:
        assert lease_due(connection, desk.clock.now(), 10) == [case_id]
    assert work.fire_all(desk.office) == 0, "somebody is at it"
    desk.clock.set(desk.clock.now() + LEASE)
    assert work.fire_all(desk.office) == 1 and "reminded" in desk.history(case_id)


def test_a_case_whose_clock_fails_does_not_stop_the_others(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, sound = desk.registered(), desk.registered()
    desk.clock.advance(days=2)
    real = work.automatic.fire

    def fire(office: Office, case_id: int, key: str | None = None) -> Any:
        if case_id == broken:
            raise RuntimeError("rusak")
        return real(office, case_id, key=key)

    monkeypatch.setattr(work.automatic, "fire", fire)
    assert work.fire_all(desk.office) == 2
    assert "reminded" in desk.history(sound) and "reminded" not in desk.history(broken)
    desk.clock.advance(seconds=20)
    assert work.fire_all(desk.office) == 0, "it rests"
    monkeypatch.undo()
    desk.clock.advance(seconds=60)
    assert work.fire_all(desk.office) == 1 and "reminded" in desk.history(broken)
    clean(desk)


def test_a_service_that_fails_behind_a_clock_is_an_incident_and_the_clock_is_done(desk: Desk) -> None:
    case_id = desk.registered()
    desk.clock.advance(days=2)
    failing["uji/ingatkan"] = "pos elektronik mati"
    real = registry.find("uji/ingatkan")
    registry._OPERATORS["uji/ingatkan"] = registry.Operator("uji/ingatkan", frozenset(), short=_refuses)
    try:
        work.fire_all(desk.office)
    finally:
        registry._OPERATORS["uji/ingatkan"] = real
    assert "incident_opened" in desk.history(case_id) and armed(desk, case_id) == []
    assert work.fire_all(desk.office) == 0
    clean(desk)


def _refuses(unit: Any, case: Any, params: dict[str, Any]) -> None:
    raise registry.ServiceError(failing["uji/ingatkan"])


def struck(desk: Desk) -> dict[int, int]:
    query = select(events.c.case_id, func.count()).where(events.c.kind == "reminded").group_by(events.c.case_id)
    with desk.office.db.read() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def test_four_threads_let_none_strike_twice(desk: Desk) -> None:
    ids = [desk.registered() for _ in range(30)]
    desk.clock.advance(days=3)
    offices = [Office(desk.office.settings, desk.clock) for _ in range(WORKERS)]
    with ThreadPoolExecutor(WORKERS) as pool:
        taken = list(pool.map(work.fire_all, offices))
    for office in offices:
        office.close()
    assert sum(taken) == len(ids) and struck(desk) == dict.fromkeys(ids, 1)
    clean(desk)


def _worker(url: str, folder: str, seconds: float) -> int:
    office = Office(Settings(database_url=url, var_dir=Path(folder), secret="uji"), FixedClock(MONDAY))
    office.clock.set(MONDAY + timedelta(seconds=seconds))  # type: ignore[attr-defined]
    try:
        return work.fire_all(office)
    finally:
        office.close()


def test_four_processes_let_none_strike_twice(desk: Desk, database_url: str, tmp_path: Path) -> None:
    ids = [desk.registered() for _ in range(24)]
    desk.clock.advance(days=3)
    seconds = (desk.clock.now() - MONDAY).total_seconds()
    context = multiprocessing.get_context("spawn")
    with context.Pool(WORKERS) as pool:
        taken = pool.starmap(_worker, [(database_url, str(tmp_path), seconds)] * WORKERS)
    assert sum(taken) == len(ids) and struck(desk) == dict.fromkeys(ids, 1)
    clean(desk)


def test_a_clock_and_a_person_at_the_same_moment(desk: Desk) -> None:
    """Whoever comes second finds the case as the first left it; nothing is done twice, nothing is lost."""
    ids = [desk.registered() for _ in range(12)]
    waiting = {ident: desk.tasks(ident)[0].id for ident in ids}
    desk.clock.advance(days=2)

    def person() -> None:
        office = Office(desk.office.settings, desk.clock)
        for ident in ids:
            cases.complete(office, waiting[ident], {"berkas_sah": "ya"}, by=PEOPLE["bidang"])
        office.close()

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(person), pool.submit(work.fire_all, desk.office)]
        for future in both:
            future.result()
    work.fire_all(desk.office)
    assert struck(desk) == dict.fromkeys(ids, 1)
    clean(desk)
