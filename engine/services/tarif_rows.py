"""Rows of a decision table that hold together where one may, and values between two rows that no row holds for.

Columns are independent of each other, so that two rows overlap exactly when they do in every column. A column is looked
at in the values that its cells name, and between each two of them: nothing changes elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations, product
from typing import Any

from engine.services.tarif_dmn import Decision, Rule
from engine.services.tarif_values import show
from engine.services.unary_tests import values_in

MOST_COMBINATIONS = 4_000
MOST_ROWS = 400
_OTHER = "\ufffflain"  # a text that no cell names


@dataclass(frozen=True)
class RowProblem:
    """table: the decision's id; rows: the two, as the editor counts them; overlap: else a gap."""

    table: str
    rows: tuple[int, int]
    overlap: bool
    message: str


def row_problems(decisions: Iterable[Decision], whole: frozenset[str] = frozenset()) -> list[RowProblem]:
    """What is wrong between rows. whole: names whose values are whole numbers or days."""
    found: list[RowProblem] = []
    for decision in decisions:
        if not decision.inputs or len(decision.rules) > MOST_ROWS or decision.policy.startswith("COLLECT"):
            continue
        points = [_points(decision, column, whole) for column in range(len(decision.inputs))]
        if decision.policy == "UNIQUE":
            found += _overlaps(decision, points)
        if not (decision.defaults and all(decision.defaults)):
            found += _gaps(decision, points)
    return found


def _points(decision: Decision, column: int, whole: frozenset[str]) -> list[Any]:
    """Values that tell apart all that the column's cells tell apart: numbers in order, then the rest."""
    named = [value for rule in decision.rules for value in values_in(rule.cells[column])]
    numbers = sorted({value for value in named if isinstance(value, Decimal)})
    rest = list(dict.fromkeys(value for value in named if not isinstance(value, Decimal)))
    if any(isinstance(value, str) for value in rest):
        rest.append(_OTHER)
    if not numbers:
        return rest or [_OTHER]
    if decision.inputs[column].text in whole:
        near = {value + step for value in numbers for step in (-1, 0, 1)}
        return [*sorted(value for value in near if value == value.to_integral_value()), *rest]
    between = [(low + high) / 2 for low, high in zip(numbers, numbers[1:], strict=False)]
    return [*sorted({*numbers, *between, numbers[0] - 1, numbers[-1] + 1}), *rest]


def _overlaps(decision: Decision, points: list[list[Any]]) -> Iterator[RowProblem]:
    for one, other in combinations(decision.rules, 2):
        shared = []
        for column, values in enumerate(points):
            both = [value for value in values if one.tests[column](value) and other.tests[column](value)]
            if not both:
                break
            shared.append(both[0])
        else:
            facts = ", ".join(_fact(decision, column, value) for column, value in enumerate(shared))
            message = (
                f"tabel {decision.name}: baris {_cells(one)} dan baris {_cells(other)} sama-sama berlaku ({facts})"
            )
            yield RowProblem(decision.name, (one.row, other.row), True, message)


def _gaps(decision: Decision, points: list[list[Any]]) -> Iterator[RowProblem]:
    """Between two rows that hold, in a column of numbers, with all other columns as they are."""
    told: set[tuple[int, int]] = set()
    for column, values in enumerate(points):
        numbers = [value for value in values if isinstance(value, Decimal)]
        others = [points[other] if other != column else [None] for other in range(len(points))]
        if len(numbers) < 2 or _size(others) > MOST_COMBINATIONS:
            continue
        for fixed in product(*others):
            rules = [rule for rule in decision.rules if _holds(rule, fixed, column)]
            for low, high, value in _holes(rules, column, numbers):
                if (low.row, high.row) not in told:
                    told.add((low.row, high.row))
                    where = _fact(decision, column, value)
                    message = (
                        f"tabel {decision.name}: di antara baris {_cells(low)} dan baris {_cells(high)} tidak ada "
                        f"baris untuk {where}"
                    )
                    yield RowProblem(decision.name, (low.row, high.row), False, message)


def _holds(rule: Rule, fixed: Sequence[Any], column: int) -> bool:
    return all(rule.tests[other](value) for other, value in enumerate(fixed) if other != column)


def _holes(rules: list[Rule], column: int, numbers: list[Decimal]) -> Iterator[tuple[Rule, Rule, Decimal]]:
    covered = [next((rule for rule in rules if rule.tests[column](value)), None) for value in numbers]
    known = [place for place, rule in enumerate(covered) if rule is not None]
    for low, high in zip(known, known[1:], strict=False):
        first, second = covered[low], covered[high]
        if high > low + 1 and first is not None and second is not None and first is not second:
            yield first, second, numbers[low + 1]


def _size(columns: list[list[Any]]) -> int:
    size = 1
    for values in columns:
        size *= max(1, len(values))
    return size


def _cells(rule: Rule) -> str:
    return f"{rule.row} ({', '.join(cell or '-' for cell in rule.cells)})"


def _fact(decision: Decision, column: int, value: Any) -> str:
    name = decision.inputs[column].text
    if isinstance(value, Decimal) and name.startswith(("tanggal", "tgl")) and 1 <= value <= date.max.toordinal():
        return f"{name} = {date.fromordinal(int(value)).isoformat()}"
    return f"{name} = {'nilai lain' if value == _OTHER else show(value)}"
