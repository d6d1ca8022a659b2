"""Cases."""

from __future__ import annotations

from marshmallow import fields

from api.fields import Answer, Choice, Moment, One, Same, Schema, Text, Values, meant, said
from api.schemas.common import Document, Drawing, Incident, Paging
from engine.forms import texts


class ApplicantIn(Schema):
    """Who applies. id: NIK; language: of messages to them."""

    name = Text(200, required=True, least=1)
    id = Text(30, load_default=None, allow_none=True, shape=texts.nik)
    npwp = Text(30, load_default=None, allow_none=True, shape=texts.npwp)
    phone = Text(30, load_default=None, allow_none=True, shape=texts.phone)
    email = Text(254, load_default=None, allow_none=True, shape=texts.email)
    address = Text(500, load_default=None, allow_none=True)
    kecamatan = Text(40, load_default=None, allow_none=True)
    kelurahan = Text(40, load_default=None, allow_none=True)
    proxy = Text(200, load_default=None, allow_none=True)
    language = Choice("id", "en", load_default=None, allow_none=True)


class CaseIn(Schema):
    """A new application. type, variant: codes of GET /types."""

    type = Text(20, required=True, least=1)
    variant = Text(40, required=True, least=1)
    applicant = One(ApplicantIn, required=True)


class WithdrawIn(Schema):
    """The applicant takes the application back."""

    reason = Text(2000, required=True, least=1, lines=True)


class ResumeIn(Schema):
    """The applicant has brought what was missing. answers: of the form of the step that waits for the applicant."""

    answers = Values(load_default=dict)


class SearchIn(Paging):
    """search: resi, NIK, NPWP, permit number, or a part of the applicant's name."""

    search = Text(100, required=True, least=1, **meant("Resi, NIK, NPWP, permit number, or a part of the name."))


class HistoryIn(Paging):
    """after: `next` of the page before."""


class DiagramIn(Schema):
    """process: the SOP itself by default; `kerangka` or a phase."""

    process = Text(80, load_default=None, **meant("`kerangka` or a phase; the SOP itself by default."))


class DocumentIn(Schema):
    """Fields beside the file. kind: requirement code."""

    kind = Text(60, required=True, least=1, pattern=r"^[A-Za-z0-9_.-]+\Z")
    title = Text(200, load_default="")


class Applicant(Answer):
    """Who applies."""

    name = said(attribute="applicant_name")
    id = said(attribute="applicant_id", allow_none=True)
    npwp = said(allow_none=True)
    phone = said(allow_none=True)
    email = said(allow_none=True)
    address = said(allow_none=True)
    kecamatan = said(allow_none=True)
    kelurahan = said(allow_none=True)
    proxy = said(attribute="proxy_name", allow_none=True)
    language = said(allow_none=True)


class CaseSummary(Answer):
    """A case in a list."""

    id = said(fields.Integer)
    type = said(attribute="code")
    variant = said()
    bidang = said()
    resi = said(allow_none=True)
    public_code = said(allow_none=True)
    permit_number = said(allow_none=True)
    state = said()
    outcome = said(allow_none=True)
    applicant = Same(Applicant)
    opened_at = said(Moment)
    registered_at = said(Moment)
    promised_at = said(Moment, "Until when; null while the clock stands.")
    paused_at = said(Moment, "Since when the clock stands.")
    decided_at = said(Moment)
    closed_at = said(Moment)
    late = said(fields.Boolean)
    late_element = said(description="The step that made it late.", allow_none=True)
    incidents_open = said(fields.Integer)
    version = said(fields.Integer, "For If-Match.")


class CaseList(Answer):
    """Cases, newest first. next: pass it back as `after`; null at the end."""

    items = fields.List(fields.Nested(CaseSummary))
    next = said(allow_none=True)


class CaseTask(Answer):
    """A task of a case."""

    id = said(fields.Integer)
    name = said()
    process = said()
    element = said()
    lane = said()
    group = said(attribute="group_key")
    agency = said(allow_none=True)
    state = said(description="open, done or cancelled.")
    created_at = said(Moment)
    due_at = said(Moment)
    closed_at = said(Moment)
    person = said(description="Who did it.", allow_none=True)
    worked_minutes = said(fields.Integer, "Working minutes from creation to completion.", allow_none=True)


class Deadline(Answer):
    """A clock that is armed. due_at is null while the SOP's clock stands; left_minutes then says what is left."""

    name = said()
    process = said()
    element = said()
    due_at = said(Moment)
    left_minutes = said(fields.Integer, allow_none=True)


class Bill(Answer):
    """Money: whole rupiah."""

    id = said(fields.Integer)
    kind = said()
    form = said(description="SKRD or SKPD; null while only calculated.", allow_none=True)
    number = said(allow_none=True)
    state = said(description="dihitung, bebas, terbit, lunas or diganti.")
    total = said(fields.Integer, "Rupiah.")
    issued_at = said(Moment)
    due_at = said(Moment)
    paid_at = said(Moment)


class CaseOne(CaseSummary):
    """One case whole."""

    type_name = said()
    variant_name = said()
    sop_version = said(fields.Integer)
    sop_hash = said()
    promise_days = said(fields.Float, "Working days.")
    worked_minutes = said(fields.Integer, "Working minutes since the receipt, without those in which the clock stood.")
    left_minutes = said(fields.Integer, "Working minutes to the promise; negative when late.")
    tasks = fields.List(fields.Nested(CaseTask))
    deadlines = fields.List(fields.Nested(Deadline))
    documents = fields.List(fields.Nested(Document))
    incidents = fields.List(fields.Nested(Incident))
    bills = fields.List(fields.Nested(Bill))
    drawings = fields.List(fields.Nested(Drawing))


class Event(Answer):
    """One line of history. hash: SHA-256 over the line before and this one."""

    seq = said(fields.Integer)
    at = said(Moment)
    kind = said()
    person = said(description="Who acted; null: the office itself.", allow_none=True)
    task_id = said(fields.Integer, allow_none=True)
    data = fields.Dict()
    hash = said()


class History(Answer):
    """Events in order. next: pass it back as `after`; null at the end."""

    items = fields.List(fields.Nested(Event))
    next = said(allow_none=True)


class Diagram(Answer):
    """BPMN 2.0 XML, and what to light up in it."""

    process = said()
    xml = said()
    active = fields.List(fields.String())
    done = fields.List(fields.String())
    flows = fields.List(fields.String())
    late = fields.List(fields.String())
