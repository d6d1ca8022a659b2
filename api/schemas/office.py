"""Incidents, processes, the person asking and their tokens."""

from __future__ import annotations

from marshmallow import fields

from api.fields import Answer, Moment, Schema, Text, Whole, meant, said
from api.schemas.common import Drawing, Incident, Paging


class IncidentIn(Paging):
    """operator: only incidents of this service."""

    operator = Text(80, load_default=None, **meant("Only incidents of this service."))


class IncidentEntry(Incident):
    """An incident with its case. next_try: when it is tried again by itself."""

    next_try = said(Moment)
    type = said(attribute="code")
    resi = said(allow_none=True)
    applicant_name = said()


class IncidentList(Answer):
    """Open incidents, oldest first."""

    items = fields.List(fields.Nested(IncidentEntry))
    next = said(allow_none=True)
    total = said(fields.Integer)


class Version(Answer):
    """A process version. hash names its files."""

    code = said()
    number = said(fields.Integer)
    name = said()
    family = said()
    bidang = said()
    promise_days = said(fields.Integer, "Working days.")
    hash = said()


class Activation(Answer):
    """When a version was put into force, by whom and on what ground."""

    number = said(fields.Integer)
    hash = said()
    from_at = said(Moment)
    by_name = said()
    decree = said()
    at = said(Moment)
    current = said(fields.Boolean, "In force now.")
    future = said(fields.Boolean, "Not in force yet.")


class VersionOne(Version):
    """The version in force, its drawings, and every activation of the type, the newest first."""

    drawings = fields.List(fields.Nested(Drawing))
    activations = fields.List(fields.Nested(Activation))


class DrawingIn(Schema):
    """Which drawing of which version."""

    process = Text(80, load_default=None, **meant("`kerangka` or a phase; the SOP itself by default."))
    version = Whole(1, 1_000_000, load_default=None, **meant("Number of a version; the one in force by default."))


class DrawingOne(Answer):
    """BPMN 2.0 XML of one drawing."""

    process = said()
    version = said(fields.Integer)
    xml = said()


class VersionList(Answer):
    """The versions in force, by code."""

    items = fields.List(fields.Nested(Version))


class Finding(Answer):
    """One thing that is wrong with a diagram, and what to draw instead."""

    file = said()
    element = said(description="BPMN id; null: the file itself.", allow_none=True)
    rule = said()
    severity = said(description="error or warning; an error keeps it from being activated.")
    message = said()


class CheckAnswer(Answer):
    """What the check found. ok: no error among it."""

    ok = said(fields.Boolean)
    findings = fields.List(fields.Nested(Finding))


class Membership(Answer):
    """A role, for a bidang, agency or kecamatan, or the whole office."""

    role = said()
    scope = said(allow_none=True)


class Me(Answer):
    """Who is asking."""

    id = said(fields.Integer)
    username = said()
    name = said()
    memberships = fields.List(fields.Nested(Membership))
    groups = fields.List(fields.String(), metadata={"description": "Group keys whose tasks are theirs."})
    permissions = fields.List(fields.String())


class TokenIn(Schema):
    """life_days: 1 to 366."""

    name = Text(80, required=True, least=1)
    life_days = Whole(1, 366, load_default=90)


class Token(Answer):
    """A token as its owner sees it. id: for revoking it."""

    id = said(attribute="token_hash")
    name = said()
    created_at = said(Moment)
    expires_at = said(Moment)
    last_used_at = said(Moment)


class TokenMade(Token):
    """token: shown this once."""

    token = said()


class TokenList(Answer):
    """Own tokens, newest first."""

    items = fields.List(fields.Nested(Token))
