"""Regular expressions of form authors: only those that cannot stall the server, and texts that match them.

A pattern means what it means in form-js: it may match anywhere unless it is anchored. Refused are nested repetition,
which can take exponential time, and look-around and references back, which an example cannot be made for.
"""

from __future__ import annotations

import random
import re
import warnings
from typing import Any

from engine.forms.failure import FormError

MAX_LENGTH = 200  # characters of a pattern
MAX_LONG_REPEATS = 3  # repetitions without a (small) end; with 200 characters of text at most some million steps
LONG = 32  # more repetitions than this count as long
_FEW = 4  # as often as this, always: written out rather than repeated
_SAMPLES = 40
_CATEGORIES = {
    "category_digit": "0123456789",
    "category_space": " ",
    "category_word": "abcdefghjkmnprstuvwyABCDEFGHJKMNPRSTUVWY0123456789",
    "category_not_digit": "ABCDEFGHJKMNPRSTUVWY",
    "category_not_space": "ABCDEFGHJKMNPRSTUVWY0123456789",
    "category_not_word": "-/",
}
_ANY = "ABCDEFGHJKMNPRSTUVWY0123456789"


def compile_pattern(source: str) -> re.Pattern[str]:
    """The pattern, ASCII classes only as in a browser. Raises: FormError."""
    if len(source) > MAX_LENGTH:
        raise FormError(f"pola terlalu panjang (paling banyak {MAX_LENGTH} huruf)")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            pattern = re.compile(source, re.ASCII)
    except (re.error, Warning, RecursionError, OverflowError) as error:
        raise FormError(f"pola tidak sah: {error}") from None
    if _long_repeats(_parsed(source), False) > MAX_LONG_REPEATS:
        raise FormError(f"pola mengulang tanpa batas lebih dari {MAX_LONG_REPEATS} kali; beri batas, misalnya {{1,20}}")
    return pattern


def samples(source: str, seed: str, count: int = _SAMPLES) -> list[str]:
    """Up to `count` different texts that match, the same for the same seed; may be empty when none was found."""
    pattern, tree, rng = re.compile(source, re.ASCII), _parsed(source), random.Random(seed)
    found = {text for text in (_text(tree, rng) for _ in range(count)) if pattern.search(text)}
    return sorted(found)


def _parsed(source: str) -> Any:
    # The parser that `re` itself uses: no other reads exactly its dialect.
    return re._parser.parse(source, re.ASCII)  # type: ignore[attr-defined]


def _inner(operator: str, argument: Any) -> list[Any]:
    """The sub-patterns of one item of a parsed pattern."""
    if operator in ("max_repeat", "min_repeat", "possessive_repeat"):
        return [argument[2]]
    if operator == "subpattern":
        return [argument[3]]
    if operator == "branch":
        return list(argument[1])
    return []


def _long_repeats(tree: Any, repeated: bool) -> int:
    count = 0
    for operator, argument in tree:
        name = str(operator).lower()
        if name in ("assert", "assert_not", "groupref", "groupref_exists", "atomic_group"):
            raise FormError("pola memakai rujukan atau tengokan, yang belum didukung")
        low, high = (int(argument[0]), int(argument[1])) if name.endswith("_repeat") else (1, 1)
        # A repetition of something that itself repeats (or branches) can be matched in exponentially many ways.
        if repeated and (name == "branch" or low != high):
            raise FormError("pola mengulang sesuatu yang sudah berulang atau bercabang; sederhanakan")
        few = high <= _FEW and low == high
        inner = sum(_long_repeats(part, repeated or (high > 1 and not few)) for part in _inner(name, argument))
        count += (high > LONG) + inner * (high if few else 1)
    return count


def _text(tree: Any, rng: random.Random) -> str:
    return "".join(_piece(str(operator).lower(), argument, rng) for operator, argument in tree)


def _piece(name: str, argument: Any, rng: random.Random) -> str:
    if name == "literal":
        return chr(argument)
    if name in ("any", "not_literal"):
        return rng.choice([letter for letter in _ANY if name == "any" or ord(letter) != argument])
    if name == "in":
        return _one_of(argument, rng)
    if name.endswith("_repeat"):
        low, high = int(argument[0]), int(argument[1])
        return "".join(_text(argument[2], rng) for _ in range(rng.randint(low, max(low, min(high, low + 4)))))
    if name == "subpattern":
        return _text(argument[3], rng)
    return _text(rng.choice(argument[1]), rng) if name == "branch" else ""


def _one_of(items: Any, rng: random.Random) -> str:
    letters: set[str] = set()
    negated = False
    for operator, argument in items:
        name = str(operator).lower()
        if name == "negate":
            negated = True
        elif name == "literal":
            letters.add(chr(argument))
        elif name == "range":
            letters.update(chr(code) for code in range(argument[0], min(argument[1], argument[0] + 200) + 1))
        else:
            letters.update(_CATEGORIES[str(argument).lower()])
    choice = sorted(set(_ANY) - letters if negated else letters) or [" "]
    return rng.choice(choice)
