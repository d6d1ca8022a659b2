"""A case put back to an earlier step goes on from there as if it had come there for the first time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.stepping import Blueprint, Run, parse_blueprint

from .diagrams import ROOTS, call, choice, each, end, process, start, timer, user
from .test_run import MONDAY, Case, Office

FRAME = process(
    "kerangka",
    [start(), call("sop", "UJI"), timer("janji", "sop", "hari_kerja(9)"), user("telat"), end("a"), end("b")],
    ["mulai>sop", "sop>a", "janji>telat", "telat>b"],
    ROOTS,
)
FORK = '<bpmn:parallelGateway id="{}"/>'
SOP = process(
    "UJI",
    [
        start("m"),
        user("periksa"),
        timer("lama", "periksa", "hari_kerja(1)"),
        user("dorong"),
        end("didorong"),
        call("fase", "tanda"),
        timer("fase_lama", "fase", "hari_kerja(3)"),
        user("dorong2"),
        end("didorong2"),
        FORK.format("cabang"),
        user("kiri"),
        user("kanan"),
        FORK.format("temu"),
        user("akhir"),
        end("z"),
    ],
    [
        "m>periksa",
        "periksa>fase",
        "lama>dorong",
        "dorong>didorong",
        "fase_lama>dorong2",
        "dorong2>didorong2",
        "fase>cabang",
        "cabang>kiri",
        "cabang>kanan",
        "kiri>temu",
        "kanan>temu",
        "temu>akhir",
        "akhir>z",
    ],
    ROOTS,
)
PHASE = process(
    "tanda",
    [
        start("p"),
        user("siapkan"),
        user("teken", each("instansi", "instansi_ini", "tanggapan", "tanggapan_ini")),
        timer("teken_lama", "teken", "hari_kerja(2)"),
        user("tegur"),
        end("ditegur"),
        user("verifikasi"),
        choice("g", "F_g_q"),
        end("q"),
    ],
    [
        "p>siapkan",
        "siapkan>teken",
        "teken_lama>tegur",
        "tegur>ditegur",
        "teken>verifikasi",
        "verifikasi>g",
        "g>siapkan: hasil == 'ulang'",
        "g>q",
    ],
)
READS = frozenset({"instansi", "tanggapan", "tanggapan_ini", "hasil"})
FORGET = frozenset({"tanggapan", "tanggapan_ini", "instansi_ini"})
IN_SOP = [("kerangka", "sop")]
IN_PHASE = [*IN_SOP, ("UJI", "fase")]


@pytest.fixture
def blueprint() -> Blueprint:
    return parse_blueprint({"kerangka.bpmn": FRAME, "sop.bpmn": SOP, "shared/tanda.bpmn": PHASE}, "kerangka", READS)


@pytest.fixture(params=[True, False])
def case(blueprint: Blueprint, request: Any) -> Case:
    return Case(blueprint, Office(), request.param)


def back(case: Case, where: list[tuple[str, str]], name: str, element: str) -> None:
    case.let(lambda run: run.restart(where, name, element, FORGET))


def timers(case: Case) -> dict[str, Any]:
    return {timer.element: timer.due for timer in case.run.timers()}


def sign(case: Case) -> None:
    for _ in range(2):
        case.do("teken", tanggapan_ini="setuju")


def to_fork(case: Case) -> None:
    case.do("periksa")
    case.do("siapkan")
    sign(case)
    case.do("verifikasi", hasil="ya")
    assert case.at() == ["kanan", "kiri"]


def finish(case: Case) -> None:
    case.do("kiri")
    assert case.at() == ["kanan"], "the join waits for its other branch"
    case.do("kanan")
    assert case.at() == ["akhir"]
    case.do("akhir")
    assert case.ends == ["a"] and not case.run.waiting_tokens()


def test_back_to_a_step_of_the_sop_arms_its_timer_anew_and_keeps_the_frames(case: Case) -> None:
    case.do("periksa")
    case.do("siapkan")
    case.office.at += timedelta(days=1)
    assert timers(case).keys() == {"janji", "fase_lama", "teken_lama"}
    back(case, IN_SOP, "UJI", "periksa")
    assert case.at() == ["periksa"]
    assert timers(case) == {"janji": MONDAY + timedelta(days=9), "lama": case.office.at + timedelta(days=1)}
    case.office.at += timedelta(days=1)
    case.let(Run.advance)
    assert case.at() == ["dorong", "periksa"]
    case.do("dorong")
    to_fork(case)
    finish(case)


def test_back_inside_a_phase_that_runs_keeps_the_clock_of_the_phase(case: Case) -> None:
    case.do("periksa")
    case.do("siapkan")
    case.do("teken", tanggapan_ini="keberatan")
    case.office.at += timedelta(days=1)
    back(case, IN_PHASE, "tanda", "siapkan")
    assert case.at() == ["siapkan"]
    assert timers(case) == {"janji": MONDAY + timedelta(days=9), "fase_lama": MONDAY + timedelta(days=3)}
    case.do("siapkan")
    assert case.at() == ["teken", "teken"]
    sign(case)
    assert case.run.waiting()[0].data["tanggapan"] == ["setuju", "setuju"], "the old objection is gone"
    case.do("verifikasi", hasil="ya")
    finish(case)


def test_back_to_a_multi_instance_step_begins_all_its_instances(case: Case) -> None:
    case.do("periksa")
    case.do("siapkan")
    sign(case)
    case.office.at += timedelta(hours=5)
    back(case, IN_PHASE, "tanda", "teken")
    assert case.at() == ["teken", "teken"]
    assert sorted(w.data["instansi_ini"] for w in case.run.waiting()) == ["BPLH", "Dishub"]
    assert timers(case)["teken_lama"] == case.office.at + timedelta(days=2)
    sign(case)
    case.do("verifikasi", hasil="ulang")
    assert case.at() == ["siapkan"]


def test_back_into_a_phase_that_has_ended_starts_its_call_again(case: Case) -> None:
    to_fork(case)
    case.do("kiri")
    case.office.at += timedelta(hours=5)
    back(case, IN_PHASE, "tanda", "verifikasi")
    assert case.at() == ["verifikasi"], "nothing is left of the branches"
    assert timers(case) == {
        "janji": MONDAY + timedelta(days=9),
        "fase_lama": case.office.at + timedelta(days=3),
    }
    case.do("verifikasi", hasil="ya")
    assert case.at() == ["kanan", "kiri"], "both branches begin again"
    finish(case)


def test_again_and_again(case: Case) -> None:
    for _ in range(4):
        to_fork(case)
        sizes = len(case.state)
        back(case, IN_SOP, "UJI", "periksa")
    assert len(case.state) <= sizes, "the state does not grow"
    to_fork(case)
    finish(case)


def test_a_timer_of_the_old_place_never_strikes(case: Case) -> None:
    case.do("periksa")
    case.do("siapkan")
    back(case, IN_SOP, "UJI", "periksa")
    case.do("periksa")
    case.office.at += timedelta(days=2, hours=12)
    case.let(Run.advance)
    assert case.at() == ["siapkan"]
    case.office.at += timedelta(days=20)
    case.let(Run.advance)
    assert case.at() == ["dorong2", "siapkan", "telat"]


def test_a_place_that_does_not_run_is_refused(case: Case) -> None:
    with pytest.raises(LookupError):
        case.run.restart([], "tanda", "siapkan", ())


def test_corrected_data_are_read_by_what_comes_next(case: Case) -> None:
    case.do("periksa")
    case.let(lambda run: run.correct({"instansi": ["Dinkes"]}))
    case.do("siapkan")
    assert [w.data["instansi_ini"] for w in case.run.waiting()] == ["Dinkes"]
