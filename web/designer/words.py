"""Words of the catalogue: families of SOPs, kinds of documents, where a fact comes from, what stops a step."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask_babel import gettext

from engine.insight.steps import Step
from web.case.words import service


def family(code: str) -> str:
    """A family of SOPs: "teknis_retribusi" -> "Teknis retribusi"."""
    return code.replace("_", " ").capitalize()


def kind(code: str) -> str:
    """What the office gives."""
    words = {
        "izin": gettext("Izin"),
        "rekomendasi": gettext("Rekomendasi"),
        "pencabutan": gettext("Pencabutan"),
        "non_perizinan": gettext("Layanan non perizinan"),
    }
    return words.get(code, family(code))


def source(text: str | None) -> dict[str, str | None]:
    """A source of permit.yaml as {text, href, state}: an address becomes a link, an assumption a badge."""
    said = str(text or "")
    if said.startswith(("https://", "http://")):
        return {"text": urlsplit(said).hostname or said, "href": said, "state": None}
    if said.startswith("assumed"):
        return {"text": said.removeprefix("assumed").lstrip(": "), "href": None, "state": "assumed"}
    return {"text": said, "href": None, "state": None}


def note(step: Step) -> str:
    """The column Keterangan of one step."""
    parts = []
    if step.operator:
        parts.append(gettext("Otomatis: %(layanan)s", layanan=service(step.operator)))
    if step.several:
        parts.append(gettext("Setiap instansi mengisi sendiri"))
    parts += [f"{way.answer or gettext('selain itu')} → {way.target}" for way in step.ways]
    parts += [f"{way.answer} → {way.target}" for way in step.deadlines]
    return "; ".join(parts)
