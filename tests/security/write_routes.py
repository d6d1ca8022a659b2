"""Renew routes.txt after an address was added or its need changed: the difference is then seen by whoever reads it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from api.app import create_api
from engine.office import Office
from engine.settings import Settings
from tests.security.routes import TABLE, routes, written
from web.app import create_app


def main() -> None:
    """Write the table."""
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Settings(database_url="sqlite://", var_dir=Path(folder), secret="uji"))
        rows = routes({"api": create_api(office, rate_limit=False), "web": create_app(office)})
        office.close()
    TABLE.write_text(written(rows))
    sys.stdout.write(f"{len(rows)} addresses in {TABLE}\n")


if __name__ == "__main__":
    main()
