"""What happened to a case: events, only ever added, each sealed by the one before it.

The chain is per case, so that commands on different cases never wait for each other. hash = SHA-256 over the previous
hash and the event's own fields, in an order that never changes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from engine.storage.types import EPOCH

GENESIS = b"\x00" * 32


@dataclass
class Event:
    """kind: a word of docs/architecture.md. data: JSON-able. actor_id: a person, or None for the office itself."""

    kind: str
    data: dict[str, Any] = field(default_factory=dict)
    task_id: int | None = None


def seal(
    previous: bytes,
    case_id: int,
    seq: int,
    at: datetime,
    kind: str,
    actor_id: int | None,
    task_id: int | None,
    data: Any,
) -> bytes:
    """The hash of one event, 32 bytes."""
    body = orjson.dumps(
        [case_id, seq, int((at - EPOCH).total_seconds() * 1_000_000), kind, actor_id, task_id, data],
        option=orjson.OPT_SORT_KEYS,
    )
    return hashlib.sha256(previous + body).digest()
