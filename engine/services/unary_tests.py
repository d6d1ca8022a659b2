"""The tests in a decision table's cells, a small part of FEEL: `-`, `"x"`, `"a","b"`, `>= 5`, `[1..10]`, `]1..10]`,
`not("x")`. A date, `date("2016-01-01")`, counts as the number of its day."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

Test = Callable[[Any], bool]

MAX_CELL = 1_000
_TOKEN = re.compile(
    r'\s*(?:(?P<date>date\("\d{4}-\d{2}-\d{2}"\))|(?P<string>"(?:[^"\\]|\\.)*")|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>[a-z]+)'
    r"|(?P<sign><=|>=|!=|<|>|=|\.\.|[\[\](),]))"
)
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_WORDS = {"true": True, "false": False, "null": None}


class CellError(ValueError):
    """A cell that cannot be read; the text says what was expected."""


def compile_tests(text: str) -> Test:
    """A test of one value for the cell `text`. Raises CellError."""
    source = text.strip()
    if len(source) > MAX_CELL:
        raise CellError("isi sel terlalu panjang")
    if source in ("", "-"):
        return lambda value: True
    return _Reader(source).whole()


def values_in(text: str) -> list[Any]:
    """The values that a cell compares with: numbers and days as Decimal, texts, true, false and null. Raises
    CellError."""
    source = text.strip()
    if source in ("", "-"):
        return []
    reader, found = _Reader(source), []
    for place, (kind, token) in enumerate(reader.tokens):
        if kind in ("number", "date", "string") or (kind == "word" and token in _WORDS):
            reader.at = place
            found.append(reader.value())
    return found


def _same(left: Any, right: Any) -> bool:
    # A tick is not the number one.
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def _ordered(compare: Callable[[Any, Any], bool], value: Any, bound: Any) -> bool:
    comparable = (
        isinstance(value, Decimal) and isinstance(bound, Decimal) or isinstance(value, str) and isinstance(bound, str)
    )
    return comparable and compare(value, bound)


class _Reader:
    def __init__(self, source: str) -> None:
        self.source, self.at = source, 0
        self.tokens: list[tuple[str, str]] = []
        while self.at < len(source):
            match = _TOKEN.match(source, self.at)
            if match is None:
                raise CellError(f"isi sel tidak terbaca: {source}")
            self.at = match.end()
            kind = match.lastgroup or ""
            self.tokens.append((kind, match[kind]))
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self, *wanted: str) -> str:
        token = self.peek()
        if token not in wanted:
            raise CellError(f"isi sel tidak terbaca: {self.source} (diharapkan {' atau '.join(wanted)})")
        self.at += 1
        return token

    def whole(self) -> Test:
        negated = self.peek() == "not"
        if negated:
            self.take("not")
            self.take("(")
        tests = [self.one()]
        while self.peek() == ",":
            self.take(",")
            tests.append(self.one())
        if negated:
            self.take(")")
        if self.at != len(self.tokens):
            raise CellError(f"isi sel tidak terbaca: {self.source}")
        if negated:
            return lambda value: not any(test(value) for test in tests)
        return tests[0] if len(tests) == 1 else lambda value: any(test(value) for test in tests)

    def one(self) -> Test:
        sign = self.peek()
        if sign in _ORDER:
            self.take(sign)
            bound, compare = self.value(), _ORDER[sign]
            return lambda value: _ordered(compare, value, bound)
        if sign in ("=", "!="):
            self.take(sign)
            wanted, equal = self.value(), sign == "="
            return lambda value: _same(value, wanted) is equal
        if sign in ("[", "]", "("):
            return self.interval()
        only = self.value()
        return lambda value: _same(value, only)

    def interval(self) -> Test:
        above = operator.ge if self.take("[", "]", "(") == "[" else operator.gt
        low = self.value()
        self.take("..")
        high = self.value()
        below = operator.le if self.take("]", "[", ")") == "]" else operator.lt
        return lambda value: _ordered(above, value, low) and _ordered(below, value, high)

    def value(self) -> Any:
        kind, token = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        self.at += 1
        if kind == "number":
            return Decimal(token)
        if kind == "date":
            try:
                return Decimal(date.fromisoformat(token[6:-2]).toordinal())
            except ValueError:
                raise CellError(f"tanggal {token[6:-2]} tidak ada") from None
        if kind == "string":
            return re.sub(r"\\(.)", r"\1", token[1:-1])
        if kind == "word" and token in _WORDS:
            return _WORDS[token]
        raise CellError(
            f"isi sel tidak terbaca: {self.source} (diharapkan angka, teks dalam tanda kutip, true, false, atau null)"
        )
