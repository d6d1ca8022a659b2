"""Filling in letters. A template is a designer's file: it may look at facts, choose and repeat; it may not call,
import, or run away.

On top of Jinja's sandbox: attributes are keys of mappings and nothing else, no macros, no calls but to the few
functions given, no `range`, bounded strings and output, loops only over what it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import DictLoader, StrictUndefined, TemplateError, Undefined, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import SandboxedEnvironment

from engine.letters import words
from engine.letters.renderer import MAX_HTML, LetterError

MAX_TEMPLATE = 200_000  # characters
MAX_LOOPS = 2  # one inside another
MAX_ITEMS = 500  # of a list that is looped over
_FILTERS = (
    "default",
    "d",
    "upper",
    "lower",
    "title",
    "capitalize",
    "trim",
    "join",
    "length",
    "first",
    "last",
    "sort",
    "escape",
    "e",
)
_LOOP = frozenset({"index", "index0", "first", "last", "length"})
_FORBIDDEN: tuple[type[nodes.Node], ...] = (
    nodes.Macro,
    nodes.CallBlock,
    nodes.Call,
    nodes.Import,
    nodes.FromImport,
    nodes.FilterBlock,
)


class Answers(dict[str, Any]):
    """Answers of a form: what was not asked (a hidden field) prints as a dash and counts as false."""


class _Dash(Undefined):
    def __str__(self) -> str:
        return "-"

    def __html__(self) -> str:
        return "-"


class _Environment(SandboxedEnvironment):
    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, "_terbatas", [], [], None, None, lineno=loop.lineno)
        return tree

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, LoopContext) and argument in _LOOP:
            return getattr(obj, argument)
        if isinstance(obj, Mapping) and isinstance(argument, str):
            if argument in obj:
                return obj[argument]
            return _Dash() if isinstance(obj, Answers) else self.undefined(obj=obj, name=argument)
        if isinstance(obj, (list, tuple)) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        return self.undefined(obj=obj, name=str(argument))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        # Text is joined with `~`; the rest is for numbers, so that nothing grows.
        if not all(isinstance(side, (int, float)) and abs(side) < 10**15 for side in (left, right)) or operator == "**":
            raise LetterError(f"hitungan '{operator}' dalam surat hanya untuk angka biasa")
        return super().call_binop(context, operator, left, right)


def _short(items: Any) -> Any:
    """What a loop runs over: a list, or the keys of a mapping, neither of them long."""
    if isinstance(items, Undefined):
        return list(items)
    if not isinstance(items, (list, tuple, Mapping)) or len(items) > MAX_ITEMS:
        raise LetterError(f"perulangan dalam surat hanya atas daftar sampai {MAX_ITEMS} isi")
    return items


def _environment(files: Mapping[str, str]) -> _Environment:
    environment = _Environment(
        loader=DictLoader(files),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=20,
    )
    environment.globals.clear()
    environment.filters = (
        {name: environment.filters[name] for name in _FILTERS} | dict(words.FILTERS) | {"_terbatas": _short}
    )
    environment.tests = {
        name: environment.tests[name]
        for name in ("defined", "undefined", "none", "string", "number", "==", "eq", "in", "sameas")
    }
    return environment


def template_problems(name: str, files: Mapping[str, str]) -> list[str]:
    """What keeps template `name` of `files` from being used; empty when nothing does."""
    try:
        _checked(name, files, _environment(files))
    except LetterError as error:
        return [str(error)]
    return []


def fill(name: str, files: Mapping[str, str], facts: Mapping[str, Any]) -> str:
    """The HTML of template `name` with `facts`. Raises LetterError: unknown, refused, or in need of a fact that is
    not there."""
    environment, template = _compiled(name, tuple(sorted(files.items())))
    written: list[str] = []
    size = 0
    try:
        for part in template.generate(**facts):
            size += len(part)
            if size > MAX_HTML:
                raise LetterError(f"surat {name} terlalu panjang")
            written.append(part)
    except LetterError:
        raise
    except TemplateError as error:
        raise LetterError(f"surat {name}: {error.message or error}") from error
    except (TypeError, ValueError, RecursionError, KeyError, AttributeError, ArithmeticError) as error:
        raise LetterError(f"surat {name}: {error}") from error
    return "".join(written)


def fill_text(name: str, source: str, facts: Mapping[str, Any], filters: Mapping[str, Callable[[Any], str]]) -> str:
    """The plain text of a message's template: as `fill`, but nothing is escaped, a fact that is not there prints as a
    dash and counts as false, and there are no insertions. filters: further ones, or others of the same name. Raises
    LetterError."""
    environment = _environment({name: source})
    environment.autoescape = False
    environment.undefined = _Dash
    environment.filters = environment.filters | {key: _dashed(use) for key, use in filters.items()}
    _checked(name, {name: source}, environment)
    try:
        return environment.get_template(name).render(**facts)
    except LetterError:
        raise
    except TemplateError as error:
        raise LetterError(f"pesan {name}: {error.message or error}") from error
    except (TypeError, ValueError, RecursionError, KeyError, AttributeError, ArithmeticError) as error:
        raise LetterError(f"pesan {name}: {error}") from error


def _dashed(use: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda value: "-" if value is None or isinstance(value, Undefined) else use(value)


@lru_cache(maxsize=64)
def _compiled(name: str, files: tuple[tuple[str, str], ...]) -> tuple[_Environment, Any]:
    environment = _environment(dict(files))
    _checked(name, dict(files), environment)
    return environment, environment.get_template(name)


def _checked(name: str, files: Mapping[str, str], environment: _Environment, depth: int = 0) -> None:
    if name not in files:
        raise LetterError(f"tidak ada surat bernama {name} dalam berkas SOP")
    if len(files[name]) > MAX_TEMPLATE:
        raise LetterError(f"surat {name} terlalu panjang")
    try:
        tree = environment.parse(files[name], name)
        environment.compile(tree, name)
        tree = environment.parse(files[name], name)
    except (TemplateError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise LetterError(f"surat {name}" + (f", baris {line}" if line else "") + f": {error}") from None
    for refused in tree.find_all(_FORBIDDEN):
        kind = type(refused).__name__
        raise LetterError(f"surat {name}, baris {refused.lineno}: {kind} tidak diperbolehkan dalam surat")
    if _loops(tree) > MAX_LOOPS:
        raise LetterError(f"surat {name}: perulangan lebih dari {MAX_LOOPS} tingkat")
    inserted: list[nodes.Include | nodes.Extends] = [*tree.find_all(nodes.Include), *tree.find_all(nodes.Extends)]
    for node in inserted:
        other = node.template
        if depth or not isinstance(other, nodes.Const) or not isinstance(other.value, str):
            raise LetterError(f"surat {name}, baris {node.lineno}: hanya satu tingkat sisipan, dengan nama tetap")
        _checked(other.value, files, environment, depth + 1)


def _loops(node: nodes.Node) -> int:
    inner = max((_loops(child) for child in node.iter_child_nodes()), default=0)
    return inner + isinstance(node, nodes.For)
