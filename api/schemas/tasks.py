"""Tasks: the inbox, one task, and what is done with it."""

from __future__ import annotations

from marshmallow import fields

from api.fields import Answer, Choice, Moment, Schema, Text, Values, meant, said
from api.schemas.cases import CaseSummary
from api.schemas.common import Paging


class InboxIn(Paging):
    """list: what the person holds, what their groups may take, or what waits for applicants."""

    after = Text(36, load_default=None, pattern=r"^[0-9]{1,17}\.[0-9]{1,18}\Z", **meant("`next` of the page before."))
    list = Choice(
        "mine",
        "group",
        "applicant",
        load_default="group",
        **meant("Held by the person; open to their groups; waiting for applicants."),
    )
    code = Text(20, load_default="", **meant("Permit type."))
    element = Text(80, load_default="", **meant("BPMN id of the step."))
    kecamatan = Text(40, load_default="", **meant("Where the applicant's business lies."))
    agency = Text(40, load_default="", **meant("Code of an agency of the Tim Teknis."))


class CompleteIn(Schema):
    """answers: of the task's form, {field key: value}."""

    answers = Values(load_default=dict, **meant("Field key -> value."))


class ReturnIn(Schema):
    """missing: what the applicant has to bring."""

    missing = Text(10_000, required=True, least=1, lines=True)


class DraftIn(Schema):
    """values: what is typed so far."""

    values = Values(required=True)


class Entry(Answer):
    """One line of an inbox: what is late first, then by the time that is left."""

    id = said(fields.Integer)
    case_id = said(fields.Integer)
    name = said()
    element = said()
    lane = said()
    group = said(attribute="group_key")
    agency = said(allow_none=True)
    type = said(attribute="code")
    variant = said()
    kecamatan = said(allow_none=True)
    resi = said(allow_none=True)
    applicant_name = said()
    holder_id = said(fields.Integer, allow_none=True)
    holder_name = said(allow_none=True)
    created_at = said(Moment)
    due_at = said(Moment)
    left_minutes = said(fields.Integer, "Working minutes until it is due; negative: late; null: not due.")
    late = said(fields.Boolean)
    case_late = said(fields.Boolean)
    case_late_element = said(allow_none=True)
    promised_at = said(Moment)
    paused = said(fields.Boolean)


class Inbox(Answer):
    """One page of a list. next: pass it back as `after`; null at the end."""

    items = fields.List(fields.Nested(Entry), attribute="entries")
    next = said(attribute="after", allow_none=True)


class Counts(Answer):
    """Open tasks; counting stops at 1,000 a group."""

    mine = said(fields.Integer)
    group = said(fields.Integer)
    applicant = said(fields.Integer)
    late = said(fields.Integer, "Of the group's.")


class Earlier(Answer):
    """Answers that were given before in the case."""

    form = said()
    person = said(allow_none=True)
    at = said(Moment)
    data = fields.Dict()


class TaskOne(Answer):
    """One task with its form, what it starts with, and the case around it."""

    id = said(fields.Integer, attribute="task.id")
    name = said(attribute="task.name")
    process = said(attribute="task.process")
    element = said(attribute="task.element")
    lane = said(attribute="task.lane")
    group = said(attribute="task.group_key")
    agency = said(attribute="task.agency", allow_none=True)
    state = said(attribute="task.state")
    created_at = said(Moment, attribute="task.created_at")
    due_at = said(Moment, attribute="task.due_at")
    closed_at = said(Moment, attribute="task.closed_at")
    claimed_at = said(Moment, attribute="task.claimed_at")
    holder_id = said(fields.Integer, attribute="task.holder_id", allow_none=True)
    holder_name = said(allow_none=True)
    may_work = said(fields.Boolean, "Whether the person may complete it.")
    form = fields.Dict(allow_none=True, metadata={"description": "key, title, fields, and `schema` (JSON Schema)."})
    values = fields.Dict(metadata={"description": "What the form starts with: the person's draft, or earlier answers."})
    draft_at = said(Moment)
    next_steps = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "Value of the decision -> what happens then, in words."},
    )
    properties = fields.Dict(metadata={"description": "What the diagram says of the step: kelengkapan, output, waktu."})
    earlier = fields.List(fields.Nested(Earlier), attribute="view.answers")
    case = fields.Nested(CaseSummary)


class Saved(Answer):
    """A draft is kept."""

    saved_at = said(Moment)
