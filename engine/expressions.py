"""The safe language of diagrams and tables: expressions and assignments, never programs.

An expression is parsed once (`ast` only parses; nothing is ever compiled to Python code), every node is checked
against a list of allowed kinds, and the tree becomes a chain of small closures. Two nets: our own list of node kinds,
and simpleeval's, which must know the node as well; powers, sums and functions also go through simpleeval's guards. A
tree has no loop and each node is evaluated at most once, so time is bounded by the number of nodes times the largest
value an operation may take.

Names are those of the case's data. Functions are called by bare name only: FUNCTIONS_ALWAYS are built in,
CLOCK_FUNCTIONS (`hari_kerja(2)`, `jam_kerja(4)`, `hari_ini()`, `sekarang()`) come from the caller of `evaluate`.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import simpleeval

from engine.expression_parts import (
    ALLOWED,
    BINARY,
    CLOCK_FUNCTIONS,
    COMPARE,
    FUNCTIONS_ALWAYS,
    MAX_DEPTH,
    MAX_ITEMS,
    MAX_NODES,
    MAX_SCRIPT,
    MAX_TEXT,
    PLAIN_NAMES,
    RESERVED_NAMES,
    SCALARS,
    UNARY,
    ExpressionError,
    Functions,
    Run,
    bounded,
    filled,
)

__all__ = [
    "CLOCK_FUNCTIONS",
    "FUNCTIONS_ALWAYS",
    "RESERVED_NAMES",
    "Expression",
    "ExpressionError",
    "Functions",
    "compile_assignments",
    "compile_expression",
    "run_assignments",
]


@dataclass
class _Builder:
    """Turns one checked tree into a closure; collects the names it reads."""

    text: str
    names: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    nodes: int = 0

    def refuse(self, message: str, node: ast.AST) -> ExpressionError:
        return ExpressionError(message, self.text, getattr(node, "col_offset", None))

    def build(self, node: ast.AST, depth: int = 0) -> Run:
        self.nodes += 1
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            raise ExpressionError("ekspresi terlalu panjang atau terlalu dalam", self.text)
        if type(node) not in ALLOWED:
            kind = type(node).__name__
            raise self.refuse(
                f"ini kode program, bukan ekspresi: {PLAIN_NAMES.get(kind, kind)} tidak diperbolehkan", node
            )
        build: Callable[[Any, int], Run] = getattr(self, f"_{type(node).__name__.lower()}")
        run: Run = build(node, depth + 1)
        return run

    def _constant(self, node: ast.Constant, depth: int) -> Run:
        value = node.value
        if type(value) not in SCALARS:
            raise self.refuse("nilai ini tidak dikenal dalam ekspresi", node)
        try:
            bounded(value)
        except ValueError as error:
            raise self.refuse(str(error), node) from None
        return lambda data, functions: value

    def _name(self, node: ast.Name, depth: int) -> Run:
        name, text, position = node.id, self.text, node.col_offset
        if name.startswith("_"):
            raise self.refuse(f"nama `{name}` tidak diperbolehkan", node)
        if name in RESERVED_NAMES:
            raise self.refuse(f"`{name}` adalah fungsi: tulis dengan kurung, misalnya `{name}(...)`", node)
        self.names.add(name)

        def run(data: Mapping[str, Any], functions: Functions) -> Any:
            try:
                return data[name]
            except KeyError:
                raise ExpressionError(f"`{name}` belum ada nilainya", text, position, missing=name) from None

        return run

    def _boolop(self, node: ast.BoolOp, depth: int) -> Run:
        parts = tuple(self.build(value, depth) for value in node.values)
        stop_on = isinstance(node.op, ast.Or)

        def run(data: Mapping[str, Any], functions: Functions) -> Any:
            value: Any = None
            for part in parts:
                value = part(data, functions)
                if bool(value) is stop_on:
                    break
            return value

        return run

    def _binop(self, node: ast.BinOp, depth: int) -> Run:
        apply = BINARY.get(type(node.op))
        if apply is None:
            raise self.refuse(f"operator {type(node.op).__name__} tidak diperbolehkan", node)
        left, right = self.build(node.left, depth), self.build(node.right, depth)
        return lambda data, functions: apply(left(data, functions), right(data, functions))

    def _unaryop(self, node: ast.UnaryOp, depth: int) -> Run:
        apply = UNARY.get(type(node.op))
        if apply is None:
            raise self.refuse(f"operator {type(node.op).__name__} tidak diperbolehkan", node)
        operand = self.build(node.operand, depth)
        return lambda data, functions: apply(operand(data, functions))

    def _compare(self, node: ast.Compare, depth: int) -> Run:
        first = self.build(node.left, depth)
        steps = tuple(
            (COMPARE[type(op)], self.build(right, depth)) for op, right in zip(node.ops, node.comparators, strict=True)
        )
        if len(steps) == 1:
            compare, other = steps[0]
            return lambda data, functions: compare(first(data, functions), other(data, functions))

        def run(data: Mapping[str, Any], functions: Functions) -> Any:
            left, outcome = first(data, functions), True
            for compare, other in steps:
                right = other(data, functions)
                outcome = compare(left, right)
                if not outcome:
                    break
                left = right
            return outcome

        return run

    def _ifexp(self, node: ast.IfExp, depth: int) -> Run:
        test, then, otherwise = (self.build(part, depth) for part in (node.test, node.body, node.orelse))
        return lambda data, functions: (then if test(data, functions) else otherwise)(data, functions)

    def _subscript(self, node: ast.Subscript, depth: int) -> Run:
        value, index = self.build(node.value, depth), self.build(node.slice, depth)

        def run(data: Mapping[str, Any], functions: Functions) -> Any:
            container = value(data, functions)
            if not isinstance(container, (str, list, tuple, dict)):
                raise TypeError("hanya daftar, kamus, dan teks yang punya isi")
            return container[index(data, functions)]

        return run

    def _call(self, node: ast.Call, depth: int) -> Run:
        if not isinstance(node.func, ast.Name):
            raise self.refuse("ini kode program, bukan ekspresi: fungsi hanya dipanggil dengan namanya", node)
        name = node.func.id
        if name not in FUNCTIONS_ALWAYS and name not in CLOCK_FUNCTIONS:
            raise self.refuse(f"fungsi `{name}` tidak dikenal", node)
        self.calls.add(name)
        if node.keywords:
            raise self.refuse(f"fungsi `{name}` dipanggil tanpa nama parameter", node)
        arguments = tuple(self.build(argument, depth) for argument in node.args)
        if name == "ada" and len(node.args) == 1 and isinstance(node.args[0], ast.Name):
            wanted = node.args[0].id
            return lambda data, functions: filled(data.get(wanted))
        always, text, position = FUNCTIONS_ALWAYS.get(name), self.text, node.col_offset

        def run(data: Mapping[str, Any], functions: Functions) -> Any:
            function = always or functions.get(name)
            if function is None or function in simpleeval.DISALLOW_FUNCTIONS:
                raise ExpressionError(f"fungsi `{name}` tidak tersedia di sini", text, position)
            return bounded(function(*(argument(data, functions) for argument in arguments)))

        return run

    def _list(self, node: ast.List, depth: int) -> Run:
        parts = tuple(self.build(item, depth) for item in node.elts)
        return lambda data, functions: [part(data, functions) for part in parts]

    def _tuple(self, node: ast.Tuple, depth: int) -> Run:
        parts = tuple(self.build(item, depth) for item in node.elts)
        return lambda data, functions: tuple(part(data, functions) for part in parts)

    def _dict(self, node: ast.Dict, depth: int) -> Run:
        pairs: list[tuple[Run, Run]] = []
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                raise self.refuse("bintang (`**`) tidak diperbolehkan", node)
            pairs.append((self.build(key, depth), self.build(value, depth)))
        return lambda data, functions: {key(data, functions): value(data, functions) for key, value in pairs}


def _measure(result: Any) -> None:
    """Counts a result's items and characters, shared ones as often as they are reached; stops at the bound."""
    left, stack = MAX_ITEMS, [result]
    while stack:
        value = stack.pop()
        left -= 1 + (len(value) // 10 if isinstance(value, str) else 0)
        if left < 0:
            raise ValueError("hasilnya terlalu besar")
        if isinstance(value, dict):
            stack.extend(value.values())
            left -= len(value)
        elif isinstance(value, (list, tuple)):
            if len(value) > MAX_ITEMS:
                raise ValueError("hasilnya terlalu besar")
            stack.extend(value)


@dataclass(frozen=True)
class Expression:
    """One compiled expression: its text, the names it reads, the functions it calls, and how to evaluate it."""

    text: str
    names: frozenset[str]
    calls: frozenset[str]
    _run: Run = field(repr=False, compare=False)

    def evaluate(self, data: Mapping[str, Any], functions: Functions = {}) -> Any:  # noqa: B006 - never written
        """The value for `data`; `functions` supplies the clock functions. Raises ExpressionError, nothing else."""
        try:
            result = self._run(data, functions)
            if type(result) not in SCALARS:
                _measure(result)
            return result
        except ExpressionError:
            raise
        except Exception as error:  # whatever a value or a supplied function raised is told as the expression's problem
            raise ExpressionError(f"tidak dapat dihitung: {_plain(error)}", self.text) from error


def _plain(error: Exception) -> str:
    if isinstance(error, ZeroDivisionError):
        return "pembagian dengan nol"
    if isinstance(error, (KeyError, IndexError)):
        return f"isi {error} tidak ada"
    return str(error) or type(error).__name__


def _parsed(text: str, whole: str, mode: str) -> ast.AST:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, mode=mode)
    except SyntaxError as error:
        position = None if error.offset is None or mode == "exec" else max(error.offset - 1, 0)
        line = f" pada baris {error.lineno}" if mode == "exec" else ""
        raise ExpressionError(f"tidak terbaca sebagai ekspresi{line}", whole, position) from None
    except (ValueError, RecursionError, MemoryError):
        raise ExpressionError("tidak terbaca sebagai ekspresi", whole) from None


@lru_cache(maxsize=4096)
def compile_expression(text: str) -> Expression:
    """The expression `text`, checked and ready (cached).

    Raises ExpressionError: unreadable, contains code, or too large.
    """
    source = text.strip()
    if not source:
        raise ExpressionError("ekspresi kosong", text)
    if len(source) > MAX_TEXT:
        raise ExpressionError(f"ekspresi lebih dari {MAX_TEXT} huruf", text)
    if "\n" in source and "#" in source:
        raise ExpressionError("catatan (`#`) tidak diperbolehkan dalam ekspresi beberapa baris", text)
    source = source.replace("\r", " ").replace("\n", " ")
    tree = _parsed(source, text, "eval")
    assert isinstance(tree, ast.Expression)
    return _built(source, tree.body)


def _built(source: str, body: ast.expr) -> Expression:
    builder = _Builder(source)
    run = builder.build(body)
    return Expression(source, frozenset(builder.names), frozenset(builder.calls), run)


@lru_cache(maxsize=1024)
def compile_assignments(text: str) -> tuple[tuple[str, Expression], ...]:
    """The lines `nama = ekspresi` of a script task, in order (cached).

    Raises ExpressionError for anything that is not an assignment.
    """
    if len(text) > MAX_SCRIPT:
        raise ExpressionError(f"skrip lebih dari {MAX_SCRIPT} huruf", text)
    # No statement here has a body, so indentation (of the XML around it) means nothing.
    source = "\n".join(line.strip() for line in text.splitlines())
    tree = _parsed(source, text, "exec")
    assert isinstance(tree, ast.Module)
    pairs: list[tuple[str, Expression]] = []
    for statement in tree.body:
        if (
            not isinstance(statement, ast.Assign)
            or len(statement.targets) != 1
            or not isinstance(statement.targets[0], ast.Name)
        ):
            raise ExpressionError(f"baris {statement.lineno} bukan `nama = ekspresi`", text)
        name = statement.targets[0].id
        if name.startswith("_") or name in RESERVED_NAMES:
            raise ExpressionError(f"nama `{name}` tidak boleh diisi", text)
        pairs.append((name, compile_expression(ast.get_source_segment(source, statement.value) or "")))
    if not pairs:
        raise ExpressionError("skrip kosong", text)
    return tuple(pairs)


def run_assignments(text: str, data: Mapping[str, Any], functions: Functions = {}) -> dict[str, Any]:  # noqa: B006 - never written
    """The names a script sets, each line seeing those before it; `data` is left alone. Raises ExpressionError."""
    seen, changed = dict(data), {}
    for name, expression in compile_assignments(text):
        seen[name] = changed[name] = expression.evaluate(seen, functions)
    return changed
