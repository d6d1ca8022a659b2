"""The words of messages: one file a template and language, `processes/shared/pesan/<template>.<id|en>.txt`.

    Perihal: Resi {{ resi }}
    SMS: {{ kantor }}: permohonan diterima, resi {{ resi }}.
    Lampiran: undangan

    The text of the e-mail.

Lines before the first empty one are `Perihal` (subject), `SMS` (the short text for telephones) and, where a letter
goes along, `Lampiran` (kinds of documents, with commas). The places are facts of the message (processes/README.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.letters.renderer import LetterError
from engine.letters.templates import fill_text
from engine.messages.words import FILTERS, LANGUAGES

FOLDER = Path("shared") / "pesan"
SMS_LENGTH = 306  # two parts of a long SMS
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_HEAD = re.compile(r"(Perihal|SMS|Lampiran): *(.+)")
_LINK = re.compile(r"\s*https?://\S+\s*$")


class TextError(Exception):
    """A message without words, or with words that cannot be used; the text is for staff."""


@dataclass(frozen=True)
class Message:
    """What is sent: subject and body of the e-mail, the short text for telephones, kinds of documents to attach."""

    subject: str
    body: str
    short: str
    attached: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Source:
    subject: str
    short: str
    attached: tuple[str, ...]
    body: str


def template_names(processes_dir: Path) -> frozenset[str]:
    """Templates that exist in every language."""
    found = [{path.name.split(".")[0] for path in _folder(processes_dir).glob(f"*.{lang}.txt")} for lang in LANGUAGES]
    return frozenset(set.intersection(*found))


def write_message(
    processes_dir: Path, template: str, language: str, data: Mapping[str, Any], office_name: str
) -> Message:
    """The message in a language, with `data` as the outbox row holds it. Raises TextError."""
    if not _NAME.fullmatch(template):
        raise TextError(f"Nama pesan '{template}' tidak dikenal.")
    path = _folder(processes_dir) / f"{template}.{language}.txt"
    try:
        source = _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        raise TextError(f"Tidak ada kata-kata untuk pesan '{template}' ({FOLDER / path.name}).") from None
    facts = {name: value for name, value in data.items() if value is not None and value != ""}
    facts["kantor"] = office_name
    filters = FILTERS[language]

    def put(part: str, text: str) -> str:
        try:
            return fill_text(f"{path.name} {part}", text, facts, filters)
        except LetterError as error:
            raise TextError(str(error)) from error

    return Message(
        subject=_line(put("perihal", source.subject)),
        body=f"{put('isi', source.body).strip()}\n\n-- \n{office_name}\n",
        short=_cut(_line(put("sms", source.short))),
        attached=source.attached,
    )


def _folder(processes_dir: Path) -> Path:
    return processes_dir / FOLDER


@lru_cache(maxsize=256)
def _read(path: Path, stamp: int) -> _Source:
    """Raises TextError where head or body is missing."""
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    found: dict[str, str] = {}
    for line in head.splitlines():
        match = _HEAD.fullmatch(line.strip())
        if match is None:
            raise TextError(f"{path.name}: baris '{line[:60]}' bukan Perihal, SMS, atau Lampiran.")
        found[match[1]] = match[2]
    if "Perihal" not in found or "SMS" not in found or not body.strip():
        raise TextError(f"{path.name}: harus ada Perihal, SMS, baris kosong, lalu isi.")
    kinds = tuple(part.strip() for part in found.get("Lampiran", "").split(",") if part.strip())
    return _Source(found["Perihal"], found["SMS"], kinds, body)


def _line(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str) -> str:
    """Short enough for a telephone; an address at the end stays whole."""
    if len(text) <= SMS_LENGTH:
        return text
    link = _LINK.search(text)
    tail = f" {link[0].strip()}" if link and len(link[0]) < SMS_LENGTH - 40 else ""
    words = text[: link.start()] if link and tail else text
    return words[: SMS_LENGTH - 3 - len(tail)].rstrip() + "..." + tail
