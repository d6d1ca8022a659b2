"""Decision tables of a tariff, read from DMN 1.3 XML as dmn-js writes it.

Understood: decision tables with hit policy UNIQUE, FIRST, ANY and COLLECT with SUM, MIN, MAX or COUNT, default
outputs, and decisions that are one literal expression. Cells: `unary_tests`; input and output expressions: the safe
language. SpiffWorkflow's own DMN engine takes the first of several rules that hold under UNIQUE without a word and
knows no SUM, so money is not left to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engine.expressions import ExpressionError
from engine.services.tarif_values import Formula, TariffError, exact, show
from engine.services.unary_tests import CellError, Test, compile_tests
from engine.xml_safe import XmlRefused, parse

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_COLLECT: dict[str, Callable[[list[Any]], Any]] = {
    "SUM": lambda found: sum(found, exact(0)),
    "MIN": min,
    "MAX": max,
    "COUNT": lambda found: exact(len(found)),
}


@dataclass(frozen=True)
class Rule:
    """One row: `row` counted from 1 as the editor shows it."""

    row: int
    tests: tuple[Test, ...]
    outputs: tuple[Formula, ...]
    cells: tuple[str, ...] = ()  # of the inputs, as written


@dataclass(frozen=True)
class Decision:
    """One table or literal expression. `outputs`: the names its values are known by."""

    name: str
    policy: str
    inputs: tuple[Formula, ...]
    outputs: tuple[str, ...]
    rules: tuple[Rule, ...]
    defaults: tuple[Formula | None, ...] = ()

    def decide(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Its values for `data`, by name. Raises TariffError: no rule holds, or several where one may."""
        values = tuple(_input(expression, data) for expression in self.inputs)
        found = [
            rule for rule in self.rules if all(test(value) for test, value in zip(rule.tests, values, strict=True))
        ]
        if self.policy.startswith("COLLECT"):
            return self._collected(found, data)
        if not found:
            if self.defaults and all(self.defaults):
                return self._valued(tuple(part for part in self.defaults if part), data)
            facts = ", ".join(f"{part.text} = {show(value)}" for part, value in zip(self.inputs, values, strict=True))
            raise TariffError(f"tabel {self.name}: tidak ada baris untuk {facts}")
        if self.policy == "FIRST" or len(found) == 1:
            return self._valued(found[0].outputs, data)
        results = [self._valued(rule.outputs, data) for rule in found]
        if self.policy == "ANY" and all(result == results[0] for result in results):
            return results[0]
        rows = ", ".join(str(rule.row) for rule in found)
        raise TariffError(f"tabel {self.name}: baris {rows} sama-sama berlaku")

    def _valued(self, cells: tuple[Formula, ...], data: Mapping[str, Any]) -> dict[str, Any]:
        return {name: cell.evaluate(data) for name, cell in zip(self.outputs, cells, strict=True)}

    def _collected(self, found: list[Rule], data: Mapping[str, Any]) -> dict[str, Any]:
        how = self.policy.partition(" ")[2]
        if not found and how in ("MIN", "MAX"):
            raise TariffError(f"tabel {self.name}: tidak ada baris yang berlaku")
        results = [rule.outputs[0].evaluate(data) for rule in found]
        if how != "COUNT" and not all(isinstance(result, type(exact(0))) for result in results):
            raise TariffError(f"tabel {self.name}: yang dijumlahkan harus angka")
        return {self.outputs[0]: exact(_COLLECT[how](results))}


def _input(expression: Formula, data: Mapping[str, Any]) -> Any:
    try:
        return expression.evaluate(data)
    except ExpressionError as error:
        if error.missing is not None:
            return None  # an answer that was not asked for: only `-` and null hold
        raise


# --- reading ------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def read_decisions(content: bytes, file: str = "tarif.dmn") -> tuple[Decision, ...]:
    """The decisions of a DMN file (cached). Raises TariffError with file, table and row."""
    try:
        root = parse(content)
    except XmlRefused as error:
        raise TariffError(f"{file}: {error}") from None
    decisions = tuple(_decision(element, file) for element in root.iter("{*}decision"))
    if not decisions:
        raise TariffError(f"{file}: tidak ada tabel keputusan")
    seen: set[str] = set()
    for name in (name for decision in decisions for name in decision.outputs):
        if name in seen:
            raise TariffError(f"{file}: nilai '{name}' dihasilkan lebih dari satu tabel")
        seen.add(name)
    return decisions


def _decision(element: Any, file: str) -> Decision:
    name = element.get("id") or element.get("name") or "?"
    where = f"{file}, tabel {name}"
    literal = next(iter(element.findall("{*}literalExpression")), None)
    if literal is not None:
        cell = _formula(_text(literal), where)
        return Decision(name, "FIRST", (), (_output_name(name, where),), (Rule(1, (), (cell,)),))
    table = next(iter(element.findall("{*}decisionTable")), None)
    if table is None:
        raise TariffError(f"{where}: bukan tabel keputusan")
    inputs = tuple(
        _formula(_text(part.find("{*}inputExpression")), f"{where}, masukan") for part in table.findall("{*}input")
    )
    columns = table.findall("{*}output")
    outputs = tuple(_output_name(part.get("name") or (name if len(columns) == 1 else ""), where) for part in columns)
    rules = tuple(_rules(table, where, len(inputs), len(outputs)))
    defaults = tuple(
        _formula(_text(part.find("{*}defaultOutputEntry")), where)
        if part.find("{*}defaultOutputEntry") is not None
        else None
        for part in columns
    )
    return Decision(name, _policy(table, where, len(outputs)), inputs, outputs, rules, defaults)


def _policy(table: Any, where: str, outputs: int) -> str:
    policy, how = table.get("hitPolicy") or "UNIQUE", table.get("aggregation") or ""
    if policy in ("UNIQUE", "FIRST", "ANY") and not how:
        return str(policy)
    if policy == "COLLECT" and how in _COLLECT and outputs == 1:
        return f"COLLECT {how}"
    raise TariffError(
        f"{where}: kebijakan {policy} {how}".rstrip() + " tidak didukung (pakai UNIQUE, FIRST, ANY, atau COLLECT SUM)"
    )


def _rules(table: Any, where: str, inputs: int, outputs: int) -> Iterator[Rule]:
    for row, rule in enumerate(table.findall("{*}rule"), start=1):
        tests, cells = rule.findall("{*}inputEntry"), rule.findall("{*}outputEntry")
        if len(tests) != inputs or len(cells) != outputs:
            raise TariffError(f"{where}, baris {row}: jumlah sel tidak sama dengan jumlah kolom")
        try:
            written = tuple(_text(cell) for cell in tests)
            compiled = tuple(compile_tests(cell) for cell in written)
        except CellError as error:
            raise TariffError(f"{where}, baris {row}: {error}") from None
        yield Rule(row, compiled, tuple(_formula(_text(cell), f"{where}, baris {row}") for cell in cells), written)


def _formula(text: str, where: str) -> Formula:
    try:
        return Formula(text)
    except ExpressionError as error:
        raise TariffError(f"{where}: '{text}' {error}") from None


def _output_name(name: str, where: str) -> str:
    if not _NAME.fullmatch(name):
        raise TariffError(f"{where}: keluaran perlu nama (huruf, angka, garis bawah), bukan '{name}'")
    return name


def _text(element: Any) -> str:
    if element is None:
        return ""
    text = element.find("{*}text")
    return (text.text or "").strip() if text is not None else ""
