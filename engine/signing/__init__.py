"""Electronic signatures on letters: PAdES, with a box that people see and a code that leads to the page that checks."""

from engine.signing.keys import Key, key_of, trust_roots
from engine.signing.pades import Box, sign
from engine.signing.refused import SigningRefused
from engine.signing.verify import Verdict, verify_pdf

__all__ = ["Box", "Key", "SigningRefused", "Verdict", "key_of", "sign", "trust_roots", "verify_pdf"]
