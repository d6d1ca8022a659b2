"""A new application, page 1: which type, and who applies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext

from engine.cases import open_case
from engine.errors import Invalid
from engine.insight.catalogue import version_of
from engine.insight.counter import districts, offers
from web.counter import counter
from web.counter.applicant import applicant_form, applicant_of
from web.counter.choice import Choice, choices, understood
from web.forms import parse_request_form, render_form
from web.forms.controls import element_id
from web.posting import new_key, posted_key
from web.security import needs, office, person


@counter.get("/loket/baru")
@needs("case.open")
def new() -> Any:
    """The page. Argument: jenis, words that name a type."""
    return _page(request.args.get("jenis", "")[:200], None, {})


@counter.post("/loket/baru")
@needs("case.open")
def open_new() -> Any:
    """Open the case and go on to its form; nothing typed is lost when something is wrong."""
    among = choices(offers(office()))
    text = request.form.get("pilihan", "") or request.form.get("jenis", "")
    chosen, fitting = understood(text[:200], among)
    form = applicant_form(districts(office()))
    typed = parse_request_form(form, request.form)
    errors: dict[str, list[str]] = {}
    try:
        answers = form.load(typed)
    except Invalid as refused:
        errors |= refused.fields
    if chosen is None:
        errors["jenis"] = [
            gettext("Beberapa jenis cocok: pilih salah satu.")
            if fitting
            else gettext("Pilih jenis izin dari daftar: ketik kode atau sebagian namanya.")
        ]
    if chosen is None or errors:
        return _page(text, typed, errors, fitting), 422
    done = open_case(
        office(), chosen.offer.code, chosen.variant.code, applicant_of(answers), by=person(), key=posted_key()
    )
    return redirect(url_for("counter.form", case_id=done.case_id), 303)


@counter.get("/loket/baru/jenis")
@needs("case.open")
def about() -> Any:
    """What a type asks for, to be told at once: promise, cost, requirements. Argument: jenis."""
    chosen, fitting = understood(request.args.get("jenis", "")[:200], choices(offers(office())))
    return render_template("counter/_about.html", chosen=chosen, fitting=fitting, items=_requirements(chosen))


def _page(
    text: str,
    typed: Mapping[str, Any] | None,
    errors: Mapping[str, Sequence[str]],
    fitting: Sequence[Choice] = (),
) -> Any:
    among = choices(offers(office()))
    chosen, _ = understood(text, among)
    form = applicant_form(districts(office()))
    wrong = {key: messages for key, messages in errors.items() if key != "jenis"}
    summary = [{"text": " ".join(errors["jenis"]), "href": "#jenis"}] if errors.get("jenis") else []
    for field in form.fields:
        if errors.get(field.key):
            summary.append(
                {"text": f"{field.label}: {' '.join(errors[field.key])}", "href": f"#{element_id(field.key)}"}
            )
    return render_template(
        "counter/new.html",
        among=among,
        text=chosen.label if chosen else text,
        chosen=chosen,
        items=_requirements(chosen),
        fitting=fitting,
        wrong=" ".join(errors.get("jenis", ())),
        summary=summary,
        form=render_form(form, typed, wrong, summary=False),
        key=new_key(),
    )


def _requirements(chosen: Choice | None) -> list[dict[str, Any]]:
    if chosen is None:
        return []
    return list(version_of(office(), chosen.offer.code).permit.get("persyaratan") or [])
