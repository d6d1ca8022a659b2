"""Walks a shipped SOP with valid random answers, without an office around it: every branch of its diagrams, quickly."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.bundle import Bundle, read_bundle
from engine.clock import FixedClock
from engine.definitions import CLOCK_DEFAULTS
from engine.forms import Form, compile_form
from engine.model import Element
from engine.stepping import Blueprint, Run, parse_blueprint
from engine.working_time import office_calendar

ROOT = Path(__file__).resolve().parents[2]
CODES = sorted(path.parent.name for path in (ROOT / "processes").glob("*/sop.bpmn"))
MONDAY = datetime(2016, 7, 18, 2, 0, tzinfo=UTC)  # 09.00 WIB


@dataclass
class Sop:
    """One type as it lies in processes/ and forms/."""

    code: str
    root: Path = ROOT

    @cached_property
    def bundle(self) -> Bundle:
        return read_bundle(self.code, self.root / "processes", self.root / "forms")

    @cached_property
    def blueprint(self) -> Blueprint:
        files = {name: content for name, content in self.bundle.files.items() if name.endswith(".bpmn")}
        return parse_blueprint(files, "kerangka", self.bundle.reads)

    @cached_property
    def elements(self) -> dict[tuple[str, str], Element]:
        """(process, element) -> element, for the frame, the SOP and its phases."""
        return {
            (process.id, element.id): element
            for diagram in self.bundle.diagrams.values()
            for process in diagram.processes
            for element in process.elements.values()
        }

    @cached_property
    def forms(self) -> dict[str, Form]:
        return {key: compile_form(self.bundle.files[f"forms/{key}.json"], key) for key in self.bundle.form_keys()}

    @property
    def variants(self) -> list[str]:
        return [row["kode"] for row in self.bundle.permit["varian"]]

    def form_of(self, element: Element) -> Form:
        """The form of a person's step."""
        return self.forms[element.properties["form"].replace("{KODE}", self.code)]


@dataclass
class Walk:
    """One case. Services answer at once, with a bill or an objection now and then; time jumps now and then."""

    sop: Sop
    rng: random.Random
    clock: FixedClock = field(default_factory=lambda: FixedClock(MONDAY))
    passed: set[tuple[str, str]] = field(default_factory=set)
    steps: int = 0

    def __post_init__(self) -> None:
        self.calendar = office_calendar()

    def now(self) -> datetime:
        return self.clock.now()

    @property
    def functions(self) -> Mapping[str, Callable[..., Any]]:
        now = self.now()
        return {
            "hari_kerja": lambda days: self.calendar.add_days(now, days),
            "jam_kerja": lambda hours: self.calendar.add(now, round(hours * 60)),
        }

    def serve(self, task: Any, operator: str, params: dict[str, Any]) -> dict[str, Any] | None:
        if operator == "retribusi/hitung":
            return {"tagihan": self.rng.choice([0, 100_000])}
        if operator == "retribusi/terbitkan":
            due = self.now() + timedelta(days=30)
            return {"jatuh_tempo": due.isoformat(), "gugur_pada": (due + timedelta(days=180)).isoformat()}
        if operator == "berita_acara/rekap":
            return {"keberatan": self.rng.choice([0, 0, 1])}
        return {}

    def run(self, most: int = 400) -> list[str]:
        """Ids of the frame's end events that were reached."""
        permit = self.sop.bundle.permit
        self.variant = self.rng.choice(self.sop.variants)
        data = {
            "kode": self.sop.code,
            "varian": self.variant,
            "janji_hk": permit["waktu"]["hari_kerja"],
            "instansi": permit["instansi"],
            "bidang": permit["bidang"],
            **CLOCK_DEFAULTS,
        }
        run = Run.start(self.sop.blueprint, data, self)
        while not run.finished:
            self.steps += 1
            assert self.steps < most, f"still waiting at {[w.element for w in run.waiting()]}"
            late = 0.3 if any(each.process == "penagihan" for each in run.waiting()) else 0.06  # bills are paid late
            if self.rng.random() < late:
                self.clock.advance(days=self.rng.choice([1, 3, 40, 220]))
                run.advance()
            elif self.rng.random() < 0.004:
                run.message("ditarik")
            else:
                waiting = self.rng.choice(run.waiting())
                run.complete(waiting.token, self._answers(waiting.process, waiting.element))
        self.passed |= set(run.passed)
        return run.ends

    def _answers(self, process: str, element: str) -> dict[str, Any]:
        form = self.sop.form_of(self.sop.elements[process, element])
        facts = {"varian": self.variant, "kode": self.sop.code}
        fixed = {}
        if form.decision and self.rng.random() < 0.6:  # mostly the first answer, which is the normal path
            fixed = {form.decision.key: form.decision.values[0]}
        given = form.example(self.rng, facts, **fixed)
        if form.has_requirements:
            given |= {"berkas_lengkap": self.rng.choice(["ya", "tidak"])}
        return {name: value for name, value in given.items() if name in self.sop.bundle.reads}


def normal_path_days(sop: Sop, process: str) -> float:
    """Working days of the office's own steps on the longest normal path, called phases included."""
    drawn = next(p for diagram in sop.bundle.diagrams.values() for p in diagram.processes if p.id == process)

    def days(element_id: str, above: frozenset[str]) -> float:
        element = drawn.elements[element_id]
        own = 0.0
        if element.kind == "callActivity" and element.called_element:
            own = normal_path_days(sop, element.called_element)
        elif element.kind == "userTask" and element.lane != "Pemohon":
            own = float(element.properties["waktu"])
        flows = [drawn.flows[key] for key in element.outgoing if not drawn.flows[key].condition]
        after = [flow.target for flow in flows if flow.target not in above]
        return own + max((days(target, above | {element_id}) for target in after), default=0.0)

    start = next(key for key, element in drawn.elements.items() if element.kind == "startEvent")
    return days(start, frozenset())
