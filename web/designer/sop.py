"""One SOP: the drawing, the steps as a table, what it asks, costs and stands on, its versions."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from engine.definitions import Version
from engine.errors import NotFound
from engine.insight.catalogue import activations_of, assumed_of, findings_of, version_of, waiting_at
from engine.insight.differences import differences
from engine.insight.steps import Step, lanes_of, persons_steps, processes_of, steps_of
from web.case.words import agency
from web.designer import designer
from web.designer.words import family, kind, note, source
from web.forms import render_form
from web.kit import DAY_MINUTES
from web.management.words import bidang
from web.security import needs, office, person


@designer.get("/sop/<code>")
@needs("process.view")
def sop(code: str) -> Any:
    """Arguments: versi (number; the one in force by default), diagram (process id)."""
    version = chosen_version(code)
    history = activations_of(office(), code)
    names = processes_of(version)
    asked = request.args.get("diagram", version.code)
    shown = asked if asked in names else version.code
    waiting = waiting_at(office(), code)
    permit = version.permit
    return render_template(
        "designer/sop.html",
        version=version,
        permit=permit,
        current=next((one for one in history if one.current), None),
        in_force=any(one.current and one.number == version.number for one in history),
        history=history,
        shown=shown,
        diagrams=[
            {
                "href": url_for("designer.sop", code=code, versi=request.args.get("versi"), diagram=ident),
                "text": name,
                "current": ident == shown,
                "count": sum(n for (process, _), n in waiting.items() if process == ident) or None,
            }
            for ident, name in names.items()
        ],
        steps=[_shown(code, step, waiting) for step in steps_of(version, shown)],
        lanes=lanes_of(version, shown),
        requirements=list(permit.get("persyaratan") or []),
        variants=list(permit.get("varian") or []),
        grounds=list(permit.get("dasar_hukum") or []),
        cost=permit.get("biaya") or {},
        agencies=[agency(one) for one in permit.get("instansi") or []],
        forms=_forms(version),
        assumed=assumed_of(permit),
        words={
            "bidang": bidang(version.bidang),
            "family": family(version.family),
            "kind": kind(permit.get("kind", "")),
        },
        source=source,
    )


@designer.get("/sop/<code>/pemeriksaan")
@needs("process.view")
def findings(code: str) -> Any:
    """What the check says; a part of the page for scripts, a page of its own otherwise. Argument: versi."""
    version = chosen_version(code)
    part = bool(request.headers.get("HX-Request"))
    template = "designer/_findings.html" if part else "designer/findings.html"
    return render_template(template, version=version, findings=findings_of(version.bundle))


@designer.get("/sop/<code>/beda")
@needs("process.view")
def compare(code: str) -> Any:
    """What two versions differ in. Arguments: dari, ke (numbers)."""
    numbers = [request.args.get(name, "") for name in ("dari", "ke")]
    if not all(text.isdigit() and len(text) < 9 for text in numbers):
        raise NotFound("Sebutkan dua nomor versi.")
    first, second = (version_of(office(), code, int(text)) for text in numbers)
    return render_template("designer/compare.html", version=second, found=differences(first, second))


@designer.get("/sop/<code>/formulir/<path:key>")
@needs("process.view")
def form(code: str, key: str) -> Any:
    """One form as people see it, not to be sent. Argument: versi."""
    version = chosen_version(code)
    used = [step for step in persons_steps(version) if step.form == key]
    if not used:
        raise NotFound("Formulir itu tidak dipakai SOP ini.")
    found = version.form(key)
    sources = [
        (field.label, source(field.properties["sumber"])) for field in found.fields if "sumber" in field.properties
    ]
    return render_template(
        "designer/form.html",
        version=version,
        form=found,
        used=used,
        drawn=render_form(found, decision=True),
        sources=sources,
    )


def chosen_version(code: str) -> Version:
    """The version that the address names. Raises: NotFound."""
    number = request.args.get("versi", "")
    return version_of(office(), code, int(number) if number.isdigit() and len(number) < 9 else None)


def _shown(code: str, step: Step, waiting: dict[tuple[str, str], int]) -> dict[str, Any]:
    """A row of kit/diagram.html's steps_table."""
    here = waiting.get((step.process, step.element), 0)
    href = None
    if step.called:
        href = url_for("designer.sop", code=code, versi=request.args.get("versi"), diagram=step.called) + "#diagram"
    elif here and person().may("case.search"):
        href = url_for("management.cases", jenis=code, langkah=f"{step.process}/{step.element}")
    return {
        "name": step.name,
        "lane": step.lane,
        "kind": step.kind,
        "kelengkapan": step.kelengkapan,
        "waktu": None if step.days is None else step.days * DAY_MINUTES,
        "output": step.output,
        "note": note(step),
        "href": href,
        "waiting": here,
    }


def _forms(version: Version) -> list[dict[str, Any]]:
    """Every form with the steps that use it."""
    found: dict[str, list[str]] = {}
    for step in persons_steps(version):
        if step.form:
            found.setdefault(step.form, []).append(step.name)
    return [
        {
            "title": version.form(key).title or key,
            "key": key,
            "steps": "; ".join(dict.fromkeys(steps)),
            "href": url_for("designer.form", code=version.code, key=key, versi=request.args.get("versi")),
        }
        for key, steps in found.items()
    ]
