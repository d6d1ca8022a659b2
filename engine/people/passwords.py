"""Passwords: which are good enough, how they are kept (Argon2id, RFC 9106) and compared."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)

MIN, MAX = 10, 1024  # characters; the upper bound keeps a hostile login from costing us memory


def password_errors(password: str) -> list[str]:
    """What is wrong with a new password, in plain words; an empty list when nothing is."""
    if len(_normal(password)) < MIN:
        return [f"Kata sandi paling sedikit {MIN} karakter."]
    if max(len(password), len(_normal(password))) > MAX:
        return [f"Kata sandi paling banyak {MAX} karakter."]
    return []


def hashed(hasher: PasswordHasher, password: str) -> str:
    """The password as it is kept, in PHC form."""
    return hasher.hash(_normal(password))


def matches(hasher: PasswordHasher, kept: str, password: str) -> bool:
    """Is `password` the one that is kept? Without one (kept is empty) the same work is done, and the answer is no."""
    try:
        right = hasher.verify(kept or _decoy(hasher), _normal(password[:MAX]))
    except (VerificationError, InvalidHashError):
        return False
    return right and bool(kept)


@lru_cache(maxsize=4)
def _decoy(hasher: PasswordHasher) -> str:
    return hasher.hash("nobody's password")


def _normal(password: str) -> str:
    # One keyboard's é is another's e + accent (NIST SP 800-63B); lone surrogates cannot be encoded.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace").decode()
