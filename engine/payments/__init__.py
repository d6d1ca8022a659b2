"""Money that comes in: told by the bank's program or its statement files, matched with bills, settled by people."""

from engine.payments.bank_files import Imported, import_file
from engine.payments.commands import apply_waiting, book_waiting, receive
from engine.payments.incoming import Incoming
from engine.payments.queries import (
    Asked,
    FileView,
    Recap,
    ReceiptPage,
    ReceiptView,
    asked,
    bank_file,
    calculated,
    files,
    overdue,
    recap,
    receipt,
    receipts,
)
from engine.payments.settling import ignore, match, refund

__all__ = [
    "Asked",
    "FileView",
    "Imported",
    "Incoming",
    "Recap",
    "ReceiptPage",
    "ReceiptView",
    "apply_waiting",
    "asked",
    "bank_file",
    "calculated",
    "book_waiting",
    "files",
    "ignore",
    "import_file",
    "match",
    "overdue",
    "recap",
    "receipt",
    "receipts",
    "receive",
    "refund",
]
