"""Repairs: look, carry out, propose; proposals and the second person's consent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.access import needs, office, person
from api.conditions import command, etag, expected, key, keyed
from api.reading import Blueprint
from api.schemas.common import Done
from api.schemas.repairs import Foreseen, LookIn, ProposalList, ProposalOne, RefuseIn, RepairIn
from engine import repair as repairing
from engine.unit import Done as DoneCommand

repairs = Blueprint("repairs", __name__, url_prefix="/api/v1", description="Repairs (perbaikan) of cases.")


@repairs.route("/cases/<id:case_id>/repairs/preview", methods=["POST"])
@needs("case.repair")
@repairs.arguments(LookIn())
@repairs.response(200, Foreseen())
def look(body: Mapping[str, Any], case_id: int) -> Any:
    """What a repair would do; nothing is changed."""
    seen = repairing.preview(office(), person(), case_id, body["deed"], body["args"])
    return seen, etag(seen.version)


@repairs.route("/cases/<id:case_id>/repairs", methods=["POST"])
@needs("case.repair")
@command
@repairs.arguments(RepairIn())
@repairs.response(200, Done())
def carry_out(body: Mapping[str, Any], case_id: int) -> Any:
    """Carry a repair out. Refused (409) where a second person must agree: propose it."""
    given = (case_id, body["deed"], body["args"], body["reason"])
    return _answer(repairing.repair(office(), *given, expected=expected(), by=person(), key=key()))


@repairs.route("/cases/<id:case_id>/repairs/proposals", methods=["POST"])
@needs("case.repair")
@command
@repairs.arguments(RepairIn())
@repairs.response(200, Done())
def propose(body: Mapping[str, Any], case_id: int) -> Any:
    """Put a repair before a second person."""
    given = (case_id, body["deed"], body["args"], body["reason"])
    return _answer(repairing.propose(office(), *given, expected=expected(), by=person(), key=key()))


@repairs.route("/repairs")
@needs("case.repair")
@repairs.response(200, ProposalList())
def waiting() -> Any:
    """Proposals that wait for a second person."""
    return {"items": repairing.proposals(office(), person())}


@repairs.route("/repairs/<id:proposal_id>")
@needs("case.repair")
@repairs.response(200, ProposalOne())
def one(proposal_id: int) -> Any:
    """One proposal."""
    return repairing.proposal(office(), person(), proposal_id)


@repairs.route("/repairs/<id:proposal_id>/consent", methods=["POST"])
@needs("case.repair")
@command
@repairs.response(200, Done())
def consent(proposal_id: int) -> Any:
    """Agree, and the repair is carried out. Refused to who proposed it."""
    return _answer(repairing.consent(office(), proposal_id, expected=expected(), by=person(), key=key()))


@repairs.route("/repairs/<id:proposal_id>/refuse", methods=["POST"])
@needs("case.repair")
@keyed
@repairs.arguments(RefuseIn())
@repairs.response(200, Done())
def refuse(body: Mapping[str, Any], proposal_id: int) -> Any:
    """Refuse it, or take one's own back."""
    return _answer(repairing.refuse(office(), proposal_id, body["why"], by=person(), key=key()))


def _answer(done: DoneCommand) -> tuple[DoneCommand, dict[str, str]]:
    return done, etag(done.version)
