"""Today: received, finished, late, at risk; every number leads to its cases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext, ngettext

from engine.escalations import causes_between, waiting_count
from engine.insight.catalogue import names_of
from engine.insight.lists import day_of
from engine.insight.today import Day, Figures, day_figures, local_today
from web.escalations.words import causes
from web.kit import angka
from web.management import management
from web.management.words import bidang
from web.security import needs, office, person


@management.get("/hari-ini")
@needs("today.view")
def today() -> Any:
    """Argument: tanggal (ISO), today by default."""
    now = local_today(office())
    chosen = _date(request.args.get("tanggal", ""), now)
    found = day_figures(office(), chosen)
    names = names_of(office())
    return render_template(
        "management/today.html",
        day=found,
        says=_says(found),
        figures=_stats(found),
        bidang=[_row(bidang(code), figures, found, bidang=code) for code, figures in found.by_bidang.items()],
        types=[_row(names.get(code, code), figures, found, jenis=code) for code, figures in found.by_code.items()],
        before=url_for("management.today", tanggal=(chosen - timedelta(days=1)).isoformat()),
        after=url_for("management.today", tanggal=(chosen + timedelta(days=1)).isoformat()) if chosen < now else None,
        now=office().now(),
        causes=[(causes()[cause], n) for cause, n in causes_between(office(), *day_of(office(), chosen)).items()],
        reported=waiting_count(office(), person()) if person().may("escalation.view") else 0,
    )


def _date(text: str, latest: date) -> date:
    """The day that is meant; what is no date, or has not come yet, is today."""
    try:
        return min(date.fromisoformat(text), latest)
    except ValueError:
        return latest


def _links(found: Day, **where: Any) -> dict[str, str | None]:
    """Addresses of the lists behind the figures; none for who may not see cases, or where the past has no list."""
    if not person().may("case.search"):
        return dict.fromkeys(("received", "finished", "finished_late", "late", "risk"))
    day = found.day.isoformat()
    standing = {
        "late": url_for("management.cases", keadaan="late", **where),
        "risk": url_for("management.cases", keadaan="risk", **where),
    }
    return {
        "received": url_for("management.cases", masuk=day, **where),
        "finished": url_for("management.cases", putus=day, **where),
        "finished_late": url_for("management.cases", putus=day, lewat="1", **where),
        **(standing if found.current else {"late": url_for("management.cases", lewat_pada=day, **where), "risk": None}),
    }


def _stats(found: Day) -> list[dict[str, Any]]:
    links, total = _links(found), found.total
    return [
        {"number": angka(total.received), "label": gettext("diterima"), "href": links["received"]},
        {
            "number": angka(total.finished),
            "label": gettext("selesai diputus"),
            "href": links["finished"],
            "note": gettext("%(n)s lewat janji", n=angka(total.finished_late)) if total.finished_late else "",
        },
        {
            "number": angka(total.late),
            "label": gettext("terlambat"),
            "href": links["late"],
            "state": "late" if total.late else None,
        },
        *(
            [
                {
                    "number": angka(total.risk),
                    "label": gettext("hampir terlambat"),
                    "href": links["risk"],
                    "state": "risk" if total.risk else None,
                }
            ]
            if found.current
            else []
        ),
    ]


def _row(name: str, figures: Figures, found: Day, **where: str) -> dict[str, Any]:
    links = _links(found, **where)
    columns = ("received", "finished", "late", "risk") if found.current else ("received", "finished", "late")
    cells: list[Any] = [name]
    for column in columns:
        number = getattr(figures, column)
        cells.append({"text": angka(number), "href": links[column] if number else None, "sort_value": number})
    return {"cells": cells}


def _says(found: Day) -> str:
    """The sentence that says what the figures show."""
    total = found.total
    if not any((total.received, total.finished, total.late, total.risk)):
        return gettext("Tidak ada permohonan yang diterima, diputus, atau terlambat.")
    parts = [
        gettext(
            "Diterima %(masuk)s dan diputus %(putus)s permohonan",
            masuk=angka(total.received),
            putus=angka(total.finished),
        )
    ]
    outcomes = {"terbit": gettext("terbit"), "ditolak": gettext("ditolak"), "ditarik": gettext("ditarik")}
    told = [f"{angka(n)} {outcomes.get(name, name)}" for name, n in sorted(found.outcomes.items(), key=lambda o: -o[1])]
    if told:
        parts[0] += f" ({', '.join(told)})"
    if total.finished:
        on_time = 100 * (total.finished - total.finished_late) / total.finished
        parts.append(gettext("%(persen)s%% keputusan menepati janji", persen=angka(on_time, 0)))
    worst = max(found.by_code.items(), key=lambda item: item[1].late, default=None)
    if total.late and worst and worst[1].late:
        parts.append(
            ngettext(
                "%(num)s permohonan melewati janji, terbanyak %(jenis)s (%(n)s)",
                "%(num)s permohonan melewati janji, terbanyak %(jenis)s (%(n)s)",
                total.late,
                jenis=worst[0],
                n=angka(worst[1].late),
            )
        )
    elif not total.late:
        parts.append(gettext("tidak ada yang melewati janji"))
    return "; ".join(parts) + "."
