"""What a service task may expect of the command that runs it. The engine's own Unit, CaseRow and Job fit these."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from engine.documents import DocumentStore


class WorkingTime(Protocol):
    """The part of the office calendar that services use."""

    def add_days(self, start: datetime, days: float) -> datetime: ...


class OfficeSettings(Protocol):
    @property
    def office_name(self) -> str: ...
    @property
    def public_url(self) -> str: ...


class Office(Protocol):
    """A running office, as far as services look at it."""

    @property
    def settings(self) -> OfficeSettings: ...
    @property
    def working_time(self) -> WorkingTime: ...
    @property
    def documents(self) -> DocumentStore: ...


class Bundle(Protocol):
    """The files of the case's process version."""

    @property
    def code(self) -> str: ...
    @property
    def hash(self) -> str: ...
    @property
    def files(self) -> Mapping[str, bytes]: ...
    @property
    def permit(self) -> Mapping[str, Any]: ...


class Case(Protocol):
    """The case's row, read only. `facts`: agencies (`instansi`) and technical data."""

    @property
    def id(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def variant(self) -> str | None: ...
    @property
    def bidang(self) -> str: ...
    @property
    def resi(self) -> str | None: ...
    @property
    def public_code(self) -> str | None: ...
    @property
    def applicant_name(self) -> str: ...
    @property
    def email(self) -> str | None: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def address(self) -> str | None: ...
    @property
    def kecamatan(self) -> str | None: ...
    @property
    def opened_at(self) -> datetime: ...
    @property
    def promise_days(self) -> Any: ...
    @property
    def promised_at(self) -> datetime | None: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...


class Unit(Protocol):
    """One transaction of one command."""

    @property
    def connection(self) -> Connection: ...
    @property
    def now(self) -> datetime: ...
    @property
    def office(self) -> Any: ...
    @property
    def bundle(self) -> Any: ...
    @property
    def by(self) -> Any: ...

    def emit(self, kind: str, data: dict[str, Any]) -> None:
        """One line of the case's history."""
        ...

    def send(self, channel: str, recipient: str, template: str, data: dict[str, Any]) -> None:
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
    def case(self) -> Any: ...
    @property
    def params(self) -> Mapping[str, Any]: ...
    @property
    def bundle(self) -> Any: ...


