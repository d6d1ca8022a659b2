"""What a permit costs: the `biaya` of permit.yaml, its decision tables, and the answers of the case. Format:
processes/TARIF.md.

Exact decimals throughout; each line is rounded once, half up, to whole rupiah, and the total is the sum of the
rounded lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.expressions import ExpressionError
from engine.services.tarif_dmn import Decision, read_decisions
from engine.services.tarif_periods import CALCULATED_ON, period_problems, periods, table_on
from engine.services.tarif_values import Formula, TariffError, exact, formula, rupiah, show

KINDS = ("none", "retribusi", "pajak")
MAX_LINES = 60
_PLACE = re.compile(r"\{([A-Za-z]\w*)\}")


@dataclass(frozen=True)
class Line:
    """One line of the nota. `rumus` as the tariff writes it, `hitungan` with its values, `jumlah` in rupiah."""

    uraian: str
    rumus: str
    hitungan: str
    jumlah: int


@dataclass(frozen=True)
class Nota:
    """What a case costs. `jenis` is none, retribusi or pajak; `alasan_bebas` says why nothing is due, else None."""

    jenis: str
    baris: tuple[Line, ...]
    total: int
    alasan_bebas: str | None


class Scope(Mapping[str, Any]):
    """Every name a formula may read: counted values, results of tables, answers, defaults, in this order; each
    counted when first read."""

    def __init__(self, biaya: Mapping[str, Any], decisions: tuple[Decision, ...], answers: Mapping[str, Any]) -> None:
        self._steps = {
            str(step["nama"]): _compiled(step.get("rumus"), f"nilai {step['nama']}")
            for step in _entries(biaya, "nilai")
        }
        self._tables = {name: decision for decision in decisions for name in decision.outputs}
        self._answers = answers
        self._defaults: Mapping[str, Any] = biaya.get("bawaan") or {}
        self._known: dict[str, Any] = {}
        self._counting: list[str] = []

    def __getitem__(self, name: str) -> Any:
        if name not in self._known:
            self._find(name)
        return self._known[name]

    def _find(self, name: str) -> None:
        if name in self._counting:
            raise TariffError(f"nilai '{name}' memerlukan dirinya sendiri")
        self._counting.append(name)
        try:
            if name in self._steps:
                self._known[name] = self._steps[name].evaluate(self)
            elif name in self._tables:
                self._known.update(self._tables[name].decide(self))
            elif self._answers.get(name) is not None:
                self._known[name] = exact(self._answers[name])
            elif name in self._defaults:
                self._known[name] = exact(self._defaults[name])
            else:
                raise KeyError(name)
        finally:
            self._counting.pop()

    def __iter__(self) -> Iterator[str]:
        return iter({*self._steps, *self._tables, *self._answers, *self._defaults})

    def __len__(self) -> int:
        return len({*self._steps, *self._tables, *self._answers, *self._defaults})


def calculate(biaya: Mapping[str, Any] | None, files: Mapping[str, bytes], answers: Mapping[str, Any]) -> Nota:
    """The nota for one case. `files` are the bundle's; `answers` the names known of the case.

    Raises TariffError: the tariff is wrong, an answer it needs is missing, or no row of a table holds.
    """
    jenis = _kind(biaya)
    if jenis == "none" or biaya is None:
        return Nota("none", (), 0, "Tidak dikenakan biaya")
    day = answers.get(CALCULATED_ON)
    scope = Scope(biaya, _decisions(biaya, files, str(day) if day is not None else None), answers)
    for free in _entries(biaya, "bebas"):
        if _holds(free.get("bila"), scope, "pembebasan"):
            return Nota(jenis, (), 0, str(free.get("alasan") or "Dibebaskan"))
    lines = tuple(_lines(biaya, scope))
    total = sum(line.jumlah for line in lines)
    if total < 0:
        raise TariffError("jumlah tagihan kurang dari nol")
    return Nota(jenis, lines, total, None if total else "Tarifnya nol rupiah")


def _lines(biaya: Mapping[str, Any], scope: Scope) -> Iterator[Line]:
    for entry in _entries(biaya, "baris"):
        label = str(entry.get("uraian") or "baris tanpa uraian")
        if not _holds(entry.get("bila", "True"), scope, label):
            continue
        rumus = _compiled(entry.get("rumus"), label)
        amount = rupiah(_value(rumus, scope, label), label)
        yield Line(_PLACE.sub(lambda place: show(scope.get(place[1])), label), rumus.text, rumus.shown(scope), amount)
    form = biaya.get("formulir")
    if form:
        amount = rupiah(form, "formulir")
        yield Line("Formulir", str(form), show(amount), amount)


def _holds(text: Any, scope: Scope, label: str) -> bool:
    return bool(_value(_compiled(text, label), scope, label))


def _value(expression: Formula, scope: Scope, label: str) -> Any:
    try:
        return expression.evaluate(scope)
    except ExpressionError as error:
        if isinstance(error.__cause__, TariffError):
            raise TariffError(f"{label}: {error.__cause__}") from None
        if error.missing is not None:
            raise TariffError(f"{label}: isian '{error.missing}' belum ada") from None
        raise TariffError(f"{label}: '{expression.text}' {error}") from None


def _compiled(text: Any, label: str) -> Formula:
    try:
        return formula(str(text) if text is not None else "")
    except ExpressionError as error:
        raise TariffError(f"{label}: '{text}' {error}") from None


def _kind(biaya: Mapping[str, Any] | None) -> str:
    jenis = str((biaya or {}).get("jenis") or "none")
    if jenis not in KINDS:
        raise TariffError(f"jenis biaya '{jenis}' tidak dikenal ({', '.join(KINDS)})")
    return jenis


def _decisions(biaya: Mapping[str, Any], files: Mapping[str, bytes], day: str | None) -> tuple[Decision, ...]:
    name = table_on(biaya, day)
    if not name:
        return ()
    if name not in files:
        raise TariffError(f"tabel tarif {name} tidak ada dalam berkas SOP")
    return read_decisions(files[name], str(name))


def _entries(biaya: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    entries = biaya.get(key) or []
    if isinstance(entries, Mapping):
        entries = [entries]
    if (
        not isinstance(entries, list)
        or len(entries) > MAX_LINES
        or not all(isinstance(entry, Mapping) for entry in entries)
    ):
        raise TariffError(f"biaya: '{key}' harus berupa daftar pendek")
    if key == "nilai" and not all(isinstance(entry.get("nama"), str) for entry in entries):
        raise TariffError("biaya: tiap 'nilai' perlu 'nama'")
    return entries


def problems(
    biaya: Mapping[str, Any] | None, files: Mapping[str, bytes], names: frozenset[str] | None = None
) -> list[str]:
    """What is wrong with a tariff before any case meets it: unreadable tables and formulas, no lines, and, given the
    `names` that forms and start data supply, names that nothing supplies. Empty when sound."""
    try:
        jenis = _kind(biaya)
        if jenis == "none" or biaya is None:
            return []
        found = period_problems(biaya)
        decisions = tuple(
            decision for period in periods(biaya) for decision in _decisions(biaya, files, period.first or period.last)
        )
        scope = Scope(biaya, decisions, {CALCULATED_ON: "2016-01-01"})
    except TariffError as error:
        return [str(error)]
    used: set[str] = set().union(*(_reads(decision) for decision in decisions)) if decisions else set()
    for key, part in (("nilai", "rumus"), ("bebas", "bila"), ("baris", "rumus"), ("baris", "bila")):
        try:
            for entry in _entries(biaya, key):
                if part == "rumus" or key == "bebas" or part in entry:
                    used |= _compiled(entry.get(part), str(entry.get("uraian") or entry.get("nama") or key)).names
        except TariffError as error:
            found.append(str(error))
    if not _entries(biaya, "baris") and not biaya.get("formulir"):
        found.append("biaya tidak berisi 'baris'")
    if names is not None:
        found += [f"tidak ada isian bernama '{name}'" for name in sorted(used - names - frozenset(scope))]
    return found


def _reads(decision: Decision) -> set[str]:
    cells = [cell for rule in decision.rules for cell in rule.outputs]
    return {name for part in (*decision.inputs, *cells) for name in part.names}
