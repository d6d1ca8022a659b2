"""The commands: carry a repair out, propose it to a second person, consent to it or refuse it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select, update

from engine.command import command
from engine.errors import Gone, Invalid, NotAllowed, NotFound, Refused
from engine.people import find
from engine.repair.deeds import carry_out
from engine.repair.plan import plan_of
from engine.repair.preview import foresee
from engine.repair.rights import must_repair
from engine.storage.repair_tables import repair_proposals
from engine.unit import Unit

WAITING, DONE, REFUSED, WITHDRAWN = "menunggu", "dijalankan", "ditolak", "ditarik"


class NeedsConsent(Refused):
    """This repair needs a second person: propose it. extra: why (of engine.repair.preview)."""

    status = 409
    title = "Perlu persetujuan orang kedua"


@command("case_repaired", may="case.repair")
def repair(
    unit: Unit, case_id: int, deed: str, args: Mapping[str, Any], reason: str, expected: int | None = None
) -> None:
    """Carry a repair out. deed, args: see engine.repair.deeds.

    Raises: NeedsConsent, NotAllowed (another bidang), Invalid, Gone, NotFound, Stale.
    """
    _lock(unit, case_id, expected)
    plan = plan_of(unit, deed, args)
    if plan.consent:
        raise NeedsConsent("Perbaikan ini memerlukan persetujuan orang kedua: usulkan dahulu.", why=plan.consent)
    carry_out(unit, deed, args, reason, plan)


@command("repair_proposed", may="case.repair")
def propose(
    unit: Unit, case_id: int, deed: str, args: Mapping[str, Any], reason: str, expected: int | None = None
) -> None:
    """Put a repair before a second person. It has been looked at: what it would do is kept with the proposal.

    Raises what the repair itself would.
    """
    _lock(unit, case_id, expected)
    if not reason.strip():
        raise Invalid({"reason": ["Alasan perbaikan wajib diisi."]})
    seen = foresee(unit.office, unit.connection, _who(unit), case_id, deed, args)
    proposed = {
        "case_id": case_id,
        "deed": deed,
        "args": dict(args),
        "reason": " ".join(reason.split()),
        "foreseen": seen.stored(),
        "state": WAITING,
        "by_id": _who(unit).id,
        "at": unit.now,
    }
    made = insert(repair_proposals).values(**proposed).returning(repair_proposals.c.id)
    ident = unit.connection.execute(made).scalar_one()
    unit.emit("repair_proposed", {"usulan": ident, "tindakan": deed, "alasan": proposed["reason"]})


@command("repair_consented", may="case.repair")
def consent(unit: Unit, proposal_id: int, expected: int | None = None) -> None:
    """A second person agrees, and the repair is carried out as the case stands now.

    Raises: NotAllowed for who proposed it, Gone when it is decided already, and what the repair itself would.
    """
    row = _proposal(unit, proposal_id, expected)
    if row.by_id == _who(unit).id:
        raise NotAllowed("Usulan sendiri disetujui oleh orang lain.")
    proposer = find(unit.connection, row.by_id).name
    unit.emit("repair_consented", {"usulan": row.id, "tindakan": row.deed, "diusulkan": proposer})
    _decide(unit, row.id, DONE, "")
    carry_out(unit, row.deed, row.args, row.reason, plan_of(unit, row.deed, row.args))


@command("repair_refused", may="case.repair")
def refuse(unit: Unit, proposal_id: int, why: str) -> None:
    """A proposal is refused, or taken back by who made it. Raises Invalid without a reason, Gone."""
    row = _proposal(unit, proposal_id, None)
    if not why.strip():
        raise Invalid({"why": ["Sebutkan alasannya."]})
    state = WITHDRAWN if row.by_id == _who(unit).id else REFUSED
    _decide(unit, row.id, state, " ".join(why.split()))
    told = {"usulan": row.id, "tindakan": row.deed, "hasil": state, "alasan": " ".join(why.split())}
    unit.emit("repair_refused", told)


def _lock(unit: Unit, case_id: int, expected: int | None) -> None:
    unit.repairing = True
    unit.lock(case_id, expected)
    must_repair(unit)


def _proposal(unit: Unit, proposal_id: int, expected: int | None) -> Any:
    query = select(repair_proposals).where(repair_proposals.c.id == proposal_id)
    row = unit.connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("Usulan perbaikan itu tidak ada.")
    _lock(unit, row.case_id, expected)
    row = unit.connection.execute(query).one()  # again, under the lock
    if row.state != WAITING:
        raise Gone("Usulan ini sudah diputus.")
    return row


def _decide(unit: Unit, proposal_id: int, state: str, why: str) -> None:
    decided = {"state": state, "decided_by": _who(unit).id, "decided_at": unit.now, "decided_why": why or None}
    unit.connection.execute(update(repair_proposals).where(repair_proposals.c.id == proposal_id).values(**decided))


def _who(unit: Unit) -> Any:
    assert unit.by is not None
    return unit.by
