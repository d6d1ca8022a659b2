"""pyHanko's plain functions begin an event loop of their own, which Python refuses where one is running already."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def apart(do: Callable[[], T]) -> T:
    """What `do` gives or raises: done here, or in another thread where this one's event loop is running."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return do()
    with ThreadPoolExecutor(1) as other:
        return other.submit(do).result()
