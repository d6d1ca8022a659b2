"""Shapes that several resources share."""

from __future__ import annotations

from marshmallow import fields

from api.fields import Answer, Moment, Schema, Text, Whole, meant, said


class Problem(Answer):
    """RFC 9457. More members as they apply: errors, by, at, version, retry_at, reference."""

    type = said(description="Address of /api/docs that explains the kind of problem.")
    title = said()
    status = said(fields.Integer)
    detail = said()
    instance = said()
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    by = said(description="Who was faster.")
    at = said(Moment)
    version = said(fields.Integer, "The version of the case in force.")


class Opened(Answer):
    """A step that now waits."""

    element = said()
    task_id = said(fields.Integer)
    name = said()
    lane = said()
    group = said(description="Whose inbox it is in.")


class Done(Answer):
    """What a command did. version: for the next If-Match (the ETag says the same)."""

    case_id = said(fields.Integer)
    version = said(fields.Integer)
    state = said(description="pendaftaran, berjalan, selesai, ditolak or ditarik.")
    resi = said(description="Number of the receipt; null before the case is complete.", allow_none=True)
    opened = fields.Method("_opened", metadata={"type": "array", "items": {"$ref": "#/components/schemas/Opened"}})
    repeated = said(fields.Boolean, "The same Idempotency-Key was answered before; nothing was changed now.")

    def _opened(self, done: object) -> list[dict[str, str]]:
        return [
            {"element": row.element, "task_id": row.id, "name": row.name, "lane": row.lane, "group": row.group_key}
            for row in getattr(done, "tasks", ())
        ]


class Paging(Schema):
    """after: `next` of the page before. limit: entries a page, 1 to 100."""

    after = Text(18, load_default=None, pattern=r"^[0-9]{1,18}\Z", **meant("`next` of the page before."))
    limit = Whole(1, 100, load_default=25, **meant("Entries a page."))


class Document(Answer):
    """A file of a case. sha256 names its content."""

    id = said(fields.Integer)
    kind = said(description="Requirement code, or the kind of letter.")
    title = said()
    file_name = said()
    mime = said()
    size = said(fields.Integer, "Bytes.")
    sha256 = said()
    person = said(description="Who added it; null: the office itself.", allow_none=True)
    at = said(Moment)


class Incident(Answer):
    """Automatic work that failed and waits for a person."""

    id = said(fields.Integer)
    case_id = said(fields.Integer)
    name = said(description="The step's name.")
    operator = said()
    cause = said()
    attempts = said(fields.Integer)
    created_at = said(Moment)
    resolved_at = said(Moment)


class Drawing(Answer):
    """A drawing of a SOP: itself, the frame around it, a phase."""

    process = said()
    name = said()
