"""How often one client may ask: 600 requests a minute a token; 30 unknown tokens a minute an address.

Counted in this process only: several processes allow as many times more.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import limits
from flask import Flask, current_app, request
from flask_limiter import Limiter

from api.problems import TooMany
from api.words import say

GENERAL = "600 per minute"
BAD_TOKENS = limits.parse("30/minute")


def register(app: Flask, enabled: bool) -> None:
    """Count the requests of `app`; not at all where `enabled` is False (benchmarks, tests)."""
    app.config["RATELIMIT_ENABLED"] = enabled
    limiter = Limiter(_client, application_limits=[GENERAL], storage_uri="memory://", strategy="fixed-window")
    limiter.init_app(app)
    app.extensions["simyandu-limiter"] = limiter


def note_bad_token() -> None:
    """Count a token that nobody bears. Raises TooMany when the address has shown too many."""
    limiter: Limiter = current_app.extensions["simyandu-limiter"]
    if not limiter.enabled:
        return
    address = request.remote_addr or "-"
    if not limiter.limiter.hit(BAD_TOKENS, "bad-token", address):
        end = limiter.limiter.get_window_stats(BAD_TOKENS, "bad-token", address).reset_time
        raise TooMany(
            say("Terlalu banyak token yang tidak dikenal.", "Too many unknown tokens."),
            retry_at=datetime.fromtimestamp(end, UTC),
        )


def _client() -> str:
    shown = request.headers.get("Authorization") or request.cookies.get("sesi")
    if shown:
        return hashlib.blake2b(shown.encode("utf-8", "replace"), digest_size=12).hexdigest()
    return request.remote_addr or "-"
