"""A case's row in memory: loaded under lock, changed by a command, written back once with only what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from engine.working_time import DAY_MINUTES


@dataclass
class CaseRow:
    """The columns of case_file. Moments are UTC; *_minutes and clock_left are working minutes, 480 a working day."""

    id: int
    code: str
    variant: str
    bidang: str
    version_hash: str
    resi: str | None
    public_code: str | None
    permit_number: str | None
    state: str
    outcome: str | None
    applicant_name: str
    applicant_key: str
    applicant_id: str | None
    npwp: str | None
    phone: str | None
    email: str | None
    address: str | None
    kecamatan: str | None
    kelurahan: str | None
    proxy_name: str | None
    opened_at: datetime
    registered_at: datetime | None
    promise_minutes: int
    promised_at: datetime | None
    clock_left: int | None
    paused_at: datetime | None
    paused_minutes: int
    decided_at: datetime | None
    closed_at: datetime | None
    late: bool
    late_element: str | None
    incidents_open: int
    facts: dict[str, Any]
    version: int
    seq: int
    head: bytes
    run: bytes | None
    promise_from: datetime | None = None
    promise_span: int | None = None
    calendar: int = 0
    suspended_at: datetime | None = None
    language: str | None = None
    _before: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, row: Iterable[Any] | Mapping[str, Any]) -> CaseRow:
        """From the values of all columns in their order, or by name (others are ignored)."""
        if isinstance(row, Mapping):
            values = {name: row[name] for name in COLUMNS}
        else:
            values = dict(zip(COLUMNS, row, strict=True))
        return cls(**values, _before={**values, "facts": dict(values["facts"])})

    def changes(self) -> dict[str, Any]:
        """Columns that differ from what was loaded."""
        before = self._before
        return {name: value for name in COLUMNS if (value := getattr(self, name)) != before.get(name)}

    def loaded(self, name: str) -> Any:
        """What a column held when the case was loaded; None for a new case."""
        return self._before.get(name) if self.seq else None

    @property
    def promise_days(self) -> float:
        """The promise in working days."""
        return self.promise_minutes / DAY_MINUTES

    @property
    def open(self) -> bool:
        """Whether anything can still happen."""
        return self.closed_at is None

    @property
    def clock_runs(self) -> bool:
        """Whether the SOP's clock counts now: registered, undecided, and the office has something to do."""
        return self.registered_at is not None and self.decided_at is None and self.paused_at is None

    @property
    def agencies(self) -> list[str]:
        """Codes of the agencies of the Tim Teknis, the leading one first."""
        return list(self.facts.get("instansi") or [])


COLUMNS = tuple(f.name for f in fields(CaseRow) if not f.name.startswith("_"))
