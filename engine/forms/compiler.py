"""form-js JSON -> Form. Whatever a form says and this server would not keep is refused, with the component's id."""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from marshmallow import ValidationError

from engine.forms.failure import FormError
from engine.forms.feel import Condition, any_of, compile_condition
from engine.forms.form import Form
from engine.forms.parts import Field, Group, Part, Text
from engine.forms.questions import plain, question
from engine.forms.schema import marshmallow_field

MAX_BYTES = 262_144
MAX_COMPONENTS = 300
MAX_DEPTH = 8  # groups within groups
MAX_MARKDOWN = 10_000  # characters of one text
IGNORED = frozenset({"button", "separator", "spacer"})
QUESTIONS = frozenset(
    {*("textfield", "textarea", "number", "select", "radio"), *("checkbox", "checklist", "datetime", "filepicker")}
)
# Names that a page needs for itself.
RESERVED = frozenset({"csrf_token", "idempotency_key"})
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}", re.ASCII)
_HEADING = re.compile(r"\s*#{1,2}[ \t]+(?P<title>[^\n]+)\n?(?P<rest>.*)", re.DOTALL)


def compile_form(content: bytes, key: str) -> Form:
    """The Form of a form-js schema (UTF-8 JSON). key: its path below forms/ without `.json` (`umum/periksa_berkas`).

    The title is the heading that the form's first text begins with (`# Periksa berkas`), else the key's last word.
    Raises: FormError.
    """
    try:
        document = _document(content)
        title, parts = _titled(_Reader().parts(document.get("components"), None, 0))
        form = Form(key, title or key.rpartition("/")[2].replace("_", " ").capitalize(), parts)
        for field in form.fields:
            _check_default(field)
        if not form.fields:
            raise FormError("formulir tidak menanyakan apa pun")
        return form
    except FormError as error:
        raise FormError(error.message, error.component, key) from None


def _document(content: bytes) -> Mapping[str, Any]:
    if len(content) > MAX_BYTES:
        raise FormError(f"berkas formulir lebih dari {MAX_BYTES // 1024} KiB")
    try:
        document = json.loads(content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError, ValueError) as error:
        raise FormError(f"bukan JSON yang sah: {error}") from None
    if not isinstance(document, dict) or document.get("type") != "default":
        raise FormError('bukan formulir form-js ("type": "default")')
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("nama yang sama ditulis dua kali")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} bukan angka")


def _titled(parts: tuple[Part, ...]) -> tuple[str, tuple[Part, ...]]:
    """The title in a first text, and the parts without it."""
    first = parts[0] if parts else None
    match = _HEADING.fullmatch(first.markdown) if isinstance(first, Text) else None
    if not isinstance(first, Text) or match is None:
        return "", parts
    rest = match["rest"].strip()
    return match["title"].strip(), (*((replace(first, markdown=rest),) if rest else ()), *parts[1:])


class _Reader:
    """Walks the components, counting them."""

    def __init__(self) -> None:
        self.count = 0

    def parts(self, components: Any, around: Condition | None, depth: int) -> tuple[Part, ...]:
        if not isinstance(components, list):
            raise FormError('"components" harus berupa daftar')
        if depth > MAX_DEPTH:
            raise FormError(f"kelompok bertingkat lebih dari {MAX_DEPTH}")
        return tuple(part for component in components for part in self.part(component, around, depth))

    def part(self, component: Any, around: Condition | None, depth: int) -> tuple[Part, ...]:
        self.count += 1
        if self.count > MAX_COMPONENTS:
            raise FormError(f"lebih dari {MAX_COMPONENTS} komponen")
        if not isinstance(component, dict):
            raise FormError("ada komponen yang bukan objek")
        name = str(component.get("id") or component.get("key") or f"ke-{self.count}")[:100]
        try:
            return self.made(component, name, around, depth)
        except FormError as error:
            raise FormError(error.message, error.component or name) from None

    def made(self, component: Mapping[str, Any], name: str, around: Condition | None, depth: int) -> tuple[Part, ...]:
        kind = component.get("type")
        if kind in IGNORED:
            return ()
        hide = any_of(around, _hide(component))
        if kind == "text":
            return (Text(name, plain(component, "text", MAX_MARKDOWN, lines=True), hide),)
        if kind == "group":
            if component.get("path"):
                raise FormError('"path" pada kelompok belum didukung: isian harus rata')
            return (
                Group(
                    name, plain(component, "label", 200), self.parts(component.get("components"), hide, depth + 1), hide
                ),
            )
        if kind not in QUESTIONS:
            raise FormError(f"komponen {str(kind)[:40]!r} belum didukung")
        return (replace(question(component, name, _key(component)), conditional=hide),)


def _hide(component: Mapping[str, Any]) -> Condition | None:
    conditional = component.get("conditional")
    if conditional is None or conditional == {}:
        return None
    hide = conditional.get("hide") if isinstance(conditional, dict) else None
    if not isinstance(hide, str) or not hide.startswith("="):
        raise FormError('"conditional" harus berisi "hide" yang diawali tanda "="')
    return compile_condition(hide)


def _key(component: Mapping[str, Any]) -> str:
    key = component.get("key")
    if not isinstance(key, str) or not _KEY.fullmatch(key) or keyword.iskeyword(key):
        raise FormError("nama isian (key) harus huruf, angka dan garis bawah, paling banyak 64, diawali huruf")
    if key in RESERVED:
        raise FormError(f"nama isian {key!r} dipakai oleh halaman")
    return key


def _check_default(field: Field) -> None:
    if field.default is None:
        return
    try:
        marshmallow_field(field, required=False).deserialize(field.default)
    except ValidationError as error:
        raise FormError(f"isian awal tidak sah: {'; '.join(map(str, error.messages))}", field.id) from None
