"""Wrong data put right: who applies, and what a step's form was answered with. The old values stay: of the applicant in
the history, of a form in its earlier row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, update

from engine.cases import form_context
from engine.errors import Invalid
from engine.forms import Form
from engine.storage.schema import answers, tasks
from engine.unit import Unit
from engine.visits.places import note_place

# name in a repair -> column of the case
APPLICANT_FIELDS = {
    "name": "applicant_name",
    "id": "applicant_id",
    "npwp": "npwp",
    "phone": "phone",
    "email": "email",
    "address": "address",
    "kecamatan": "kecamatan",
    "kelurahan": "kelurahan",
    "proxy": "proxy_name",
}
_LENGTHS = {"id": 20, "npwp": 20, "phone": 30, "kecamatan": 40, "kelurahan": 40}
_NIK = re.compile(r"\d{16}")
MOST = 500


@dataclass(frozen=True)
class Changed:
    """New answers of a form: row is the one that they take the place of, changes {field: [old, new]}."""

    row: Any
    step: str
    form: Form
    loaded: dict[str, Any]
    changes: dict[str, list[Any]]


def changed_applicant(unit: Unit, given: Mapping[str, Any]) -> dict[str, list[Any]]:
    """{field: [old, new]} of what differs. Raises Invalid."""
    errors: dict[str, list[str]] = {}
    changes: dict[str, list[Any]] = {}
    for name, value in given.items():
        if name not in APPLICANT_FIELDS:
            errors[str(name)[:100]] = ["Isian tidak dikenal."]
            continue
        new = " ".join(str(value or "").split()) or None
        old = getattr(unit.case, APPLICANT_FIELDS[name])
        if name == "name" and new is None:
            errors[name] = ["Nama pemohon wajib diisi."]
        elif name == "id" and new is not None and new != old and not _NIK.fullmatch(new):
            errors[name] = ["NIK terdiri dari 16 angka."]
        elif "\0" in (new or ""):
            errors[name] = ["Isian tidak dikenal."]
        elif len(new or "") > _LENGTHS.get(name, MOST):
            errors[name] = [f"Paling banyak {_LENGTHS.get(name, MOST)} huruf."]
        elif new != old:
            changes[name] = [old, new]
    if errors:
        raise Invalid(errors)
    if not changes:
        raise Invalid({"": ["Tidak ada data yang berubah."]})
    return changes


def write_applicant(unit: Unit, changes: Mapping[str, list[Any]]) -> None:
    """Put the new values onto the case, and onto its open tasks where they go by the kecamatan."""
    case = unit.case
    for name, (_, new) in changes.items():
        setattr(case, APPLICANT_FIELDS[name], new)
    case.applicant_key = case.applicant_name.lower()
    if "kecamatan" not in changes:
        return
    here = tasks.c.case_id == case.id, tasks.c.state == "open"
    unit.connection.execute(update(tasks).where(*here).values(kecamatan=case.kecamatan))
    if case.kecamatan:
        mine = tasks.c.group_key.startswith("camat:", autoescape=True)
        unit.connection.execute(update(tasks).where(*here, mine).values(group_key=f"camat:{case.kecamatan}"))


def changed_answers(unit: Unit, args: Mapping[str, Any]) -> Changed:
    """The newest answers of a form with these values instead. Raises Invalid."""
    ident, values = args.get("answer"), args.get("values")
    row = None
    if type(ident) is int and 0 < ident < 2**63:
        query = select(answers).where(answers.c.id == ident, answers.c.case_id == unit.case.id)
        row = unit.connection.execute(query).one_or_none()
    if row is None or not isinstance(values, Mapping):
        raise Invalid({"answer": ["Pilih jawaban yang diperbaiki."]})
    newest = select(func.max(answers.c.id)).where(answers.c.case_id == unit.case.id, answers.c.form == row.form)
    if unit.connection.execute(newest).scalar_one() != row.id:
        raise Invalid({"answer": ["Sudah ada jawaban yang lebih baru dari formulir ini."]})
    task = unit.connection.execute(select(tasks).where(tasks.c.id == row.task_id)).one_or_none()
    if task is not None and unit.version.element(task.process, task.element).multi_instance is not None:
        raise Invalid({"answer": ["Jawaban instansi hanya dapat diubah oleh instansinya sendiri."]})
    form = unit.version.form(row.form)
    loaded = form.load(values, form_context(unit.case))
    if form.decision is not None and loaded.get(form.decision.key) != row.data.get(form.decision.key):
        raise Invalid({form.decision.key: ["Keputusan tidak diubah di sini: kembalikan permohonan ke langkah itu."]})
    keys = [key for key in {**row.data, **loaded} if row.data.get(key) != loaded.get(key)]
    if not keys:
        raise Invalid({"": ["Tidak ada jawaban yang berubah."]})
    changes = {key: [row.data.get(key), loaded.get(key)] for key in keys}
    return Changed(row, task.name if task is not None else form.title, form, loaded, changes)


def write_answers(unit: Unit, found: Changed) -> None:
    """A new row beside the old one; gateways still ahead read the new values, decisions that were made stand."""
    assert unit.by is not None
    case, form = unit.case, found.form
    row = {"case_id": case.id, "task_id": found.row.task_id, "form": form.key, "data": found.loaded}
    unit.connection.execute(insert(answers).values(**row, by_id=unit.by.id, at=unit.now))
    note_place(unit, form.key, form, found.loaded)
    if form.has_requirements:
        missing = form.missing(found.loaded, form_context(case))
        case.facts = {**case.facts, "kurang": [item.label for item in missing]}
    read = {name: found.loaded[name] for name in found.changes if name in unit.bundle.reads and name in found.loaded}
    if read and case.run is not None:
        unit.run.correct(read)
        case.run = unit.run.dump()
