"""Why a letter is not signed."""

from __future__ import annotations

from engine.services.registry import ServiceError


class SigningRefused(ServiceError):
    """A letter that cannot be signed as things stand; the text says why, for the incident."""
