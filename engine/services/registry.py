"""The operators that diagrams may name, and what carries each of them out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from engine.case_row import CaseRow
from engine.services.protocols import Job, Unit

ShortCall = Callable[[Unit, CaseRow, dict[str, Any]], dict[str, Any] | None]


class Deferred(Protocol):
    """Work that takes long or leaves the house."""

    def work(self, job: Job) -> dict[str, Any]:
        """Done with no lock and no transaction; returns a JSON-able result. Raising makes an incident."""
        ...

    def finish(self, unit: Unit, case: CaseRow, result: dict[str, Any]) -> dict[str, Any] | None:
        """Inside the second command's transaction; returns what goes into workflow data."""
        ...


class ServiceError(Exception):
    """Automatic work that cannot be done as things stand. The text, in plain Bahasa Indonesia, is what the incident
    shows."""


def in_words(error: Exception) -> str:
    """What an incident tells of an error: a service's own words, of anything else its kind too."""
    text = str(error) or type(error).__name__
    return text if isinstance(error, ServiceError) else f"{type(error).__name__}: {text}"[:2000]


class UnknownOperator(LookupError):
    """No module carries out the operator that a diagram names."""


@dataclass(frozen=True)
class Operator:
    """One entry. Exactly one of `short` and `deferred` is set; `params` are the parameter names it understands, `gives`
    what it puts into workflow data."""

    name: str
    params: frozenset[str]
    short: ShortCall | None = None
    deferred: Deferred | None = None
    gives: tuple[str, ...] = ()

    @property
    def is_deferred(self) -> bool:
        return self.deferred is not None


_OPERATORS: dict[str, Operator] = {}
_Class = TypeVar("_Class", bound="type[Deferred]")


def handler(name: str, *params: str, gives: tuple[str, ...] = ()) -> Callable[[ShortCall], ShortCall]:
    """Registers a function that runs inside the command's transaction."""

    def register(call: ShortCall) -> ShortCall:
        _add(Operator(name, frozenset(params), short=call, gives=gives))
        return call

    return register


def deferred(name: str, *params: str) -> Callable[[_Class], _Class]:
    """Registers a class whose `work` runs outside and whose `finish` runs inside a second command."""

    def register(kind: _Class) -> _Class:
        _add(Operator(name, frozenset(params), deferred=kind()))
        return kind

    return register


def _add(operator: Operator) -> None:
    if operator.name in _OPERATORS:
        raise ValueError(f"operator {operator.name} is registered twice")
    _OPERATORS[operator.name] = operator


def find(name: str) -> Operator:
    """The operator called `name`. Raises UnknownOperator."""
    try:
        return _OPERATORS[name]
    except KeyError:
        raise UnknownOperator(f"tidak ada layanan bernama '{name}'") from None


def known_operators() -> frozenset[str]:
    """The names a diagram may use."""
    return frozenset(_OPERATORS)


def known_params(name: str) -> frozenset[str]:
    """The parameter names that operator `name` understands. Raises UnknownOperator."""
    return find(name).params
