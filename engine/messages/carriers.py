"""How sending can go wrong, said the same way for every channel."""

from __future__ import annotations


class Carried(Exception):
    """Base of what a carrier raises; the text is for staff."""


class TryLater(Carried):
    """Not now: the server said so, or did not answer. seconds: how long it asked to wait, None where it did not say."""

    def __init__(self, why: str, seconds: int | None = None) -> None:
        super().__init__(why)
        self.seconds = seconds


class Unreachable(TryLater):
    """The server itself is down, refuses us or is set up wrongly: every message of the channel would fail alike."""


class Rejected(Carried):
    """Never: this message to this address will not be taken."""
