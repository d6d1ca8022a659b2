"""Where it hangs: types, the steps of one on its diagram, one step."""

from __future__ import annotations

from typing import Any

from flask import jsonify, render_template, request, url_for
from flask_babel import gettext

from engine.insight.bottlenecks import SPREAD, StepFigures, TypeSteps, all_types, step_detail, type_steps
from engine.insight.catalogue import version_of
from engine.insight.steps import processes_of
from web.kit import angka, hari_kerja
from web.management import bottlenecks
from web.management.words import against, bidang, short_days
from web.security import needs, office, person

PERIODS = (30, 90, 180, 365)
DEFAULT = 90


@bottlenecks.get("/simpul")
@needs("bottleneck.view")
def types() -> Any:
    """Every type, those with the most overdue tasks first."""
    return render_template(
        "management/types.html",
        rows=[
            {
                "href": url_for("bottlenecks.steps", code=one.code),
                "cells": [
                    {"text": one.name, "href": url_for("bottlenecks.steps", code=one.code), "note": one.code},
                    bidang(one.bidang),
                    {"text": angka(one.waiting), "sort_value": one.waiting},
                    {"text": angka(one.overdue), "sort_value": one.overdue},
                    {"text": hari_kerja(one.median_minutes), "sort_value": one.median_minutes or -1},
                    {"text": hari_kerja(one.promise_days * 480), "sort_value": one.promise_days},
                ],
                "state": "late" if one.overdue else None,
            }
            for one in all_types(office())
        ],
    )


@bottlenecks.get("/simpul/<code>")
@needs("bottleneck.view")
def steps(code: str) -> Any:
    """One type: its diagram with numbers, and the steps as a table, the worst first. Arguments: hari, diagram."""
    days = _days()
    version = version_of(office(), code)
    found = type_steps(office(), version, days)
    shown = request.args.get("diagram", version.code)
    names = processes_of(version)
    shown = shown if shown in names else version.code
    return render_template(
        "management/steps.html",
        version=version,
        found=found,
        days=days,
        periods=PERIODS,
        shown=shown,
        diagrams=[
            {
                "href": url_for("bottlenecks.steps", code=code, hari=days, diagram=ident),
                "text": name,
                "current": ident == shown,
                "count": sum(step.waiting for step in found.steps if step.process == ident) or None,
            }
            for ident, name in names.items()
        ],
        rows=[_row(code, days, step, names) for step in found.steps],
        says=_says(found),
    )


@bottlenecks.get("/simpul/<code>/diagram.json")
@needs("bottleneck.view")
def numbers(code: str) -> Any:
    """Numbers and links on the diagram. Arguments: hari, diagram (a process id)."""
    days = _days()
    version = version_of(office(), code)
    shown = request.args.get("diagram", version.code)
    here = [step for step in type_steps(office(), version, days).steps if step.process == shown]
    return jsonify(
        counts={
            step.element: {"waiting": step.waiting} | ({"median": short_days(step.p50)} if step.p50 is not None else {})
            for step in here
            if step.waiting or step.finished
        },
        links={
            step.element: url_for("bottlenecks.step", code=code, process=step.process, element=step.element, hari=days)
            for step in here
        },
        late=[step.element for step in here if step.overdue],
    )


@bottlenecks.get("/simpul/<code>/<process>/<element>")
@needs("bottleneck.view")
def step(code: str, process: str, element: str) -> Any:
    """One step: how long, who, which cases. Argument: hari."""
    days = _days()
    version = version_of(office(), code)
    found = step_detail(office(), version, process, element, days)
    figures = found.figures
    return render_template(
        "management/step.html",
        version=version,
        found=found,
        figures=figures,
        ratio=against(figures),
        days=days,
        periods=PERIODS,
        spread=[
            {
                "label": _class_words(number),
                "value": count,
                "text": angka(count),
                "state": "late" if figures.standard and _lower(number) * 480 >= figures.standard else None,
            }
            for number, (_, count) in enumerate(found.spread)
        ],
        says=_step_says(figures),
        may_see=person().may("case.view"),
        all_href=url_for("management.cases", jenis=code, langkah=f"{process}/{element}")
        if person().may("case.search")
        else None,
    )


def _days() -> int:
    text = request.args.get("hari", "")
    return int(text) if text.isdigit() and int(text) in PERIODS else DEFAULT


def _row(code: str, days: int, one: StepFigures, names: dict[str, str]) -> dict[str, Any]:
    href = url_for("bottlenecks.step", code=code, process=one.process, element=one.element, hari=days)
    return {
        "href": href,
        "cells": [
            {"text": one.name, "href": href, "note": f"{one.lane} · {names.get(one.process, one.process)}"},
            {"text": angka(one.waiting), "sort_value": one.waiting},
            {"text": angka(one.overdue), "sort_value": one.overdue},
            {"text": hari_kerja(one.p50), "sort_value": -1 if one.p50 is None else one.p50},
            {"text": hari_kerja(one.p90), "sort_value": -1 if one.p90 is None else one.p90},
            {"text": hari_kerja(one.standard), "sort_value": one.standard or -1, "note": against(one)},
            {"text": angka(one.finished), "sort_value": one.finished},
        ],
        "state": "late" if one.overdue else None,
    }


def _says(found: TypeSteps) -> str:
    waiting = sum(step.waiting for step in found.steps)
    overdue = sum(step.overdue for step in found.steps)
    text = gettext("%(n)s tugas menunggu sekarang, %(m)s lewat batas langkahnya.", n=angka(waiting), m=angka(overdue))
    if not found.sampled:
        return f"{text} {gettext('Belum ada langkah yang selesai dalam masa ini.')}"
    slow = max((step for step in found.steps if step.ratio is not None), key=lambda s: s.ratio or 0, default=None)
    if slow is None or slow.ratio is None or slow.ratio <= 1:
        return f"{text} {gettext('Median semua langkah di dalam waktu bakunya.')}"
    worst = gettext(
        "Paling jauh dari waktu bakunya: %(langkah)s, median %(median)s terhadap %(baku)s.",
        langkah=slow.name,
        median=hari_kerja(slow.p50),
        baku=hari_kerja(slow.standard),
    )
    return f"{text} {worst}"


def _step_says(figures: StepFigures) -> str:
    if figures.p50 is None:
        return gettext("Belum ada yang selesai di langkah ini dalam masa ini.")
    text = gettext(
        "Separuh selesai dalam %(p50)s, sembilan dari sepuluh dalam %(p90)s.",
        p50=hari_kerja(figures.p50),
        p90=hari_kerja(figures.p90),
    )
    if figures.over is None:
        return text
    over = gettext(
        "%(persen)s%% memakai lebih dari waktu baku %(baku)s.",
        persen=angka(100 * figures.over, 0),
        baku=hari_kerja(figures.standard),
    )
    return f"{text} {over}"


def _lower(number: int) -> float:
    return SPREAD[number - 1] if number else 0


def _class_words(number: int) -> str:
    low = angka(_lower(number), 2)
    if number == len(SPREAD):
        return gettext("lebih dari %(dari)s", dari=low)
    return gettext("%(dari)s–%(sampai)s", dari=low, sampai=angka(SPREAD[number], 2))
