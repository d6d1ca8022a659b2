"""What a form is made of, as the page, the check and the replay see it: fields, texts and groups. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from engine.forms.feel import Condition

TEXT_LIMIT = 2_000  # characters of a text field that states no limit of its own
LONG_TEXT_LIMIT = 10_000  # the same for a textarea
PATTERN_TEXT_LIMIT = 200  # a field with a pattern is matched by a regular expression: short text only
NUMBER_LIMIT = 1_000_000_000_000  # every number lies between minus this and this (a million million)
FILES_LIMIT = 20  # files of one upload slot
OPTIONS_LIMIT = 500

# Types of Field. `date`, `time` and `datetime` are form-js's one `datetime`; `upload` its filepicker.
TEXT_TYPES = frozenset({"textfield", "textarea", "date", "time", "datetime"})
CHOICE_TYPES = frozenset({"select", "radio", "checklist"})
TYPES = TEXT_TYPES | CHOICE_TYPES | {"number", "checkbox", "upload"}


class Option(NamedTuple):
    """One choice: the value that is stored and what people read."""

    value: str
    label: str


class Requirement(NamedTuple):
    """One item of the dossier's checklist."""

    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question of a form.

    Numbers are int or float (`decimals` digits at most, None: any; 0: whole); money is integer rupiah; dates are ISO
    text (`2016-07-06`), times `14:30` office time, both together `2016-07-06T14:30`; an upload is a list of references
    to stored files.
    """

    key: str
    id: str
    type: str
    label: str
    description: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    conditional: Condition | None = None  # when it is true the field is hidden; includes the conditions of its groups
    min: float | None = None  # numbers: smallest value
    max: float | None = None
    min_length: int = 0  # characters; texts only
    max_length: int = TEXT_LIMIT
    pattern: str | None = None
    check: str | None = None  # "email", "phone", "nik", "npwp" or "geo"
    bounds: tuple[float, float, float, float] | None = None  # geo: south, west, north, east in degrees
    decimals: int | None = None
    unit: str = ""
    money: bool = False
    accept: str = ""  # upload: kinds of file, as in HTML's accept
    multiple: bool = False  # upload: more than one file
    default: str | int | float | bool | None = None
    requirement: str | None = None  # "wajib" or "bila_ada": an item of the dossier's checklist
    decision: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        """Values of the options, in order."""
        return tuple(option.value for option in self.options)

    def label_of(self, value: str) -> str:
        """What people read for an option's value; the value itself when it is not (any more) an option."""
        return next((option.label for option in self.options if option.value == value), value)


@dataclass(frozen=True, slots=True)
class Text:
    """A passage that is only read. markdown: as the designer wrote it (never HTML)."""

    id: str
    markdown: str
    conditional: Condition | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Parts under one legend. conditional: its own and that of the groups around it; its fields carry it as well."""

    id: str
    label: str
    parts: tuple[Part, ...]
    conditional: Condition | None = None


Part: TypeAlias = Field | Text | Group
