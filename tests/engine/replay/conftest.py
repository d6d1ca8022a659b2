"""Replays of a very small share of a year, on databases of both kinds; some in processes that are killed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.replay.run import Replay


@pytest.fixture
def small(tmp_path: Path) -> Replay:
    """Two types with money and without, a handful of cases."""
    return Replay(tmp_path, codes=("IPTM", "SIUP"), share=0.002)
