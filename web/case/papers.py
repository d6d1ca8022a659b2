"""The dossier of a case: its documents under what they are, and what may still be added."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from engine.dossier import CaseView
from web.case import words
from web.kit import angka

OTHER = "lainnya"


def dossier(view: CaseView) -> list[dict[str, Any]]:
    """Documents, the newest first: {id, label, name, size, who, at, scan}."""
    return [
        {
            "id": row.id,
            "label": row.title or words.letter(row.kind),
            "name": row.file_name,
            "size": size_words(row.size),
            "who": row.person or gettext("sistem"),
            "at": row.at,
            "scan": row.scan,
        }
        for row in reversed(view.documents)
    ]


def kinds_of(view: CaseView) -> list[dict[str, str]]:
    """What a document can be added as: the requirements of the case's forms, and "other"."""
    items = [{"value": key, "text": label} for key, label in requirements(view).items()]
    return [*items, {"value": OTHER, "text": gettext("Berkas lain")}]


def requirements(view: CaseView) -> dict[str, str]:
    """Requirement code -> label, from all forms of the case's version."""
    found: dict[str, str] = {}
    keys = {
        element.properties["form"]
        for process in view.version.processes.values()
        for element in process.elements.values()
        if element.properties.get("form")
    }
    for key in sorted(keys):
        if f"forms/{view.version.form_key(key)}.json" in view.version.bundle.files:
            form = view.version.form(key)
            found.update({field.key: field.label for field in form.fields if field.requirement})
    return found


def size_words(size: int) -> str:
    """Bytes as people say them."""
    return f"{angka(size / 1_000_000)} MB" if size >= 1_000_000 else f"{angka(max(1, round(size / 1000)))} kB"
