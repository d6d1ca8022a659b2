"""Payments: a bank's program tells what came in. The same reference of the same bank is one payment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.access import needs, office, person
from api.reading import Blueprint
from api.schemas.payments import Payment, PaymentIn
from engine.payments import Incoming, receipt, receive

payments = Blueprint("payments", __name__, url_prefix="/api/v1/payments", description="Payments (pembayaran).")


@payments.route("", methods=["POST"])
@needs("payment.record")
@payments.arguments(PaymentIn())
@payments.response(200, Payment())
def tell(body: Mapping[str, Any]) -> Any:
    """Tell a payment. What fits its bill to the rupiah is booked and the case goes on; the rest waits for a person.
    Told again it is answered again; a reference that was used for another payment is refused (409)."""
    receipt_id, _ = receive(office(), Incoming(**body), by=person())
    return receipt(office(), person(), receipt_id).row


@payments.route("/<id:receipt_id>")
@needs("payment.view")
@payments.response(200, Payment())
def one(receipt_id: int) -> Any:
    """What became of a payment."""
    return receipt(office(), person(), receipt_id).row
