"""The values a tariff counts with: exact decimals, never floats, and how they are shown.

Answers and literals become Decimal before anything is multiplied, so that 15 x 0.7 is 10.5 and not 10.499999. A date
counts as the number of its day, so that the difference of two dates is a number of days.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from engine.expressions import Expression, compile_expression

MAX_RUPIAH = 10**13
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TOKEN = re.compile(r"""("[^"]*"|'[^']*')|([A-Za-z_]\w*)|(\d+(?:\.\d+)?)""")
_CONSTANT = "konstanta_"


class TariffError(ValueError):
    """A tariff that cannot be counted: what is wrong, in plain Bahasa Indonesia."""


def exact(value: Any) -> Any:
    """A number as Decimal, an ISO date as the number of its day; anything else as it is. Raises TariffError for NaN
    and infinity."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float, Decimal)):
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if not number.is_finite():
            raise TariffError("isian berisi angka yang bukan angka")
        return number
    if isinstance(value, datetime):
        return Decimal(value.date().toordinal())
    if isinstance(value, date):
        return Decimal(value.toordinal())
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return Decimal(date.fromisoformat(value).toordinal())
        except ValueError:
            return value
    return value


class Formula:
    """An expression whose literals are exact as well. `text` as written."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._constants: dict[str, Decimal] = {}
        self.expression: Expression = compile_expression(_TOKEN.sub(self._named, text))
        self.names = frozenset(name for name in self.expression.names if not name.startswith(_CONSTANT))

    def _named(self, match: re.Match[str]) -> str:
        """A decimal, or an operand of a division, as a name that stands for the Decimal: two ints divided would make
        a float."""
        if match[3] is None:
            return match[0]
        around = match.string[: match.start()].rstrip()[-1:] + match.string[match.end() :].lstrip()[:1]
        if "." not in match[3] and "/" not in around:
            return match[0]
        name = f"{_CONSTANT}{len(self._constants)}"
        self._constants[name] = Decimal(match[3])
        return name

    def evaluate(self, data: Mapping[str, Any]) -> Any:
        """The value for `data`; the result is exact too. Raises ExpressionError."""
        return exact(self.expression.evaluate(_Layered(self._constants, data)))

    def shown(self, data: Mapping[str, Any]) -> str:
        """The formula with its values put in, as people write it: `100 × 0,3125 × 1 × 4.500`."""

        def put(match: re.Match[str]) -> str:
            if match[2] is not None and match[2] in self.names:
                try:
                    return show(data.get(match[2]))
                except ValueError:  # a value that only the branch not taken would have read
                    return match[2]
            return show(Decimal(match[3])) if match[3] is not None else match[0]

        return re.sub(r"\s*\*\s*", " × ", _TOKEN.sub(put, self.text))


class _Layered(Mapping[str, Any]):
    """Constants over data, without copying or asking for what is not read."""

    def __init__(self, constants: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        self._constants, self._data = constants, data

    def __getitem__(self, name: str) -> Any:
        return self._constants[name] if name in self._constants else self._data[name]

    def __iter__(self) -> Iterator[str]:
        return iter({*self._constants, *self._data})

    def __len__(self) -> int:
        return len({*self._constants, *self._data})


@lru_cache(maxsize=2048)
def formula(text: str) -> Formula:
    """The formula `text`, compiled (cached). Raises ExpressionError."""
    return Formula(text)


def rupiah(value: Any, what: str) -> int:
    """Whole rupiah, half up. Raises TariffError when `value` is no number or out of bounds."""
    number = exact(value)
    if isinstance(number, bool) or not isinstance(number, Decimal):
        raise TariffError(f"{what}: hasilnya bukan angka")
    if abs(number) > MAX_RUPIAH:
        raise TariffError(f"{what}: jumlahnya terlalu besar")
    return int(number.to_integral_value(rounding=ROUND_HALF_UP))


def show(value: Any) -> str:
    """A value in Indonesian writing: `4.500`, `0,3125`, text as it is, `-` for nothing."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, (int, Decimal)):
        number = Decimal(value)
        text = f"{number.normalize():,f}" if number else "0"
        return text.translate(str.maketrans(",.", ".,"))
    return str(value)
