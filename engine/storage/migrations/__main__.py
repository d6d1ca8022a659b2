"""`python -m engine.storage.migrations "what changes"`: drafts the next revision from what the tables say now."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command

from engine.storage.database import Database
from engine.storage.migrations import configuration, upgrade


def main() -> None:
    """Upgrade an empty database to head, and write the rest of the way as a new revision."""
    if len(sys.argv) != 3:
        sys.exit('usage: python -m engine.storage.migrations NUMBER "what changes"')
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{Path(folder) / 'kosong.sqlite3'}")
        if list((Path(__file__).parent / "versions").glob("[0-9]*.py")):
            upgrade(db)
        with db.write() as connection:
            command.revision(configuration(connection), sys.argv[2], autogenerate=True, rev_id=sys.argv[1])
        db.close()


main()
