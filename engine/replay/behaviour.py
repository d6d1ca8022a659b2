"""How simulated people behave. Every figure here is assumed: the office's report gives counts, not durations."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from engine.forms import Form
from engine.forms.parts import Field
from engine.replay.choices import Choices, Meaning
from engine.working_time import DAY_MINUTES, JAKARTA, WorkingTime

INCOMPLETE = 0.06  # of cases come without something that they must bring
RETURNED = 0.08  # are sent back to the applicant from the bidang
REJECTED = 0.03  # are meant to be rejected; some meet no step that can
WITHDRAWN = 0.01
SLOW = 0.06  # lie around: every step takes several times as long
CLAIMED = 0.1  # of the steps are taken on the list before they are done

_OFTEN: dict[Meaning, float] = {"applicant": 0.5, "again": 0.02, "reject": 0.7, "other": 0.3}
_HOURS = ("08:30", "09:30", "10:30", "11:30", "13:00", "14:00", "15:00")
_OBJECTS = 0.02  # a decision that no gateway reads (an agency that objects)


@dataclass(frozen=True)
class Plan:
    """What is in store for a case. withdraw_after: working minutes after opening, or None. pace: 1 is usual."""

    incomplete: bool
    returned: bool
    rejected: bool
    withdraw_after: int | None
    pace: float


def plan_of(seed: object, no: int) -> Plan:
    """The plan of case `no`; the same whenever it is asked for."""
    rng = random.Random(f"{seed}/rencana/{no}")
    chance = [rng.random() for _ in range(5)]
    after = int(rng.uniform(0.2, 3.0) * DAY_MINUTES) if chance[3] < WITHDRAWN else None
    pace = rng.uniform(3.0, 6.0) if chance[4] < SLOW else 1.0
    return Plan(chance[0] < INCOMPLETE, chance[1] < RETURNED, chance[2] < REJECTED, after, pace)


def step_minutes(rng: random.Random, share: float, plan: Plan, applicant: bool) -> tuple[int, int]:
    """(working minutes until the step is done, minutes of them that keep a person busy).

    Lognormal around half of the step's own share of the SOP's time (`share`, in working days), so that most steps keep
    it and some do not. Applicants take a day or two, whatever the SOP says.
    """
    if applicant:
        return max(30, int(math.exp(rng.gauss(math.log(DAY_MINUTES), 0.8)))), 5
    minutes = share * DAY_MINUTES * math.exp(rng.gauss(math.log(0.5), 0.6)) * plan.pace
    return max(2, int(minutes)), min(15, max(1, int(share * DAY_MINUTES * 0.02)))


@dataclass(frozen=True)
class Slot:
    """When a group of agencies meets: an hour (`09:00`) on some weekdays (0 = Monday)."""

    hour: str
    weekdays: frozenset[int]


def meeting_slots(groups: Iterable[frozenset[str]]) -> dict[frozenset[str], Slot]:
    """A regular hour for every group of agencies that meets, so that those who share an agency do not clash: the seven
    hours of the day first, then other days of the week."""
    ordered = sorted(set(groups), key=sorted)
    days = max(1, -(-len(ordered) // len(_HOURS)))
    return {
        group: Slot(_HOURS[place % len(_HOURS)], frozenset(range(place // len(_HOURS) % 5, 5, min(days, 5))))
        for place, group in enumerate(ordered)
    }


class Answerer:
    """Fills forms as an official or applicant would."""

    def __init__(self, choices: Choices, time: WorkingTime, sample_file: str, slot: Slot | None = None) -> None:
        """sample_file: SHA-256 of the stored file that stands for every upload. slot: when the type's agencies meet."""
        self._choices, self._time, self._sample, self._slot = choices, time, sample_file, slot

    def fill(
        self,
        task: Any,
        facts: dict[str, Any],
        plan: Plan,
        now: datetime,
        rng: random.Random,
        first: bool = False,
        attempt: int = 0,
    ) -> dict[str, Any]:
        """Answers of a task's form. facts: what its conditions may read; first: the case's first task, where something
        may be missing; attempt: how often answers were refused already."""
        form = self._choices.version.form(task.form)
        fixed = self._dates(form, rng, now, attempt)
        for field in form.fields:
            if field.type == "upload":
                fixed[field.key] = [self._sample] if field.required or rng.random() < 0.5 else None
            elif field.key == "petak":  # a burial plot that hardly anybody else has
                fixed[field.key] = str(rng.randint(1, 9999))
            elif field.type == "number" and not field.money and field.required:
                fixed[field.key] = _measure(field, rng)
            elif field.type in ("radio", "select"):
                meanings = self._choices.of(task.process, task.element, field)
                if meanings:
                    fixed[field.key] = _choose(meanings, plan, rng, field.decision)
        answers = form.example(rng, facts, **fixed)
        if first and plan.incomplete:
            _leave_out(form, answers, rng)
        return answers

    def _dates(self, form: Form, rng: random.Random, now: datetime, attempt: int) -> dict[str, Any]:
        """Appointments lie a few working days ahead; what is done is done today. An application's dates are its own."""
        if not form.key.startswith("umum/"):
            return {}
        today = now.astimezone(JAKARTA).date()
        ahead = rng.randint(1, 3) + 2 * attempt
        if form.key.endswith("undang_rapat") and self._slot is not None and not attempt:
            day = self._working_day(today, ahead)
            while day.weekday() not in self._slot.weekdays:
                day = self._working_day(day, 1)
            return {"tanggal": day.isoformat(), "jam": self._slot.hour}
        appointed = form.key.endswith(("undang_rapat", "jadwal_kunjungan"))
        day = self._working_day(today, ahead) if appointed else today
        return {field.key: day.isoformat() for field in form.fields if field.type == "date"}

    def _working_day(self, today: date, number: int) -> date:
        day = today
        while number:
            day += timedelta(days=1)
            number -= self._time.calendar.is_working_day(day)
        return day


def _measure(field: Field, rng: random.Random) -> int | float:
    """A number of the usual size: areas of a house or shop, single-digit counts and lengths."""
    usual = rng.lognormvariate(math.log(90), 0.6) if "luas" in field.key else rng.lognormvariate(math.log(2.5), 0.6)
    low, high = field.min if field.min is not None else 1, field.max if field.max is not None else math.inf
    digits = 1 if field.decimals is None else field.decimals
    value = round(min(max(usual, low), high), digits)
    return int(value) if digits == 0 or value == int(value) else value


def _choose(meanings: dict[str, Meaning], plan: Plan, rng: random.Random, decision: bool) -> str:
    usual = next((value for value, meaning in meanings.items() if meaning == "on"), next(iter(meanings)))
    read = len(set(meanings.values()) - {"on", "other"}) > 0 or not decision
    for value, meaning in meanings.items():
        if meaning == "on":
            continue
        often = _OFTEN[meaning] if meaning != "other" or read else _OBJECTS
        if (meaning == "reject" and not plan.rejected) or (meaning == "applicant" and not plan.returned):
            continue
        if rng.random() < often:
            return value
    return usual


def _leave_out(form: Form, answers: dict[str, Any], rng: random.Random) -> None:
    """Forget one thing that must be brought."""
    ticked = [f.key for f in form.fields if f.requirement == "wajib" and not f.required and answers.get(f.key) is True]
    if ticked:
        answers[rng.choice(ticked)] = False
