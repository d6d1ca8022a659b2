"""The first page of the counter: one search field, what waits here, today's numbers."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext

from engine.dossier import find_cases
from engine.insight.counter import Held, at_counter, counters, ready, unfinished
from engine.insight.today import local_today
from web.case.words import badge_of
from web.counter import counter
from web.security import needs, office, person

LISTS = ("lengkapi", "ambil")


@counter.get("/loket")
@needs("loket.view")
def desk() -> Any:
    """Arguments: cari (resi, NIK, NPWP or name), daftar (lengkapi, ambil)."""
    text = request.args.get("cari", "").strip()[:100]
    chosen = request.args.get("daftar", "")
    chosen = chosen if chosen in LISTS else LISTS[0]
    counted = counters(office())
    found = find_cases(office(), person(), text) if text else []
    needed = at_counter(office(), [row.id for row in found])
    return render_template(
        "counter/desk.html",
        text=text,
        found=[(row, badge_of(row), action(needed.get(row.id))) for row in found],
        counted=counted,
        today=local_today(office()).isoformat(),
        may_list=person().may("case.search"),
        chosen=chosen,
        held=[(one, action(one)) for one in (ready(office()) if chosen == "ambil" else unfinished(office()))],
        tabs=[
            {
                "href": url_for("counter.desk", daftar=name),
                "text": words,
                "current": name == chosen,
                "count": number,
            }
            for name, words, number in (
                ("lengkapi", gettext("Belum lengkap"), counted.unfinished),
                ("ambil", gettext("Siap diambil"), counted.ready),
            )
        ],
    )


def action(held: Held | None) -> tuple[str, str] | None:
    """(words, address) of what the counter can do with a case now; None where it waits for others."""
    if held is None:
        return None
    if held.need == "register":
        return gettext("Lanjutkan pendaftaran"), url_for("counter.form", case_id=held.case_id)
    if held.need == "collect":
        return gettext("Serahkan izin"), url_for("counter.collect", case_id=held.case_id)
    return gettext("Terima kelengkapan"), url_for("counter.complete", case_id=held.case_id)
