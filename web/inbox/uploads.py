"""Files that come with a step's form: into the document store, and onto the case's dossier."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from engine.cases import add_document
from engine.dossier import TaskView, example_context
from engine.errors import Invalid
from engine.forms import Field
from web.forms import upload_slots
from web.security import office, person

SLOT = "berkas-"  # a requirement's own upload is called so, with the field's key behind it


def keep_files(
    view: TaskView, typed: Mapping[str, Any], key: str
) -> tuple[dict[str, Any], dict[str, list[str]], int | None]:
    """Stores what was uploaded. Returns the answers with the files in them, a message per field whose file was refused,
    and the case's version after the last file (None: no file came).

    A requirement whose file came is ticked: the file is there.
    """
    answers = dict(typed)
    errors: dict[str, list[str]] = {}
    version = None
    if view.form is None or not request.files:
        return answers, errors, None
    for field in upload_slots(view.form, typed, example_context(view.view)):
        for number, file in enumerate(_sent(field.key)):
            reference, version = _keep(view, field, file, f"{key}-{field.key}-{number}", errors, version)
            if reference and reference not in answers[field.key]:
                answers[field.key] = [*answers[field.key], reference]
    for field in view.form.fields:
        for number, file in enumerate(_sent(SLOT + field.key) if field.requirement else []):
            reference, version = _keep(view, field, file, f"{key}-{field.key}-{number}", errors, version)
            if reference:
                answers[field.key] = True
    return answers, errors, version


def _sent(name: str) -> list[FileStorage]:
    return [file for file in request.files.getlist(name) if file.filename]


def _keep(
    view: TaskView, field: Field, file: FileStorage, key: str, errors: dict[str, list[str]], version: int | None
) -> tuple[str | None, int | None]:
    name = file.filename or gettext("tanpa nama")
    try:
        stored = office().documents.put(file.read(), name=name)
        done = add_document(
            office(), view.view.case.id, field.key, field.label, name, stored, by=person(), key=_short(key)
        )
    except Invalid as refused:
        errors.setdefault(field.key, []).append(f"{name}: {refused.detail}")
        return None, version
    return stored.sha256, done.version


def _short(key: str) -> str:
    """A key of its own for one file of a form: the same file of the same press is added once."""
    return hashlib.sha256(key.encode()).hexdigest()[:48]
