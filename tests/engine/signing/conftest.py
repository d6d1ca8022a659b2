"""An office whose only type is written, signed and handed out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.payments.conftest import Desk, desk_of


class Writing(Desk):
    """Shortcuts up to the signature."""

    def to_sign(self, **more: str) -> int:
        """A case whose letter waits for its signature."""
        case_id = self.open(**more)  # type: ignore[arg-type]
        self.do("paip", case_id, "ketik")
        self.do("kabid", case_id, "paraf_kabid", paraf="ya")
        self.do("paip", case_id, "paraf_paip", paraf="ya")
        self.do("tu", case_id, "paraf_tu", paraf="ya")
        return case_id

    def signed(self, who: str = "kepala", **more: str) -> int:
        """A case with its letter signed."""
        case_id = self.to_sign(**more)
        self.do(who, case_id, "ttd", tanda_tangan="ya")
        self.work()
        return case_id


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Writing]:
    found = desk_of(database_url, tmp_path, ["penerbitan"])
    yield Writing(found.office, found.clock)
    found.office.close()
