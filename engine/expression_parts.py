"""Parts of the safe language: its limits, its functions, its operators, its one error. Read with `expressions.py`."""

from __future__ import annotations

import ast
import keyword
import math
import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

import simpleeval

MAX_TEXT = 2_000  # characters of one expression
MAX_SCRIPT = 10_000  # characters of a script task
MAX_NODES = 300
MAX_DEPTH = 40
MAX_INT = 10**24
MAX_POWER = 64
MAX_STRING = 100_000  # characters of a string made by an expression
MAX_ITEMS = 10_000  # items in a result, nested ones counted

Functions: TypeAlias = Mapping[str, Callable[..., Any]]
Run: TypeAlias = Callable[[Mapping[str, Any], Functions], Any]

NUMBERS = (int, float, Decimal)
SCALARS = frozenset({str, int, float, bool, type(None), Decimal, date, datetime, timedelta})


class ExpressionError(ValueError):
    """What is wrong with an expression, in plain words (Bahasa Indonesia).

    `position` is the 0-based character where it goes wrong (None: the whole), `text` the expression, `missing` the
    name that has no value.
    """

    def __init__(self, message: str, text: str = "", position: int | None = None, missing: str | None = None) -> None:
        self.message, self.text, self.position, self.missing = message, text, position, missing
        where = "" if position is None else f" (huruf ke-{position + 1})"
        super().__init__(message + where)


# Functions that are always there.


def filled(value: Any) -> bool:
    return value is not None and value != "" and value != [] and value != {}


def _round(value: Any, digits: Any = 0) -> Any:
    if not isinstance(digits, int) or abs(digits) > 12:
        raise ValueError("jumlah angka pembulatan harus antara -12 dan 12")
    return round(value, digits) if digits else round(value)


def _sum(values: Any) -> Any:
    if not isinstance(values, (list, tuple)) or not all(isinstance(value, NUMBERS) for value in values):
        raise TypeError("sum menjumlahkan daftar angka")
    return sum(values)


def _int(value: Any) -> int:
    if not isinstance(value, (str, *NUMBERS)) or (isinstance(value, str) and len(value) > 30):
        raise TypeError("int menerima angka atau teks pendek")
    return int(value)


def _float(value: Any) -> float:
    if not isinstance(value, (str, *NUMBERS)) or (isinstance(value, str) and len(value) > 30):
        raise TypeError("float menerima angka atau teks pendek")
    return float(value)


def _str(value: Any = "") -> str:
    if type(value) not in SCALARS:
        raise TypeError("str menerima satu nilai, bukan daftar")
    return str(value)


def _extreme(choose: Callable[..., Any]) -> Callable[..., Any]:
    def chosen(*values: Any) -> Any:
        return choose(*values)

    return chosen


FUNCTIONS_ALWAYS: Mapping[str, Callable[..., Any]] = {
    "min": _extreme(min),
    "max": _extreme(max),
    "round": _round,
    "abs": abs,
    "len": len,
    "sum": _sum,
    "int": _int,
    "float": _float,
    "str": _str,
    "ada": filled,  # with a bare name: False when the case has no such name
}
CLOCK_FUNCTIONS: frozenset[str] = frozenset({"hari_kerja", "jam_kerja", "hari_ini", "sekarang"})
RESERVED_NAMES: frozenset[str] = frozenset(FUNCTIONS_ALWAYS) | CLOCK_FUNCTIONS | frozenset(keyword.kwlist)
"""Names that a form field cannot have, since an expression would read something else."""


# Operators.


def bounded(value: Any) -> Any:
    """Returns a number that is neither endless nor imaginary nor huge; other values as they are."""
    kind = type(value)
    if kind is int and not -MAX_INT <= value <= MAX_INT:
        raise ValueError("angkanya terlalu besar")
    if kind is complex or (kind is float and not math.isfinite(value)):
        raise ValueError("hasilnya bukan angka biasa")
    return value


def _arithmetic(apply: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def run(left: Any, right: Any) -> Any:
        if not isinstance(left, (*NUMBERS, timedelta)) or not isinstance(right, (*NUMBERS, timedelta)):
            raise TypeError("hanya angka yang dapat dihitung begini")
        return bounded(apply(bounded(left), bounded(right)))

    return run


def _add(left: Any, right: Any) -> Any:
    if isinstance(left, (str, list, tuple)):
        if type(left) is not type(right):
            raise TypeError("teks hanya dapat disambung dengan teks, daftar dengan daftar")
        if len(left) + len(right) > (MAX_STRING if isinstance(left, str) else MAX_ITEMS):
            raise ValueError("hasilnya terlalu panjang")
        return simpleeval.safe_add(left, right)
    return bounded(bounded(left) + bounded(right))


def _subtract(left: Any, right: Any) -> Any:
    return bounded(bounded(left) - bounded(right))


def _power(base: Any, exponent: Any) -> Any:
    if abs(exponent) > MAX_POWER:
        raise ValueError("pangkatnya terlalu besar")
    return simpleeval.safe_power(base, exponent)


BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: _add,
    ast.Sub: _subtract,
    ast.Mult: _arithmetic(operator.mul),
    ast.Div: _arithmetic(operator.truediv),
    ast.FloorDiv: _arithmetic(operator.floordiv),
    ast.Mod: _arithmetic(operator.mod),
    ast.Pow: _arithmetic(_power),
}
COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}
ALLOWED: frozenset[type[ast.AST]] = frozenset(
    {
        *(ast.Constant, ast.Name, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Subscript),
        *(ast.Call, ast.List, ast.Tuple, ast.Dict),
    }
) & frozenset(simpleeval.EvalWithCompoundTypes().nodes)
PLAIN_NAMES: Mapping[str, str] = {
    "Attribute": "titik (`a.b`)",
    "Lambda": "fungsi buatan sendiri (lambda)",
    "ListComp": "perulangan",
    "SetComp": "perulangan",
    "DictComp": "perulangan",
    "GeneratorExp": "perulangan",
    "JoinedStr": "teks bersisip (f-string)",
    "NamedExpr": "pengisian di dalam ekspresi (`:=`)",
    "Starred": "bintang (`*`)",
    "Slice": "potongan (`a[1:2]`)",
    "Set": "himpunan",
    "Await": "await",
    "Yield": "yield",
}
