"""Repairs that were proposed: those that wait for a second person, and what became of the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select

from engine.errors import NotAllowed, NotFound
from engine.office import Office
from engine.people import Person
from engine.repair.rights import may_repair
from engine.storage.people_tables import persons
from engine.storage.repair_tables import repair_proposals
from engine.storage.schema import cases

WAITING = "menunggu"
MOST = 200


@dataclass(frozen=True)
class Proposal:
    """One proposal. by, decided_by: names; foreseen: engine.repair.preview.Preview as it was stored; mine: the reader
    made it and cannot consent to it."""

    id: int
    case_id: int
    resi: str | None
    applicant_name: str
    code: str
    bidang: str
    deed: str
    args: dict[str, Any]
    reason: str
    foreseen: dict[str, Any]
    state: str
    by: str
    at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decided_why: str | None
    mine: bool


def proposals(office: Office, person: Person, case_id: int | None = None) -> list[Proposal]:
    """Those that wait, the oldest first; of one case all of them. Raises NotAllowed."""
    query = _query().where(*_within(person)).order_by(repair_proposals.c.id).limit(MOST)
    chosen = repair_proposals.c.state == WAITING if case_id is None else repair_proposals.c.case_id == case_id
    with office.db.read() as connection:
        return [_one(row, person) for row in connection.execute(query.where(chosen))]


def proposal(office: Office, person: Person, proposal_id: int) -> Proposal:
    """Raises NotFound, NotAllowed."""
    with office.db.read() as connection:
        row = connection.execute(_query().where(repair_proposals.c.id == proposal_id)).one_or_none()
    if row is None:
        raise NotFound("Usulan perbaikan itu tidak ada.")
    if not may_repair(person, row.bidang):
        raise NotAllowed("Usulan ini di luar wewenang Anda.")
    return _one(row, person)


def waiting_count(office: Office, person: Person) -> int:
    """How many wait for this person's consent."""
    query = (
        select(func.count())
        .select_from(repair_proposals)
        .join(cases, cases.c.id == repair_proposals.c.case_id)
        .where(repair_proposals.c.state == WAITING, repair_proposals.c.by_id != person.id, *_within(person))
    )
    with office.db.read() as connection:
        return int(connection.execute(query).scalar_one())


def _within(person: Person) -> tuple[Any, ...]:
    if not person.may("case.repair"):
        raise NotAllowed("Melihat usulan perbaikan memerlukan wewenang case.repair.")
    if "admin" in person.roles:
        return ()
    mine = sorted({scope for role, scope in person.acting if role == "kabid" and scope})
    return (or_(*(cases.c.bidang == scope for scope in mine)) if mine else cases.c.id < 0,)


def _query() -> Select[Any]:
    proposer, decider = persons.alias("pengusul"), persons.alias("pemutus")
    return (
        select(
            repair_proposals,
            *(cases.c[name] for name in ("resi", "applicant_name", "code", "bidang")),
            proposer.c.name.label("by"),
            decider.c.name.label("decider"),
        )
        .join_from(repair_proposals, cases, cases.c.id == repair_proposals.c.case_id)
        .join(proposer, proposer.c.id == repair_proposals.c.by_id)
        .outerjoin(decider, decider.c.id == repair_proposals.c.decided_by)
    )


def _one(row: Any, person: Person) -> Proposal:
    same = "id case_id resi applicant_name code bidang deed args reason foreseen state by at decided_at decided_why"
    values = {name: getattr(row, name) for name in same.split()}
    return Proposal(**values, decided_by=row.decider, mine=row.by_id == person.id)
