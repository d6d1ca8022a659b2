"""A repair takes few statements, whatever it does."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, insert

from engine.repair import consent, proposals, propose, repair
from engine.storage.service_tables import register_entries
from tests.engine.core.conftest import Desk
from tests.engine.repair.conftest import ADMIN, HEAD

MOST = 15


def counted(shop: Desk, call: Any, *args: Any, **more: Any) -> int:
    """How many statements a command sends."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    engine = shop.office.db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        call(shop.office, *args, key=f"hitung-{call.__name__}-{len(str(args))}-{args[0]}", **more)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert seen
    return len(seen)


def test_statements(shop: Desk) -> None:
    case_id = shop.to_signatures()
    for who in ("bplh", "dishub"):
        shop.do(who, case_id, "teken", tanggapan_ini="setuju")
    entry = {"case_id": case_id, "register": "izin.UJI", "year": 2016, "sequence": 1, "number": "1", "subject": "x"}
    with shop.office.db.write() as connection:
        connection.execute(insert(register_entries).values(**entry, at=shop.clock.at))
    back = {"process": "UJI", "element": "periksa"}
    propose(shop.office, case_id, "send_back", back, "x", by=ADMIN)
    found = {
        "consent": counted(shop, consent, proposals(shop.office, HEAD)[0].id, by=HEAD),
        "applicant": counted(shop, repair, case_id, "applicant", {"name": "Dewi", "kecamatan": "A"}, "x", by=ADMIN),
        "suspend": counted(shop, repair, shop.registered(), "suspend", {}, "x", by=HEAD),
    }
    resumed = shop.registered()
    repair(shop.office, resumed, "suspend", {}, "x", by=ADMIN)
    found["resume"] = counted(shop, repair, resumed, "resume", {}, "x", by=HEAD)
    assert max(found.values()) <= MOST, found
