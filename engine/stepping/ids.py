"""Where the engine's task ids come from: chance, or a seeded source while a replay plays.

Ids stand in the history (as names of clocks), so a replay that must repeat has to repeat them too. SpiffWorkflow asks
`uuid4` of its own module and offers no other way in.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID, uuid4

import SpiffWorkflow.task

_source: ContextVar[random.Random | None] = ContextVar("simyandu_ids", default=None)


@contextmanager
def ids_from(source: random.Random) -> Iterator[None]:
    """Inside the block, and only in this thread, new tasks get their ids from `source`."""
    before = _source.set(source)
    try:
        yield
    finally:
        _source.reset(before)


def _fresh() -> UUID:
    source = _source.get()
    return uuid4() if source is None else UUID(int=source.getrandbits(128), version=4)


SpiffWorkflow.task.uuid4 = _fresh
