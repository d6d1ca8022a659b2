"""The list of tasks: mine, my group's, and what waits for applicants."""

from __future__ import annotations

from typing import Any, Literal, cast

from flask import render_template, request, url_for
from flask_babel import gettext

from engine.inbox import COUNTED, choices, counts, page
from engine.insight.arrivals import likely_next
from web.case import words
from web.inbox import inbox
from web.kit import angka
from web.posting import new_key
from web.security import needs, office, person

Which = Literal["mine", "group", "applicant", "suspended"]
LISTS: dict[str, Which] = {"saya": "mine", "kelompok": "group", "pemohon": "applicant", "ditangguhkan": "suspended"}
# name in the address -> filter of engine.inbox
FILTERS = {"jenis": "code", "langkah": "element", "kecamatan": "kecamatan", "instansi": "agency"}


@inbox.get("/tugas")
@needs("inbox.view")
def tasks() -> Any:
    """One page of one list. Arguments: daftar, jenis, langkah, kecamatan, instansi, setelah."""
    who = person()
    counted = counts(office(), who)
    chosen = _chosen(counted)
    given = {name: request.args.get(name, "")[:80] for name in FILTERS}
    filters = {FILTERS[name]: value for name, value in given.items() if value}
    after = request.args.get("setelah")
    found = page(office(), who, LISTS[chosen], filters, after)
    return render_template(
        "inbox/list.html",
        chosen=chosen,
        tabs=_tabs(counted, chosen),
        page=found,
        late=counted["late"],
        fields=_fields(given),
        applied=len(filters),
        clear_href=url_for("inbox.tasks", daftar=chosen),
        first_href=url_for("inbox.tasks", daftar=chosen, **_kept(given)) if after else None,
        next_href=url_for("inbox.tasks", daftar=chosen, setelah=found.after, **_kept(given)) if found.after else None,
        likely=likely_next(office(), who) if not found.entries and not filters else None,
        key=new_key(),
        filters_for_next=_kept(given),
        may_claim=who.may("task.claim"),
        may_search=who.may("case.search"),
        agency=words.agency,
        me=who.id,
    )


def _chosen(counted: dict[str, int]) -> str:
    """The list that is asked for; without a wish, what one holds comes before what one could take."""
    asked = request.args.get("daftar", "")
    if asked in LISTS:
        return asked
    return "saya" if counted["mine"] else "kelompok"


def _tabs(counted: dict[str, int], chosen: str) -> list[dict[str, Any]]:
    names = {
        "saya": gettext("Saya pegang"),
        "kelompok": gettext("Kelompok saya"),
        "pemohon": gettext("Menunggu pemohon"),
        "ditangguhkan": gettext("Ditangguhkan"),
    }
    return [
        {
            "href": url_for("inbox.tasks", daftar=name),
            "text": text,
            "current": name == chosen,
            "count": _count(counted[LISTS[name]]),
        }
        for name, text in names.items()
        if (name != "pemohon" or person().may("case.search"))
        and (name != "ditangguhkan" or chosen == name or counted["suspended"])
    ]


def _count(number: int) -> str:
    return f"{angka(number)}+" if number >= COUNTED else angka(number)


def _fields(given: dict[str, str]) -> list[dict[str, Any]]:
    offered = choices(office(), person())
    labels = {
        "jenis": gettext("Jenis izin"),
        "langkah": gettext("Langkah"),
        "kecamatan": gettext("Kecamatan"),
        "instansi": gettext("Instansi"),
    }
    fields = []
    for name, label in labels.items():
        pairs = offered[FILTERS[name]]
        options = [
            {"value": value, "text": words.agency(value) if name == "instansi" else text} for value, text in pairs
        ]
        if len(options) > 1 or given[name]:
            fields.append({"name": name, "label": label, "options": options, "value": given[name]})
    return fields


def _kept(given: dict[str, str]) -> dict[str, Any]:
    return cast(dict[str, Any], {name: value for name, value in given.items() if value})
