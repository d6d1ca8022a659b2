"""Payments that a bank's program tells."""

from __future__ import annotations

from marshmallow import fields

from api.fields import Answer, Moment, Schema, Text, Whole, meant, said


class PaymentIn(Schema):
    """One payment. account or number says which bill it is for."""

    bank = Text(20, required=True, least=1, **meant("Short name of the bank."))
    reference = Text(60, required=True, least=1, **meant("The bank's own reference: one a payment, for ever."))
    amount = Whole(1, 10**13, required=True, **meant("Whole rupiah."))
    paid_on = Text(10, required=True, least=10, **meant("Date of payment, 2016-09-27."))
    account = Text(30, load_default="", **meant("Virtual account of the bill."))
    number = Text(60, load_default="", **meant("Number of the SKRD, SKPD or STRD."))
    payer = Text(200, load_default="")
    note = Text(500, load_default="")


class Payment(Answer):
    """What became of a payment."""

    id = said(fields.Integer)
    bank = said()
    reference = said()
    amount = said(fields.Integer, "Whole rupiah.")
    paid_on = said()
    account = said(allow_none=True)
    number = said(allow_none=True)
    state = said(description="cocok (booked), menunggu (booked when its step comes), perlu, kembali, abai.")
    problem = said(
        description="tidak_dikenal, beda_jumlah, ganda, gugur, diganti, "
        "baris_ulang, berkas_ulang, bukan_masuk; or null.",
        allow_none=True,
    )
    bill = said(attribute="bill_number", allow_none=True)
    case_id = said(fields.Integer, allow_none=True)
    at = said(Moment)
