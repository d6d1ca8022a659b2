"""One payment, and what a person does about it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine.errors import Invalid, Stale, Taken
from engine.payments import ignore, match, receipt, refund
from web.kit import tanggal
from web.payments import payments, words
from web.posting import new_key, posted_key
from web.security import needs, office, person


@payments.get("/pembayaran/<int:receipt_id>")
@needs("payment.view")
def one(receipt_id: int) -> Any:
    """What the bank said, what the office knows of it, and its history."""
    return _page(receipt_id, {}, 200)


@payments.post("/pembayaran/<int:receipt_id>")
@needs("payment.settle")
def settle(receipt_id: int) -> Any:
    """Match by hand, give back, or leave; the button says which."""
    deed, reason = request.form.get("tindakan", ""), request.form.get("alasan", "")
    try:
        _do(deed, (receipt_id,), reason)
    except Invalid as refused:
        return _page(receipt_id, refused.fields, 422)
    except (Taken, Stale) as refused:
        flash(_said(refused), "warning")
        return redirect(url_for("payments.one", receipt_id=receipt_id), 303)
    flash(gettext("Pembayaran diselesaikan: %(tindakan)s.", tindakan=words.deed(deed).lower()), "success")
    return redirect(url_for("payments.waiting"), 303)


@payments.post("/pembayaran/pilihan")
@needs("payment.settle")
def settle_many() -> Any:
    """The same for several: together they pay one bill, or all of them are left."""
    chosen = tuple(int(text) for text in request.form.getlist("pilih") if text.isdecimal() and len(text) < 19)
    deed, reason = request.form.get("tindakan", ""), request.form.get("alasan", "")
    try:
        _do(deed, chosen, reason)
    except Invalid as refused:
        flash(" ".join(message for messages in refused.fields.values() for message in messages), "error")
    except (Taken, Stale) as refused:
        flash(_said(refused), "warning")
    else:
        flash(gettext("%(n)s pembayaran diselesaikan: %(t)s.", n=len(chosen), t=words.deed(deed).lower()), "success")
    return redirect(url_for("payments.waiting"), 303)


def _do(deed: str, chosen: tuple[int, ...], reason: str) -> None:
    if deed == "cocokkan":
        match(office(), chosen, request.form.get("nomor", ""), reason, by=person(), key=posted_key())
    elif deed == "kembalikan" and len(chosen) == 1:
        refund(office(), chosen[0], reason, by=person(), key=posted_key())
    elif deed == "abaikan":
        ignore(office(), chosen, reason, by=person(), key=posted_key())
    else:
        raise Invalid({"": [gettext("Pilih apa yang dilakukan.")]})


def _said(refused: Taken | Stale) -> str:
    """What happened meanwhile, and by whom where that is known."""
    who, at = refused.extra.get("by"), refused.extra.get("at")
    if not who:
        return refused.detail
    return gettext("%(apa)s Oleh %(siapa)s, %(saat)s.", apa=refused.detail, siapa=who, saat=tanggal(at))


def _page(receipt_id: int, errors: dict[str, list[str]], status: int) -> Any:
    found = receipt(office(), person(), receipt_id)
    page = render_template(
        "payments/one.html",
        found=found,
        row=found.row,
        words=words,
        deeds=words.deeds(found),
        errors=errors,
        typed=request.form,
        key=new_key(),
        may_settle=person().may("payment.settle") and found.row.state == "perlu",
    )
    return page, status
