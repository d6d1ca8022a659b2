"""Service tasks: one module per idea, found by the operator name that a diagram uses.

Importing this package registers all of them.
"""

from engine.services import (
    arsip,
    berita_acara,
    dokumen,
    kunjungan,
    notifikasi,
    penomoran,
    petak,
    rapat,
    retribusi,
    tanda_tangan,
)
from engine.services.registry import (
    Operator,
    ServiceError,
    UnknownOperator,
    deferred,
    find,
    handler,
    known_operators,
    known_params,
)

__all__ = [
    "Operator",
    "ServiceError",
    "UnknownOperator",
    "arsip",
    "berita_acara",
    "deferred",
    "dokumen",
    "find",
    "handler",
    "known_operators",
    "known_params",
    "kunjungan",
    "notifikasi",
    "penomoran",
    "petak",
    "rapat",
    "retribusi",
    "tanda_tangan",
]
