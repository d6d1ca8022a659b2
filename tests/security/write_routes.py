"""Renew routes.txt and commands.txt after an address or command was added or its need changed.

The difference is then seen by whoever reads it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from api.app import create_api
from engine.office import Office
from engine.settings import Settings
from tests.security import commands
from tests.security.routes import TABLE, routes, written
from web.app import create_app


def main() -> None:
    """Write both tables."""
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Settings(database_url="sqlite://", var_dir=Path(folder), secret="uji"))
        rows = routes({"api": create_api(office, rate_limit=False), "web": create_app(office)})
        office.close()
    TABLE.write_text(written(rows))
    found = commands.commands()
    commands.TABLE.write_text(commands.written(found))
    sys.stdout.write(f"{len(rows)} addresses in {TABLE.name}, {len(found)} commands in {commands.TABLE.name}\n")


if __name__ == "__main__":
    main()
