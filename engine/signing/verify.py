"""Is a PDF what the office signed: the mathematics of it, without a look at the database."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError

from engine.signing.apart import apart

MOST_SIGNATURES = 10


@dataclass(frozen=True)
class Verdict:
    """Of one signature. intact: nothing changed in what was signed; whole: it covers the file as it is; trusted: by an
    authority of this office, and valid when it was made; at: by the stamp of time, else as the signer says."""

    signer: str
    intact: bool
    whole: bool
    trusted: bool
    at: datetime | None
    stamped: bool

    @property
    def good(self) -> bool:
        """Whether the file is what was signed by who could."""
        return self.intact and self.whole and self.trusted


def verify_pdf(content: bytes, roots: Iterable[x509.Certificate], now: datetime) -> list[Verdict]:
    """One verdict per signature; none for a file without one, or that is no sound PDF."""
    try:
        signatures = PdfFileReader(io.BytesIO(content)).embedded_signatures[:MOST_SIGNATURES]
    except (PdfError, ValueError, KeyError, TypeError, RecursionError, AssertionError):
        return []
    return [_verdict(each, list(roots), now) for each in signatures]


def _verdict(signature: Any, roots: list[x509.Certificate], now: datetime) -> Verdict:
    said = _said(signature)
    try:
        context = ValidationContext(trust_roots=roots, moment=said or now, allow_fetching=False)
        status = apart(
            lambda: validate_pdf_signature(signature, signer_validation_context=context, ts_validation_context=context)
        )
    except (SignatureValidationError, PathError, PdfError, ValueError, KeyError, TypeError):
        return Verdict("", False, False, False, said, False)
    stamp = status.timestamp_validity
    stamped = bool(stamp is not None and stamp.intact and stamp.valid)
    return Verdict(
        signer=status.signing_cert.subject.human_friendly,
        intact=bool(status.intact and status.valid),
        whole=status.coverage is not None and status.coverage.name == "ENTIRE_FILE",
        trusted=bool(status.trusted),
        at=stamp.timestamp if stamp is not None and stamped else said,
        stamped=stamped,
    )


def _said(signature: Any) -> datetime | None:
    try:
        found = signature.self_reported_timestamp
    except (PdfError, ValueError, KeyError):
        return None
    return found if isinstance(found, datetime) else None
