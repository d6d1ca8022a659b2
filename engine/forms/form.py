"""Form: one compiled form. Page, API, replay and tests all ask it the same questions."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from marshmallow import Schema, ValidationError

from engine.errors import Invalid
from engine.forms.example import Maker, maker
from engine.forms.failure import FormError
from engine.forms.parts import Field, Group, Part, Requirement
from engine.forms.schema import marshmallow_field, schema_class

_FORM_UNKNOWN = "Isian tidak dikenal."
_MOST_UNKNOWN = 20  # names that one refusal lists
_VARIANTS = 64  # schemas kept for different sets of hidden fields
_SELDOM = 0.5  # share of optional fields that an example fills


def is_site(key: str) -> bool:
    """Whether a question of this name asks for the address of the place: `alamat_usaha`, `alamat_bangunan`, ..."""
    return key.startswith("alamat_")


class Form:
    """A form of one process version; immutable, safe to share between threads.

    key: path below forms/ without `.json`; title: plain text; parts: what is shown, in order, groups nested; fields:
    all questions, flat, in order. Raises FormError when made from parts that contradict each other.

    Answers are what people sent (strings of a page or JSON values); `load` gives what is stored. `context` holds facts
    of the case that conditions may read; a field of the same name hides such a fact.
    """

    def __init__(self, key: str, title: str, parts: tuple[Part, ...]) -> None:
        self.key = key
        self.title = title
        self.parts = parts
        self.fields: tuple[Field, ...] = tuple(_flat(parts))
        self.by_key: Mapping[str, Field] = {field.key: field for field in self.fields}
        if len(self.by_key) < len(self.fields):
            raise FormError("dua isian memakai nama yang sama")
        decisions = [field for field in self.fields if field.decision]
        if len(decisions) > 1:
            raise FormError("hanya satu isian boleh menjadi keputusan", decisions[1].id)
        self.decision: Field | None = decisions[0] if decisions else None
        self.has_requirements: bool = any(field.requirement for field in self.fields)
        self._ordered = _in_order(self.fields, self.by_key)
        self._conditional = tuple(field for field in self._ordered if field.conditional)
        read = {name for field in self._conditional if field.conditional for name in field.conditional.names}
        # Only what some condition reads (and what those conditions read in turn) has to be understood before loading.
        self._watched = tuple(field for field in self._ordered if field.conditional or field.key in read)
        self._rules = {field.key: marshmallow_field(field, required=False) for field in self.fields}
        self._makers: tuple[tuple[Field, Maker], ...] = tuple((field, maker(field)) for field in self._ordered)
        self._variants: dict[frozenset[str], Schema] = {}
        self.outside: frozenset[str] = frozenset(read - set(self.by_key))  # facts of the case that conditions read

    @property
    def site(self) -> Field | None:
        """The question for the address of the place that the case is about, which need not be the applicant's."""
        return next((field for field in self.fields if is_site(field.key)), None)

    @cached_property
    def schema(self) -> type[Schema]:
        """The marshmallow class for OpenAPI. Fields that may be hidden are optional in it; `load` is stricter."""
        return schema_class(_schema_name(self.key), ((f, f.required and f.conditional is None) for f in self.fields))

    def load(self, answers: Mapping[str, Any], context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What is stored of answers: visible fields only, empty ones left out (unticked is False, none ticked is []).

        Raises: Invalid with a message per field; for names that are not in the form too.
        """
        given = {key: value for key, value in answers.items() if not _empty(value)}
        hidden = self._hidden(given, context) if self._conditional else frozenset()
        for key in hidden:
            given.pop(key, None)
        try:
            loaded: dict[str, Any] = self._schema_without(hidden).load(given)
        except ValidationError as error:
            raise Invalid(_messages(error.messages)) from None
        return loaded

    def visible(self, answers: Mapping[str, Any], context: Mapping[str, Any] | None = None) -> frozenset[str]:
        """Keys of the fields that are asked, given these answers."""
        return frozenset(self.by_key) - self._hidden(answers, context)

    def missing(self, answers: Mapping[str, Any], context: Mapping[str, Any] | None = None) -> list[Requirement]:
        """Requirements that this case must bring and that are not ticked, in the form's order."""
        if not self.has_requirements:
            return []
        hidden = self._hidden(answers, context)
        return [
            Requirement(field.key, field.label)
            for field in self.fields
            if field.requirement == "wajib" and field.key not in hidden and self._understood(field, answers) is not True
        ]

    def facts(self, answers: Mapping[str, Any], context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What conditions see: the context, and over it every field, null where hidden, empty or not understood."""
        facts: dict[str, Any] = dict(context or {})
        for field in self._ordered:
            hidden = field.conditional is not None and field.conditional.holds(facts)
            facts[field.key] = None if hidden else self._understood(field, answers)
        return facts

    def example(self, rng: random.Random, context: Mapping[str, Any] | None = None, **fixed: Any) -> dict[str, Any]:
        """Valid answers, about half of the optional fields filled; the same for the same rng. `fixed` wins over chance.

        A fixed None leaves a field empty; `decision` stands for the decision field. Raises: KeyError (no such field).
        """
        if "decision" in fixed and "decision" not in self.by_key and self.decision:
            fixed[self.decision.key] = fixed.pop("decision")
        for name in fixed:
            self.by_key[name]
        facts: dict[str, Any] = dict(context or {}) if self._conditional else {}
        answers: dict[str, Any] = {}
        for field, make in self._makers:
            key = field.key
            if field.conditional is not None and field.conditional.holds(facts):
                facts[key] = None
                continue
            if key in fixed:
                value = fixed[key]
            elif field.required or field.type == "checkbox" or rng.random() < _SELDOM:
                value = make(rng)
            else:
                value = None
            if value is not None:
                answers[key] = value
            facts[key] = value if value is not None else _nothing(field)
        return answers

    def _hidden(self, answers: Mapping[str, Any], context: Mapping[str, Any] | None) -> frozenset[str]:
        if not self._conditional:
            return frozenset()
        facts: dict[str, Any] = dict(context or {})
        hidden = set()
        for field in self._watched:
            if field.conditional is not None and field.conditional.holds(facts):
                hidden.add(field.key)
                facts[field.key] = None
            else:
                facts[field.key] = self._understood(field, answers)
        return frozenset(hidden)

    def _understood(self, field: Field, answers: Mapping[str, Any]) -> Any:
        value = answers.get(field.key)
        if _empty(value):
            return _nothing(field)
        try:
            return self._rules[field.key].deserialize(value)
        except ValidationError:
            return None

    def _schema_without(self, hidden: frozenset[str]) -> Schema:
        schema = self._variants.get(hidden)
        if schema is None:
            if len(self._variants) >= _VARIANTS:
                self._variants.clear()
            shown = ((field, field.required) for field in self.fields if field.key not in hidden)
            schema = self._variants[hidden] = schema_class(_schema_name(self.key), shown)()
        return schema


def form_names(form: Form) -> frozenset[str]:
    """The names that a case may get from this form: keys of all fields."""
    return frozenset(form.by_key)


def _empty(value: Any) -> bool:
    return (
        value is None
        or (isinstance(value, str) and not value.strip())
        or (isinstance(value, list | tuple) and not value)
    )


def _nothing(field: Field) -> Any:
    """What a condition sees of a field left empty."""
    return False if field.type == "checkbox" else [] if field.type in ("checklist", "upload") else None


def _flat(parts: Iterable[Part]) -> Iterable[Field]:
    for part in parts:
        if isinstance(part, Field):
            yield part
        elif isinstance(part, Group):
            yield from _flat(part.parts)


def _in_order(all_fields: tuple[Field, ...], by_key: Mapping[str, Field]) -> tuple[Field, ...]:
    """Every field after those its condition reads; a hidden field counts as empty, so the order decides."""
    done: dict[str, Field] = {}
    waiting: set[str] = set()

    def place(field: Field) -> None:
        if field.key in done:
            return
        if field.key in waiting:
            raise FormError("syarat tampil saling menunggu (berputar)", field.id)
        waiting.add(field.key)
        if field.conditional:
            for name in sorted(field.conditional.names & by_key.keys()):
                place(by_key[name])
        done[field.key] = field

    for field in all_fields:
        place(field)
    return tuple(done.values())


def _schema_name(key: str) -> str:
    return "".join(word.capitalize() for word in key.replace("/", "_").replace("-", "_").split("_")) or "Form"


def _messages(found: Any) -> dict[str, list[str]]:
    """Marshmallow's messages, flat: those of a list's items stand at the list."""
    messages: dict[str, list[str]] = {}
    unknown = 0
    for key, said in found.items() if isinstance(found, dict) else [("", found)]:
        texts = _texts(said)
        if texts == [_FORM_UNKNOWN]:
            unknown += 1
            if unknown > _MOST_UNKNOWN:
                continue
        messages["" if key == "_schema" else str(key)[:100]] = texts
    return messages


def _texts(said: Any) -> list[str]:
    if isinstance(said, dict):
        return list(dict.fromkeys(text for part in said.values() for text in _texts(part)))
    return [str(text) for text in said] if isinstance(said, list) else [str(said)]
