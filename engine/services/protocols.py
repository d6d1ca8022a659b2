"""What a service task may expect of the command that runs it. engine.unit.Unit and the worker's Job fit these."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Row

from engine.case_row import CaseRow
from engine.storage.driver import Hot, Order
from engine.working_time import WorkingTime


class Unit(Protocol):
    """One transaction of one command."""

    @property
    def connection(self) -> Connection:
        """The transaction; what was put off is written before anybody uses it."""
        ...

    def later(self, statement: Hot, values: Mapping[str, Any]) -> None:
        """Write this before the command ends, and before anything else is asked of the database."""
        ...

    def ask(self, *orders: Order) -> list[list[Row[Any]]]:
        """Run statements that are built once, after what was put off, in one go; the rows of each."""
        ...

    @property
    def now(self) -> datetime: ...
    @property
    def office(self) -> Any: ...
    @property
    def time(self) -> WorkingTime:
        """The office's calendar, the same for the whole command."""
        ...

    @property
    def bundle(self) -> Any: ...
    @property
    def by(self) -> Any: ...
    @property
    def known(self) -> dict[str, Any]:
        """Rows that this command read already under the case's lock; whoever changes one takes it out."""
        ...

    @property
    def open_tasks(self) -> Mapping[str, Any]:
        """Rows of the tasks that were open when the command began."""
        ...

    def emit(self, kind: str, data: Mapping[str, Any]) -> None:
        """One line of the case's history."""
        ...

    def send(self, channel: str, recipient: str, template: str, data: Mapping[str, Any]) -> None:
        """One row of the outbox; channel is email, sms or surat."""
        ...

    def answers(self, form_key: str) -> dict[str, Any] | None:
        """The latest answers of a form on this case."""
        ...

    def all_answers(self, form_key: str) -> list[dict[str, Any]]:
        """Every answer of a form on this case, oldest first."""
        ...


class Job(Protocol):
    """One piece of deferred work."""

    @property
    def office(self) -> Any: ...
    @property
    def case(self) -> CaseRow: ...
    @property
    def params(self) -> Mapping[str, Any]: ...
    @property
    def bundle(self) -> Any: ...
