"""The resi: number, promise, QR, and the paper."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import redirect, render_template, send_file, url_for

from engine.dossier import case_view
from engine.insight.receipt import handed_in, receipt_pdf, receipt_url
from engine.letters.qr import qr_data_uri
from web.case.identity import identity
from web.counter import counter
from web.security import needs, office, person


@counter.get("/loket/resi/<int:case_id>", endpoint="resi")
@needs("case.open")
def page(case_id: int) -> Any:
    """What the clerk tells the applicant, and the paper to print."""
    view = case_view(office(), person(), case_id)
    case = view.case
    if case.resi is None or case.public_code is None:
        return redirect(url_for("case.missing", case_id=case_id))
    url = receipt_url(office(), case.public_code)
    return render_template(
        "counter/resi.html",
        view=view,
        case=case,
        identity=identity(view, url_for("case.case", case_id=case_id)),
        url=url,
        qr=qr_data_uri(url),
        handed_in=handed_in(view),
    )


@counter.get("/loket/resi/<int:case_id>.pdf")
@needs("case.open")
def resi_pdf(case_id: int) -> Any:
    """The paper."""
    name, content = receipt_pdf(office(), person(), case_id)
    return send_file(BytesIO(content), "application/pdf", download_name=name)
