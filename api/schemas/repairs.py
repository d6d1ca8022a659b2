"""Repairs (perbaikan) of a case: what is asked, what it would do, and proposals that wait for a second person."""

from __future__ import annotations

from marshmallow import fields

from api.fields import Answer, Moment, Schema, Text, meant, said
from engine.repair import NAMES

_DEEDS = "|".join(NAMES)


class LookIn(Schema):
    """deed and what it needs: see engine.repair.deeds."""

    deed = Text(20, required=True, pattern=rf"^({_DEEDS})\Z", **meant(f"One of {', '.join(NAMES)}."))
    args = fields.Dict(
        keys=fields.String(),
        load_default=dict,
        **meant(
            "reassign: task, and person (id) or group; send_back: process, element; applicant: the new values; "
            "answers: answer (id), values; skip: task, values; suspend, resume: nothing."
        ),
    )


class RepairIn(LookIn):
    """The same with its reason."""

    reason = Text(500, required=True, **meant("Stands in the history."))


class RefuseIn(Schema):
    """why: stands in the history."""

    why = Text(500, required=True, **meant("Stands in the history."))


class MovedClock(Answer):
    """A moment that changes. name: empty for the promise."""

    name = said()
    before = said(Moment, allow_none=True)
    after = said(Moment, allow_none=True)
    fate = said(description="pindah, berhenti, berjalan, gugur or baru.")


class KeptThing(Answer):
    """What stays although the case goes back over it."""

    kind = said(description="nomor, tagihan, pembayaran, surat, tanda_tangan, rapat or kunjungan.")
    text = said()
    of = said()
    at = said(Moment)


class FallenThing(Answer):
    """A meeting or visit that the case waits for no more."""

    kind = said(description="rapat or kunjungan.")
    number = said()
    at = said(description="When it was to be, ISO 8601.", allow_none=True)
    fate = said(
        description="dibatalkan, tanpa_permohonan (takes place without the case) or sudah_berlangsung (it was held)."
    )


class Foreseen(Answer):
    """What a repair would do. consent: why a second person must agree (then POST to proposals), empty when nobody."""

    deed = said()
    closes = fields.List(said())
    opens = fields.List(said())
    clocks = fields.List(fields.Nested(MovedClock))
    kept = fields.List(fields.Nested(KeptThing))
    falls = fields.List(fields.Nested(FallenThing))
    consent = said()
    version = said(fields.Integer, "Of the case now, for If-Match.")


class ProposalOne(Answer):
    """A repair that was proposed."""

    id = said(fields.Integer)
    case_id = said(fields.Integer)
    deed = said()
    reason = said()
    state = said(description="menunggu, dijalankan, ditolak or ditarik.")
    by = said()
    at = said(Moment)
    decided_by = said(allow_none=True)
    decided_at = said(Moment, allow_none=True)
    decided_why = said(allow_none=True)
    mine = said(fields.Boolean, "You made it and cannot consent to it.")


class ProposalList(Answer):
    """Those that wait, oldest first."""

    items = fields.List(fields.Nested(ProposalOne))
