"""Permit types: what can be applied for, and what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.access import needs, office
from api.form_description import describe
from api.reading import Blueprint
from api.schemas.types import TypeList, TypeOne
from engine.definitions import Version
from engine.insight.catalogue import active_versions, version_of

types = Blueprint("types", __name__, url_prefix="/api/v1/types", description="Permit types in force.")


@types.route("")
@needs("process.view")
@types.response(200, TypeList())
def list_types() -> Any:
    """All types in force."""
    with office().db.read() as connection:
        versions = active_versions(office(), connection)
    return {"items": [_summary(version) for version in versions]}


@types.route("/<string(maxlength=20):code>")
@needs("process.view")
@types.response(200, TypeOne())
def one_type(code: str) -> Any:
    """One type: facts of the permit, variants, requirements, and every form of its SOP."""
    version = version_of(office(), code)
    permit = version.permit
    return {
        **_summary(version),
        "agencies": list(permit.get("instansi") or []),
        "fee": permit.get("biaya"),
        "requirements": _requirements(version),
        "forms": [describe(version, key) for key in version.bundle.form_keys() if _has(version, key)],
    }


def _has(version: Version, key: str) -> bool:
    return f"forms/{key}.json" in version.bundle.files


def _summary(version: Version) -> dict[str, Any]:
    permit = version.permit
    waktu = permit.get("waktu") or {}
    return {
        "code": version.code,
        "name": version.name,
        "family": version.family,
        "bidang": version.bidang,
        "kind": permit.get("kind"),
        "promise_days": version.promise_days,
        "promise_source": waktu.get("sumber"),
        "version": version.number,
        "hash": version.hash,
        "variants": [
            {"code": row["kode"], "name": row["nama"], "promise_days": version.promise_of(row["kode"])}
            for row in permit.get("varian") or []
        ],
    }


def _requirements(version: Version) -> list[dict[str, Any]]:
    """As permit.yaml lists them; a type without such a list tells the ticks of its forms."""
    listed: list[Mapping[str, Any]] = version.permit.get("persyaratan") or []
    if listed:
        return [
            {
                "code": row["kode"],
                "text": row["teks"],
                "form": row.get("bentuk"),
                "required": bool(row.get("wajib")),
                "condition": row.get("bila"),
                "source": row.get("sumber"),
            }
            for row in listed
        ]
    forms = [version.form(key) for key in version.bundle.form_keys() if _has(version, key)]
    return [
        {"code": f.key, "text": f.label, "required": f.requirement == "wajib"}
        for form in forms
        for f in form.fields
        if f.requirement
    ]
