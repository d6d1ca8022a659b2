"""How often one client may ask: 600 requests a minute a token; 30 unknown tokens a minute an address.

Counted with `limits`, the counting half of Flask-Limiter, in this process only: several processes allow as many times
more. Flask-Limiter's own hooks and its store, which starts a thread to forget old keys, cost more than a command's
whole way through the API.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from threading import Lock

import limits
from flask import Flask, current_app, request
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from api.problems import TooMany
from api.words import say

GENERAL = "600/minute"
BAD_TOKENS = limits.parse("30/minute")
_EXTENSION = "simyandu-limits"
_MOST_KEYS = 10_000  # counters kept before the old ones are thrown away


class Counters(Storage):
    """Counters in memory that end by themselves: looked at when they are asked for, swept when they are many."""

    STORAGE_SCHEME = ["simyandu-memory"]

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: float | str | bool) -> None:
        super().__init__(uri, wrap_exceptions, **options)
        self._counts: dict[str, tuple[float, int]] = {}  # key -> (moment it ends, count)
        self._lock = Lock()

    @property
    def base_exceptions(self) -> type[Exception]:
        """Nothing of its own can go wrong."""
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count and return how many it is now."""
        now = time.time()
        with self._lock:
            end, count = self._counts.get(key, (0.0, 0))
            if end <= now:
                if len(self._counts) >= _MOST_KEYS:
                    self._counts = {k: v for k, v in self._counts.items() if v[0] > now}
                end, count = now + expiry, 0
            self._counts[key] = (end, count + amount)
            return count + amount

    def get(self, key: str) -> int:
        """How many it is now."""
        end, count = self._counts.get(key, (0.0, 0))
        return count if end > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """When the counter ends, in seconds since 1970."""
        return self._counts.get(key, (time.time(), 0))[0]

    def check(self) -> bool:
        """Memory is always there."""
        return True

    def reset(self) -> int:
        """Forget everything; how much that was."""
        with self._lock:
            known, self._counts = len(self._counts), {}
        return known

    def clear(self, key: str) -> None:
        """Forget one counter."""
        with self._lock:
            self._counts.pop(key, None)


def register(app: Flask, enabled: bool) -> None:
    """Count the requests of `app`; not at all where `enabled` is False (benchmarks, tests)."""
    app.extensions[_EXTENSION] = (FixedWindowRateLimiter(Counters()), limits.parse(GENERAL)) if enabled else None


def count(client: str) -> None:
    """Count a request of a client that is known. Raises TooMany."""
    counting = current_app.extensions[_EXTENSION]
    if counting is not None:
        _hit(*counting, client, "Terlalu banyak permintaan.", "Too many requests.")


def count_bad_token() -> None:
    """Count a token that nobody bears. Raises TooMany when the address has shown too many."""
    counting = current_app.extensions[_EXTENSION]
    if counting is not None:
        client = f"bad-token {request.remote_addr}"
        _hit(counting[0], BAD_TOKENS, client, "Terlalu banyak token yang tidak dikenal.", "Too many unknown tokens.")


def _hit(limiter: FixedWindowRateLimiter, item: limits.RateLimitItem, client: str, *detail: str) -> None:
    if not limiter.hit(item, client):
        end = limiter.get_window_stats(item, client).reset_time
        raise TooMany(say(*detail), retry_at=datetime.fromtimestamp(end, UTC))
