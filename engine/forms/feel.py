"""The part of FEEL that hides fields: comparisons, and, or, not(...), list contains(list, x).

FEEL knows three truths, true, false and null; a comparison with something absent or of another kind is null, and only
`true` hides (as form-js does it). Whatever is not in this subset is refused when the form is compiled, not later.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from engine.forms.failure import FormError

MAX_LENGTH = 1_000  # characters of one condition
MAX_DEPTH = 20  # nested parentheses
MAX_TOKENS = 200
# Plain lists, so that a page can carry the tree as JSON: ["name", x], ["value", v], ["not", t], [op, left, right].
Tree: TypeAlias = list[Any]
Facts: TypeAlias = Mapping[str, Any]
Evaluate: TypeAlias = Callable[[Facts], Any]

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<number>-?\d{1,15}(?:\.\d{1,9})?(?![\w.]))
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<mark><=|>=|!=|[=<>(),]))""",
    re.VERBOSE | re.ASCII,
)
_ESCAPES = {'\\"': '"', "\\\\": "\\", "\\n": "\n", "\\t": "\t"}
_WORDS = {"true": True, "false": False, "null": None}
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition. source: as written, without the leading `=`; names: what it reads; tree: see Tree."""

    source: str
    names: frozenset[str]
    tree: Tree
    evaluate: Evaluate

    def holds(self, facts: Facts) -> bool:
        """True only when the condition is true; unknown names are null."""
        return self.evaluate(facts) is True


def compile_condition(source: str) -> Condition:
    """Condition of a FEEL text, with or without the `=` that form-js puts first. Raises: FormError."""
    text = source.strip()
    text = text.removeprefix("=")
    if not text.strip():
        raise FormError("syarat tampil kosong")
    if len(text) > MAX_LENGTH:
        raise FormError(f"syarat tampil terlalu panjang (paling banyak {MAX_LENGTH} huruf)")
    return from_tree(_Parser(_tokens(text)).whole(), text.strip())


def from_tree(tree: Tree, source: str = "") -> Condition:
    """Condition of a tree made by this module, e.g. by `known`."""
    return Condition(source, frozenset(_names(tree)), tree, _closure(tree))


def any_of(first: Condition | None, second: Condition | None) -> Condition | None:
    """True where one of both is; a field in a hidden group is hidden too."""
    if first is None or second is None:
        return first or second
    return from_tree(["or", first.tree, second.tree], f"({first.source}) or ({second.source})")


def known(tree: Tree, facts: Facts) -> Tree:
    """The tree with every name of `facts` replaced by its value (null for what is no scalar or list of scalars)."""
    if tree[0] == "name":
        return ["value", _plain(facts[tree[1]])] if tree[1] in facts else tree
    if tree[0] == "value":
        return tree
    return [tree[0], *(known(part, facts) for part in tree[1:])]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value if not isinstance(item, list | tuple | dict)]
    return None


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise FormError(f"syarat tampil tidak dikenal mulai {text[at:].strip()[:20]!r}")
        found.append((match.lastgroup, match.group(match.lastgroup)))
        at = match.end()
        if len(found) > MAX_TOKENS:
            raise FormError(f"syarat tampil terlalu rumit (paling banyak {MAX_TOKENS} kata)")
    return found


class _Parser:
    """Recursive descent: or < and < comparison < value."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = [*tokens, ("end", "")]
        self.at = 0
        self.depth = 0

    def whole(self) -> Tree:
        tree = self.either()
        if self.tokens[self.at][0] != "end":
            raise FormError(f"syarat tampil: tidak paham {self.tokens[self.at][1]!r}")
        return tree

    def next_is(self, *words: str) -> str | None:
        kind, text = self.tokens[self.at]
        if kind in ("name", "mark") and text in words:
            self.at += 1
            return text
        return None

    def must(self, word: str) -> None:
        if self.next_is(word) is None:
            raise FormError(f"syarat tampil: {word!r} belum ada sebelum {self.tokens[self.at][1] or 'akhir'!r}")

    def either(self) -> Tree:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormError(f"syarat tampil bertingkat lebih dari {MAX_DEPTH}")
        tree = self.both()
        while self.next_is("or"):
            tree = ["or", tree, self.both()]
        self.depth -= 1
        return tree

    def both(self) -> Tree:
        tree = self.compared()
        while self.next_is("and"):
            tree = ["and", tree, self.compared()]
        return tree

    def compared(self) -> Tree:
        left = self.value()
        mark = self.next_is(*COMPARISONS)
        return left if mark is None else [mark, left, self.value()]

    def value(self) -> Tree:
        if self.next_is("("):
            tree = self.either()
            self.must(")")
            return tree
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "string":
            return ["value", re.sub(r"\\.", _unescape, text[1:-1])]
        if kind == "number":
            return ["value", float(text) if "." in text else int(text)]
        if kind == "name":
            return self.named(text)
        raise FormError(f"syarat tampil: tidak paham {text or 'akhir kalimat'!r}")

    def named(self, text: str) -> Tree:
        if text in _WORDS:
            return ["value", _WORDS[text]]
        if text == "not":
            self.must("(")
            tree: Tree = ["not", self.either()]
            self.must(")")
            return tree
        if text == "list" and self.next_is("contains"):
            self.must("(")
            left = self.either()
            self.must(",")
            tree = ["contains", left, self.either()]
            self.must(")")
            return tree
        if text in ("and", "or"):
            raise FormError(f"syarat tampil: {text!r} tanpa bagian kiri")
        if self.tokens[self.at] == ("mark", "("):
            raise FormError(f"syarat tampil: fungsi {text!r} belum didukung")
        return ["name", text]


def _unescape(match: re.Match[str]) -> str:
    if match.group() not in _ESCAPES:
        raise FormError(f"syarat tampil: {match.group()!r} tidak dikenal di dalam tanda petik")
    return _ESCAPES[match.group()]


def _names(tree: Tree) -> list[str]:
    if tree[0] == "name":
        return [tree[1]]
    return [] if tree[0] == "value" else [name for part in tree[1:] for name in _names(part)]


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "list" if isinstance(value, list | tuple) else "null" if value is None else "other"


def _equal(left: Any, right: Any) -> bool | None:
    if left is None or right is None:
        return left is right
    return bool(left == right) if _kind(left) == _kind(right) else None


def _ordered(mark: str, left: Any, right: Any) -> bool | None:
    if _kind(left) != _kind(right) or _kind(left) not in ("number", "string"):
        return None
    if mark == "<":
        return bool(left < right)
    if mark == "<=":
        return bool(left <= right)
    return bool(left > right) if mark == ">" else bool(left >= right)


def _opposite(value: Any) -> bool | None:
    return None if value is not True and value is not False else not value


def _and(left: Any, right: Any) -> bool | None:
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def _or(left: Any, right: Any) -> bool | None:
    if left is True or right is True:
        return True
    return False if left is False and right is False else None


def _contains(items: Any, wanted: Any) -> bool | None:
    return None if not isinstance(items, list | tuple) else any(_equal(item, wanted) is True for item in items)


def _closure(tree: Tree) -> Evaluate:
    kind = tree[0]
    if kind == "value":
        constant = tree[1]
        return lambda facts: constant
    if kind == "name":
        name = tree[1]
        return lambda facts: facts.get(name)
    left = _closure(tree[1])
    if kind == "not":
        return lambda facts: _opposite(left(facts))
    right = _closure(tree[2])
    if kind == "and":
        return lambda facts: _and(left(facts), right(facts))
    if kind == "or":
        return lambda facts: _or(left(facts), right(facts))
    if kind == "contains":
        return lambda facts: _contains(left(facts), right(facts))
    if kind == "=":
        return lambda facts: _equal(left(facts), right(facts))
    if kind == "!=":
        return lambda facts: _opposite(_equal(left(facts), right(facts)))
    return lambda facts: _ordered(kind, left(facts), right(facts))
