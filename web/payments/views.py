"""Lists of payments, and taking in the bank's files."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from engine.errors import Invalid
from engine.payments import bank_file, files, import_file, overdue, receipts
from engine.payments.bank_files import no_file
from engine.payments.words import FOR_PERSON, STATES
from web.payments import payments, words
from web.posting import new_key
from web.security import needs, office, person


@payments.get("/pembayaran")
@needs("payment.view")
def waiting() -> Any:
    """Payments in a state, newest first. Arguments: keadaan, setelah."""
    state = request.args.get("keadaan", FOR_PERSON)
    state = state if state in STATES else FOR_PERSON
    after = request.args.get("setelah", "")
    found = receipts(office(), person(), state, int(after) if after.isdecimal() and len(after) < 19 else None)
    return render_template(
        "payments/list.html",
        found=found,
        state=state,
        states=sorted(STATES, key=lambda one: one != FOR_PERSON),
        words=words,
        key=new_key(),
        may_settle=person().may("payment.settle"),
        may_import=person().may("payment.import"),
        next_href=url_for("payments.waiting", keadaan=state, setelah=found.next) if found.next else None,
    )


@payments.get("/pembayaran/berkas")
@needs("payment.view")
def statements() -> Any:
    """Files of the bank, and the form that sends one."""
    return _statements({}, 200)


@payments.post("/pembayaran/berkas")
@needs("payment.import")
def send() -> Any:
    """Take in a file of the bank."""
    sent = request.files.get("berkas")
    bank = request.form.get("bank", "")
    try:
        if sent is None or not sent.filename:
            raise no_file()
        done = import_file(office(), sent.filename, sent.read(), bank, by=person())
    except Invalid as refused:
        return _statements(refused.fields, 422, bank)
    return redirect(url_for("payments.one_file", file_id=done.file_id), 303)


@payments.get("/pembayaran/berkas/<int:file_id>")
@needs("payment.view")
def one_file(file_id: int) -> Any:
    """One file of the bank: what fitted, and what did not. Raises: NotFound."""
    return render_template("payments/file.html", file=bank_file(office(), person(), file_id), words=words)


@payments.get("/pembayaran/tunggakan")
@needs("payment.view")
def late() -> Any:
    """Bills that are past their due date, the longest overdue first."""
    return render_template("payments/overdue.html", found=overdue(office(), person()), words=words)


def _statements(errors: dict[str, list[str]], status: int, bank: str = "BJB") -> Any:
    page = render_template(
        "payments/files.html",
        files=files(office(), person()),
        errors=errors,
        bank=bank,
        words=words,
        may_import=person().may("payment.import"),
    )
    return page, status

