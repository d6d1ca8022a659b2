"""Files that could not be scanned when they came in: scanned again until there is a verdict, which every document that
is this file then carries.
"""

from __future__ import annotations

import structlog
from sqlalchemy import select, update

from engine.command import command
from engine.documents import CLEAN, INFECTED, WAITING, Quarantined
from engine.errors import NotFound
from engine.office import Office
from engine.storage.schema import documents
from engine.unit import Unit
from engine.virus_scan import ScannerDown

log = structlog.get_logger()


def scan_waiting(office: Office) -> int:
    """Scan what lies in quarantine. How many files got their verdict. Nothing without a scanner, or while it is down;
    files known to carry a virus stay where they are."""
    store = office.documents
    if store.scanner is None:
        return 0
    with office.db.read() as connection:
        known = select(documents.c.sha256).where(documents.c.scan == INFECTED).distinct()
        infected = set(connection.execute(known).scalars())
    done = 0
    for sha256 in list(store.waiting()):
        if sha256 in infected:
            continue
        try:
            virus = store.scanner.virus_in(store.quarantined(sha256))
        except (NotFound, FileNotFoundError):
            continue  # another worker was faster
        except ScannerDown as error:
            log.warning("scanner down", error=str(error))
            break
        done += 1
        if virus:
            log.warning("virus found", sha256=sha256, virus=virus)
            _condemn_all(office, sha256, virus)
        else:
            store.let_out(sha256)
    _note_clean(office)
    return done


def _condemn_all(office: Office, sha256: str, virus: str) -> None:
    with office.db.read() as connection:
        rows = connection.execute(select(documents.c.id, documents.c.case_id).where(documents.c.sha256 == sha256)).all()
    for row in rows:
        condemn(office, row.case_id, row.id, virus, key=f"virus-{row.id}")


def _note_clean(office: Office) -> None:
    """Documents that still say that they wait, though their file was let out."""
    with office.db.read() as connection:
        waiting = connection.execute(select(documents.c.sha256).where(documents.c.scan == WAITING).distinct())
        out = [sha256 for sha256 in waiting.scalars() if _is_out(office, sha256)]
    for sha256 in out:
        with office.db.write() as connection:
            connection.execute(
                update(documents)
                .where(documents.c.sha256 == sha256, documents.c.scan == WAITING)
                .values(scan=CLEAN, scanned_at=office.now(), scan_note=None)
            )


def _is_out(office: Office, sha256: str) -> bool:
    try:
        office.documents.path(sha256)
    except (Quarantined, NotFound):
        return False
    return True


@command("document_condemned", may=None)
def condemn(unit: Unit, case_id: int, document_id: int, virus: str) -> None:
    """A document turned out to carry a virus: nobody can open it any more, and the case's history says so."""
    unit.lock(case_id)
    name = unit.connection.execute(
        update(documents)
        .where(documents.c.id == document_id)
        .values(scan=INFECTED, scanned_at=unit.now, scan_note=virus[:200])
        .returning(documents.c.file_name)
    ).scalar_one()
    unit.emit("document_condemned", {"berkas": name, "virus": virus[:200]})
