"""All types in force: version, open cases, the latest cases against the promise, what is assumed."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext

from engine.insight.catalogue import Entry, catalogue
from web.designer import designer
from web.designer.words import family, kind
from web.kit import angka, hari_kerja
from web.management.words import BIDANG, bidang
from web.security import needs, office, person


@designer.get("/sop")
@needs("process.view")
def index() -> Any:
    """Arguments: cari, bidang, family, jenis (kind), perkiraan (only those with assumptions)."""
    given = {
        name: request.args.get(name, "").strip()[:60] for name in ("cari", "bidang", "family", "jenis", "perkiraan")
    }
    entries = catalogue(office())
    found = [entry for entry in entries if _fits(entry, given)]
    return render_template(
        "designer/index.html",
        rows=[_row(entry) for entry in found],
        total=len(entries),
        open=sum(entry.open for entry in entries),
        assumed=sum(entry.assumed for entry in entries),
        search={"name": "cari", "label": gettext("Kode atau nama"), "value": given["cari"]},
        fields=[
            _select("bidang", gettext("Bidang"), BIDANG, given["bidang"]),
            _select("family", gettext("Keluarga SOP"), {e.family: family(e.family) for e in entries}, given["family"]),
            _select("jenis", gettext("Bentuk"), {e.kind: kind(e.kind) for e in entries}, given["jenis"]),
            {
                "name": "perkiraan",
                "label": gettext("Hanya yang memuat perkiraan"),
                "kind": "check",
                "value": given["perkiraan"],
            },
        ],
        applied=sum(bool(value) for name, value in given.items() if name != "cari"),
        clear_href=url_for("designer.index"),
    )


def _fits(entry: Entry, given: dict[str, str]) -> bool:
    text = f"{entry.code} {entry.name}".lower()
    return (
        all(word in text for word in given["cari"].lower().split())
        and given["bidang"] in ("", entry.bidang)
        and given["family"] in ("", entry.family)
        and given["jenis"] in ("", entry.kind)
        and not (given["perkiraan"] and not entry.assumed)
    )


def _select(name: str, label: str, options: dict[str, str], value: str) -> dict[str, Any]:
    rows = [{"value": code, "text": text} for code, text in sorted(options.items(), key=lambda pair: pair[1])]
    return {"name": name, "label": label, "options": rows, "value": value}


def _row(entry: Entry) -> dict[str, Any]:
    href = url_for("designer.sop", code=entry.code)
    over = entry.median_minutes is not None and entry.median_minutes > entry.promise_days * 480
    listed = url_for("management.cases", jenis=entry.code, status="open") if person().may("case.search") else None
    return {
        "href": href,
        "cells": [
            {"text": entry.name, "href": href, "note": entry.code},
            {"text": bidang(entry.bidang), "note": family(entry.family)},
            {"text": angka(entry.number), "sort_value": entry.number},
            {"text": angka(entry.open), "href": listed if entry.open else None, "sort_value": entry.open},
            {
                "text": hari_kerja(entry.median_minutes),
                "sort_value": entry.median_minutes or -1,
                "note": gettext("lebih lama dari janji") if over else None,
            },
            {"text": hari_kerja(entry.promise_days * 480), "sort_value": entry.promise_days},
            {"text": angka(entry.assumed), "sort_value": entry.assumed},
        ],
    }
