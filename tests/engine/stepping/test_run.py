"""The door to SpiffWorkflow: a case goes on after every reload as if it had never been put away."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.stepping import Blueprint, Run, parse_blueprint

from .diagrams import DIAGRAMS, READS, end, process, start, user

MONDAY = datetime(2016, 7, 18, 2, 0, tzinfo=UTC)


class Office:
    """An environment with a clock that is set, and services that are deferred or fail on demand."""

    def __init__(self) -> None:
        self.at = MONDAY
        self.served: list[str] = []
        self.hold: set[str] = set()

    def now(self) -> datetime:
        return self.at

    @property
    def functions(self) -> Mapping[str, Callable[..., Any]]:
        return {"hari_kerja": lambda n: self.at + timedelta(days=n)}

    def serve(self, task: Any, operator: str, params: dict[str, Any]) -> dict[str, Any] | None:
        self.served.append(operator)
        return None if operator in self.hold else {}


@pytest.fixture
def blueprint() -> Blueprint:
    return parse_blueprint(DIAGRAMS, "kerangka", READS)


class Case:
    """Drives a run that is dumped and loaded between any two commands."""

    def __init__(self, blueprint: Blueprint, office: Office, reload: bool = True) -> None:
        self.blueprint, self.office, self.reload = blueprint, office, reload
        self.run = Run.start(blueprint, {"instansi": ["BPLH", "Dishub"]}, office)
        self.passed: list[str] = []
        self.ends: list[str] = []
        self._put_away()

    def _put_away(self) -> None:
        self.passed += [element for _, element in self.run.passed]
        self.ends += self.run.ends
        self.state = self.run.dump()
        if self.reload:
            self.run = Run.load(self.blueprint, self.state, self.office)
        else:
            self.run.passed, self.run.ends = [], []

    def at(self) -> list[str]:
        return sorted(w.element for w in self.run.waiting())

    def do(self, element: str, **data: Any) -> None:
        waiting = next(w for w in self.run.waiting() if w.element == element)
        self.run.complete(waiting.token, data)
        self._put_away()

    def let(self, action: Callable[[Run], object]) -> None:
        action(self.run)
        self._put_away()


@pytest.mark.parametrize("reload", [True, False])
def test_normal_path_with_a_rework_and_two_signatures(blueprint: Blueprint, reload: bool) -> None:
    case = Case(blueprint, Office(), reload)
    case.do("daftar")
    case.do("periksa", berkas_sah="tidak")
    assert case.at() == ["lengkapi"]
    case.do("lengkapi")
    case.do("periksa", berkas_sah="ya")
    assert case.at() == ["teken", "teken"]
    assert sorted(w.data["instansi_ini"] for w in case.run.waiting()) == ["BPLH", "Dishub"]
    case.do("teken", tanggapan_ini="setuju")
    assert case.at() == ["teken"]
    case.do("teken", tanggapan_ini="keberatan")
    assert case.at() == ["verifikasi"]
    assert sorted(case.run.waiting()[0].data["tanggapan"]) == ["keberatan", "setuju"]
    case.do("verifikasi", hasil="disetujui")
    assert case.at() == ["serahkan"]
    case.do("serahkan")
    assert case.run.finished or case.ends == ["selesai"]
    assert case.ends == ["selesai"]


def test_timer_fires_once_after_reload_and_leaves_the_task_open(blueprint: Blueprint) -> None:
    office = Office()
    case = Case(blueprint, office)
    case.do("daftar")
    (timer,) = case.run.timers()
    assert timer.due == MONDAY + timedelta(days=2) and timer.host == "sop"
    office.at += timedelta(days=3)
    case.let(Run.advance)
    assert office.served == ["uji/ingatkan"] and case.at() == ["periksa"]
    case.let(Run.advance)
    assert office.served == ["uji/ingatkan"] and case.run.timers() == []


def test_a_standing_clock_never_fires_and_goes_on_after_resume(blueprint: Blueprint) -> None:
    office = Office()
    case = Case(blueprint, office)
    case.do("daftar")
    token = case.run.timers()[0].token
    case.let(lambda run: run.set_due(token, None))
    office.at += timedelta(days=300)
    case.let(Run.advance)
    assert office.served == [] and case.run.timers()[0].due is None
    case.let(lambda run: run.set_due(token, office.at + timedelta(days=1)))
    office.at += timedelta(days=2)
    case.let(Run.advance)
    assert office.served == ["uji/ingatkan"]


def test_withdrawal_cancels_everything_inside(blueprint: Blueprint) -> None:
    case = Case(blueprint, Office())
    assert not case.run.message("ditarik")
    case.do("daftar")
    case.do("periksa", berkas_sah="ya")
    case.let(lambda run: run.message("ditarik"))
    assert case.ends == ["tutup"] and case.at() == [] and case.run.timers() == []


def test_rejection_from_inside_reaches_the_frame(blueprint: Blueprint) -> None:
    case = Case(blueprint, Office())
    case.do("daftar")
    case.do("periksa", berkas_sah="ya")
    for _ in range(2):
        case.do("teken", tanggapan_ini="setuju")
    case.do("verifikasi", hasil="ditolak")
    assert case.at() == ["surat_penolakan"]
    case.do("surat_penolakan")
    assert case.ends == ["selesai_ditolak"]


def test_deferred_service_waits_for_its_result(blueprint: Blueprint) -> None:
    office = Office()
    office.hold = {"uji/surat"}
    case = Case(blueprint, office)
    case.do("daftar")
    case.do("periksa", berkas_sah="ya")
    for _ in range(2):
        case.do("teken", tanggapan_ini="setuju")
    case.do("verifikasi", hasil="disetujui")
    (started,) = case.run.started()
    assert started.operator == "uji/surat" and case.at() == []
    office.at += timedelta(days=9)
    case.let(Run.advance)
    assert [s.element for s in case.run.started()] == ["surat"], "a timer beside it does not end it"
    case.let(lambda run: run.retry_service(started.token))
    assert [s.element for s in case.run.started()] == ["surat"]
    case.let(lambda run: run.finish_service(started.token, {}))
    assert case.at() == ["serahkan"]


def test_a_new_process_finishes_signatures_that_another_began() -> None:
    first = parse_blueprint(DIAGRAMS, "kerangka", READS)
    case = Case(first, Office())
    case.do("daftar")
    case.do("periksa", berkas_sah="ya")
    case.do("teken", tanggapan_ini="setuju")
    other = parse_blueprint(DIAGRAMS, "kerangka", READS)
    run = Run.load(other, case.state, Office())
    run.complete(run.waiting()[0].token, {"tanggapan_ini": "setuju"})
    assert [w.element for w in run.waiting()] == ["verifikasi"]


def test_state_does_not_grow_with_rounds_of_rework(blueprint: Blueprint) -> None:
    case = Case(blueprint, Office())
    case.do("daftar")
    sizes = []
    for _ in range(40):
        case.do("periksa", berkas_sah="tidak")
        case.do("lengkapi")
        sizes.append(len(zlib.decompress(case.state)))
    assert max(sizes[1:]) - min(sizes[1:]) < 40


DMN = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="uji">
<decision id="golongan" name="golongan"><decisionTable id="t">
<input id="i" label="luas"><inputExpression id="ie" typeRef="number"><text>luas</text></inputExpression></input>
<output id="o" label="golongan" name="golongan" typeRef="string"/>
<rule id="r1"><inputEntry id="e1"><text>&lt;= 100</text></inputEntry>
<outputEntry id="x1"><text>"kecil"</text></outputEntry></rule>
<rule id="r2"><inputEntry id="e2"><text>100 &lt; ? &lt;= 500</text></inputEntry>
<outputEntry id="x2"><text>"sedang"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


@pytest.mark.parametrize(("luas", "golongan"), [(40, "kecil"), (300, "sedang")])
def test_rule_task_decides_in_the_safe_language(luas: int, golongan: str) -> None:
    rule = (
        '<bpmn:businessRuleTask id="tabel" name="Tentukan golongan"><bpmn:extensionElements>'
        "<spiffworkflow:calledDecisionId>golongan</spiffworkflow:calledDecisionId>"
        "</bpmn:extensionElements></bpmn:businessRuleTask>"
    )
    frame = process(
        "kerangka", [start(), rule, user("lihat"), end("usai")], ["mulai>tabel", "tabel>lihat", "lihat>usai"]
    )
    blueprint = parse_blueprint({"kerangka.bpmn": frame}, "kerangka", frozenset(), {"tarif.dmn": DMN})
    run = Run.start(blueprint, {"luas": luas}, Office())
    assert run.waiting()[0].data["golongan"] == golongan
