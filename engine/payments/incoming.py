"""One payment as the bank tells it, before anybody looked which bill it is for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.errors import Invalid

MOST_RUPIAH = 10**13
_BANK = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,19}")
_ACCOUNT = re.compile(r"\d{6,30}")


@dataclass(frozen=True)
class Incoming:
    """bank, reference: name a payment once and for all. account: virtual account; number: of the bill (either may be
    empty). amount: rupiah. paid_on: ISO date of the bank. taken_back: the bank reverses an earlier line."""

    bank: str
    reference: str
    amount: int
    paid_on: str
    account: str = ""
    number: str = ""
    payer: str = ""
    note: str = ""
    taken_back: bool = False


def checked(given: Incoming) -> Incoming:
    """The same with spaces taken off. Raises Invalid: a field that cannot be."""
    errors: dict[str, list[str]] = {}
    bank, reference = " ".join(given.bank.split()).upper(), " ".join(given.reference.split())
    if not _BANK.fullmatch(bank):
        errors["bank"] = ["Isi nama pendek bank, paling banyak 20 huruf dan angka."]
    if not 1 <= len(reference) <= 60 or not reference.isprintable():
        errors["reference"] = ["Isi nomor referensi bank, paling banyak 60 huruf."]
    if isinstance(given.amount, bool) or not isinstance(given.amount, int) or not 0 < given.amount <= MOST_RUPIAH:
        errors["amount"] = ["Isi jumlah dalam rupiah bulat, lebih dari nol."]
    account, number = "".join(given.account.split()), " ".join(given.number.split())
    if account and not _ACCOUNT.fullmatch(account):
        errors["account"] = ["Rekening virtual terdiri atas 6 sampai 30 angka."]
    if len(number) > 60:
        errors["number"] = ["Nomor tagihan paling banyak 60 huruf."]
    if not _is_date(given.paid_on):
        errors["paid_on"] = ["Isi tanggal bayar, misalnya 2016-09-27."]
    for name, text in (("payer", given.payer), ("note", given.note)):
        if len(text) > 500:
            errors[name] = ["Paling banyak 500 huruf."]
    if errors:
        raise Invalid(errors)
    payer, note = " ".join(given.payer.split()), " ".join(given.note.split())
    return Incoming(
        bank, reference, given.amount, given.paid_on, account, number, payer, note, taken_back=given.taken_back
    )


def _is_date(text: Any) -> bool:
    try:
        return bool(date.fromisoformat(text)) and len(text) == 10
    except (TypeError, ValueError):
        return False
