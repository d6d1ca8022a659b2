"""When a field is shown, as far as a page can know it: a tree for the script, and words for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask_babel import gettext

from engine.forms import Field, Form
from engine.forms.feel import Condition, Tree, from_tree, known


class Showing(NamedTuple):
    """never: no answer on this page can show it; hide_when: tree for the script, None where it stands for itself;
    words: when to fill it in, "" when always; by_decision: it depends on which button will be pressed."""

    never: bool = False
    hide_when: Tree | None = None
    words: str = ""
    by_decision: bool = False


def showing(form: Form, condition: Condition | None, context: Mapping[str, Any] | None) -> Showing:
    """Showing of one part of a form.

    The decision is taken by pressing a button, after all fields are filled in. So a field that some outcome needs is
    shown, with the outcomes that need it named; the server drops it for the others.
    """
    if condition is None:
        return Showing()
    facts = {name: (context or {}).get(name) for name in form.outside}
    tree = fold(known(condition.tree, facts))
    outcomes: list[str] = []
    decision = form.decision
    by_decision = decision is not None and decision.key in condition.names
    if decision is not None and by_decision:
        trees = [fold(known(tree, {decision.key: value})) for value in decision.values]
        pairs = list(zip(decision.values, trees, strict=True))
        outcomes = [decision.label_of(value) for value, outcome in pairs if not _is(outcome, True)]
        tree = fold(_all(trees))
        if len(outcomes) == len(pairs):
            outcomes = []
    if tree[0] == "value":
        return Showing(never=tree[1] is True, words=_outcome_words(outcomes), by_decision=by_decision)
    words = _outcome_words(outcomes) or _words(form, tree)
    return Showing(hide_when=tree, words=words, by_decision=bool(outcomes))


def own(condition: Condition | None, around: Condition | None) -> Condition | None:
    """What a part adds to the condition of the group it stands in: the group's own frame hides it already."""
    if condition is None or around is None or condition.tree is around.tree:
        return None if around is not None else condition
    tree = condition.tree
    return from_tree(tree[2]) if tree[0] == "or" and tree[1] is around.tree else condition


def fold(tree: Tree) -> Tree:
    """The same tree with all that can be known already worked out."""
    if tree[0] in ("value", "name"):
        return tree
    parts = [fold(part) for part in tree[1:]]
    folded: Tree = [tree[0], *parts]
    if all(part[0] == "value" for part in parts):
        return ["value", from_tree(folded).evaluate({})]
    for one, other in (parts, parts[::-1]) if len(parts) == 2 else ():
        if tree[0] == "and" and one[0] == "value":
            return ["value", False] if one[1] is False else other if one[1] is True else folded
        if tree[0] == "or" and one[0] == "value":
            return ["value", True] if one[1] is True else other if one[1] is False else folded
    return folded


def _all(trees: list[Tree]) -> Tree:
    """True where all are; the same tree is taken once."""
    different = [tree for place, tree in enumerate(trees) if tree not in trees[:place]]
    joined = different[0]
    for tree in different[1:]:
        joined = ["and", joined, tree]
    return joined


def _is(tree: Tree, value: object) -> bool:
    return bool(tree[0] == "value" and tree[1] is value)


def _outcome_words(outcomes: list[str]) -> str:
    if not outcomes:
        return ""
    return gettext("Diisi bila Anda memilih %(pilihan)s.", pilihan=_or([f"“{outcome}”" for outcome in outcomes]))


def _words(form: Form, hide: Tree) -> str:
    said = _shown(form, hide)
    return gettext("Diisi bila %(syarat)s.", syarat=said) if said else gettext("Diisi bila berlaku.")


def _or(texts: list[str]) -> str:
    return f" {gettext('atau')} ".join(texts)


def _shown(form: Form, hide: Tree) -> str | None:
    """The opposite of a hide condition in words; None for what has no short words."""
    kind = hide[0]
    if kind in ("or", "and"):
        both = [_shown(form, part) for part in hide[1:]]
        texts = [text for text in both if text]
        if len(texts) < len(both):
            return None
        return _or(texts) if kind == "and" else f" {gettext('dan')} ".join(texts)
    inner = hide[1] if kind == "not" else hide
    if inner[0] == "contains" and inner[1][0] == "name" and inner[2][0] == "value" and kind == "not":
        field = form.by_key.get(inner[1][1])
        return None if field is None else f"{field.label}: {field.label_of(str(inner[2][1]))}"
    if inner[0] == "name":
        return _ticked(form.by_key.get(inner[1]), kind == "not")
    if kind == "not" or inner[1][0] != "name" or inner[2][0] != "value":
        return None
    field = form.by_key.get(inner[1][1])
    return None if field is None else _compared(field, kind, inner[2][1])


def _ticked(field: Field | None, shown_when: bool) -> str | None:
    if field is None or field.type != "checkbox":
        return None
    word = gettext("dicentang") if shown_when else gettext("tidak dicentang")
    return f"“{field.label}” {word}"


def _compared(field: Field, hidden_when: str, value: Any) -> str | None:
    if isinstance(value, bool):
        return _ticked(field, (hidden_when == "!=") == value) if hidden_when in ("=", "!=") else None
    if value is None:
        return gettext("%(isian)s diisi", isian=field.label) if hidden_when == "=" else None
    if hidden_when == "!=":
        return f"{field.label}: {field.label_of(str(value))}"
    if hidden_when == "=":
        return gettext("%(isian)s bukan %(nilai)s", isian=field.label, nilai=field.label_of(str(value)))
    shown = str(value).replace(".", ",")
    return {
        "<": gettext("%(isian)s paling sedikit %(nilai)s", isian=field.label, nilai=shown),
        "<=": gettext("%(isian)s lebih dari %(nilai)s", isian=field.label, nilai=shown),
        ">": gettext("%(isian)s paling banyak %(nilai)s", isian=field.label, nilai=shown),
        ">=": gettext("%(isian)s kurang dari %(nilai)s", isian=field.label, nilai=shown),
    }[hidden_when]
