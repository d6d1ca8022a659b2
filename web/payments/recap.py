"""Cash of each day by type and bank, on a page and as CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext

from engine.errors import Invalid
from engine.office_deeds import today
from engine.payments import Recap, recap
from web.payments import payments, words
from web.security import needs, office, person


@payments.get("/pembayaran/rekap")
@needs("payment.view")
def daily() -> Any:
    """Arguments: dari, sampai (ISO dates; today)."""
    found, errors, status = _asked()
    return render_template("payments/recap.html", found=found, errors=errors, words=words), status


@payments.get("/pembayaran/rekap.csv")
@needs("payment.view")
def daily_csv() -> Any:
    """The same as a table for spreadsheets."""
    found, errors, status = _asked()
    if errors:
        return render_template("payments/recap.html", found=found, errors=errors, words=words), status
    out = io.StringIO()
    rows = csv.writer(out, delimiter=";", lineterminator="\r\n")
    rows.writerow(["tanggal", "jenis_izin", "jenis", "bank", "banyak", "jumlah", "bunga"])
    for line in found.lines:
        rows.writerow([line.day, line.code, line.kind, _plain(line.bank), line.count, line.amount, line.fine])
    rows.writerow([gettext("jumlah"), "", "", "", found.count, found.total, found.fine])
    answer = Response(out.getvalue().encode("utf-8-sig"), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="rekap-{found.first}-{found.last}.csv"'
    return answer


def _asked() -> tuple[Recap, dict[str, list[str]], int]:
    now = today(office())
    first, last = request.args.get("dari") or now, request.args.get("sampai") or now
    try:
        return recap(office(), person(), first, last), {}, 200
    except Invalid as refused:
        return Recap(first[:10], last[:10], [], 0), refused.fields, 422


def _plain(text: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
