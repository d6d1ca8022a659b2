"""What a repair's form posts -> the arguments of the repair."""

from __future__ import annotations

from typing import Any

import orjson
from flask import request

from engine.dossier import CaseView
from engine.errors import NotFound
from engine.repair import APPLICANT_FIELDS
from engine.repair.choices import asked
from web.forms import parse_request_form
from web.posting import posted_int


def arguments(deed: str, view: CaseView) -> dict[str, Any]:
    """From the form of a deed, or from its confirmation, which carries them as they were (`isi`)."""
    sent = request.form
    if "isi" in sent:
        try:
            kept = orjson.loads(sent["isi"])
        except orjson.JSONDecodeError:
            kept = None
        return kept if isinstance(kept, dict) else {}
    if deed == "reassign":
        group, person = sent.get("kelompok", ""), posted_int("pegawai")
        return {"task": posted_int("tugas"), "group": group or None, "person": person}
    if deed == "send_back":
        process, _, element = sent.get("langkah", "").partition("/")
        return {"process": process, "element": element}
    if deed == "applicant":
        return {name: sent.get(f"f-{name}", "") for name in APPLICANT_FIELDS}
    if deed == "answers":
        row = answer_row(view, posted_int("jawaban"))
        form = view.version.form(row.form)
        values = {**parse_request_form(form, sent)}
        if form.decision is not None:  # it is not asked here, and stays
            values[form.decision.key] = row.data.get(form.decision.key)
        for field in form.fields:
            if field.type == "upload":
                values[field.key] = row.data.get(field.key)
        return {"answer": row.id, "values": {name: value for name, value in values.items() if value is not None}}
    if deed == "skip":
        ident = posted_int("tugas")
        task = next((row for row in view.open_tasks if row.id == ident), None)
        names = asked(view, task) if task is not None else []
        return {"task": ident, "values": {name: sent.get(f"n-{name}", "") for name in names}}
    return {}


def answer_row(view: CaseView, ident: int | None) -> Any:
    """An answer of the case. Raises NotFound."""
    for row in view.answers:
        if row.id == ident:
            return row
    raise NotFound("Jawaban itu tidak ada pada permohonan ini.")
