"""Permit types."""

from __future__ import annotations

from marshmallow import fields

from api.fields import Answer, said


class Variant(Answer):
    """A variant of a type."""

    code = said()
    name = said()
    promise_days = said(fields.Float, "Working days.")


class Requirement(Answer):
    """What an application must bring."""

    code = said()
    text = said()
    form = said(description="fotokopi, asli, isian, ...", allow_none=True)
    required = said(fields.Boolean)
    condition = said(description="When it is asked, in words.", allow_none=True)
    source = said(description="Where this is written; `assumed` when it is a guess.", allow_none=True)


class TypeSummary(Answer):
    """A permit type with the version in force."""

    code = said()
    name = said()
    family = said()
    bidang = said()
    kind = said(description="izin, rekomendasi, ...", allow_none=True)
    promise_days = said(fields.Integer, "Working days that the SOP takes.")
    promise_source = said(allow_none=True)
    version = said(fields.Integer)
    hash = said()
    variants = fields.List(fields.Nested(Variant))


class TypeOne(TypeSummary):
    """A type with everything that an application needs."""

    agencies = fields.List(fields.String(), metadata={"description": "Agencies of the Tim Teknis."})
    fee = fields.Dict(allow_none=True, metadata={"description": "Fee as permit.yaml states it; money in rupiah."})
    requirements = fields.List(fields.Nested(Requirement))
    forms = fields.List(
        fields.Dict(),
        metadata={"description": "Every form of the SOP: key, title, fields, and `schema` (JSON Schema)."},
    )


class TypeList(Answer):
    """All types in force, by code."""

    items = fields.List(fields.Nested(TypeSummary))
