"""A desk with one case on a real database, where service tasks can be carried out one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import Table, event, insert, select, update

from engine.bundle import Bundle
from engine.case_row import CaseRow
from engine.clock import FixedClock
from engine.office import Office
from engine.services import find
from engine.settings import Settings
from engine.storage.schema import answers, cases, outbox, tasks
from engine.unit import Unit
from engine.work import Job

# Wednesday 6 January 2016, 10.00 in Bekasi.
NOW = datetime(2016, 1, 6, 3, 0, tzinfo=UTC)
PERMIT = {
    "kode": "HO",
    "nama": "Izin Gangguan (HO)",
    "family": "teknis_retribusi",
    "bidang": "jasa_usaha",
    "waktu": {"hari_kerja": 7},
    "varian": [{"kode": "baru", "nama": "Baru"}],
    "biaya": {"jenis": "retribusi", "baris": [{"uraian": "Izin {luas_usaha_m2} m2", "rumus": "luas_usaha_m2 * 900"}]},
}
_tokens = count(1)


@dataclass
class Desk:
    """One office, one case. `serve` runs a service task in a transaction of its own, as a command would."""

    office: Office
    clock: FixedClock
    case_id: int
    permit: dict[str, Any]
    statements: list[str] = field(default_factory=list)
    listening: bool = False

    def unit(self, connection: Any) -> Unit:
        unit = Unit(self.office, connection, None, self.office.now(), None, "")
        unit.lock(self.case_id)
        return unit

    def serve(self, operator: str, **params: Any) -> dict[str, Any] | None:
        """The result; `statements` then holds the SQL that the service itself took."""
        short = find(operator).short
        assert short is not None
        with self.office.db.write() as connection:
            unit = self.unit(connection)
            _ = unit.bundle
            self.statements.clear()
            self.listening = True
            try:
                result = short(unit, unit.case, params)
            finally:
                self.listening = False
            unit.flush()
        return result

    def draw(self, **params: Any) -> dict[str, Any]:
        """Deferred work, both halves; gives the first half's result."""
        deferred = find("dokumen/surat").deferred
        assert deferred is not None
        with self.office.db.write() as connection:
            unit = self.unit(connection)
            job = Job(self.office, unit.case, params, unit.bundle)
        result = deferred.work(job)
        with self.office.db.write() as connection:
            unit = self.unit(connection)
            deferred.finish(unit, unit.case, result)
            unit.flush()
        return result

    def task(self, element: str, name: str, group: str, *, state: str = "open", **more: Any) -> int:
        """A task's row, as settle would write it."""
        row = {
            "case_id": self.case_id,
            "token": f"t{next(_tokens)}",
            "process": "HO",
            "element": element,
            "name": name,
            "form": "",
            "lane": "Bidang",
            "group_key": group,
            "code": "HO",
            "state": state,
            "created_at": self.office.now(),
            "order_at": self.office.now(),
            **more,
        }
        with self.office.db.write() as connection:
            return int(connection.execute(insert(tasks).values(row).returning(tasks.c.id)).scalar_one())

    def answer(self, form: str, agency: str | None = None, by: int | None = None, **data: Any) -> None:
        """Somebody fills in a form."""
        task = self.task("x", "Isi formulir", "bidang:jasa_usaha", state="done", agency=agency)
        with self.office.db.write() as connection:
            connection.execute(
                insert(answers).values(
                    case_id=self.case_id, task_id=task, form=form, data=data, by_id=by, at=self.office.now()
                )
            )

    def rows(self, table: Table) -> list[Any]:
        """Every row of a table, oldest first."""
        with self.office.db.read() as connection:
            return list(connection.execute(select(table).order_by(*table.primary_key.columns)))

    def sent(self, template: str) -> list[tuple[str, str]]:
        """(channel, recipient) of every message of that template."""
        return [(row.channel, row.recipient) for row in self.rows(outbox) if row.template == template]

    def change(self, **columns: Any) -> None:
        """Write columns of the case's row."""
        with self.office.db.write() as connection:
            connection.execute(update(cases).where(cases.c.id == self.case_id).values(**columns))

    @property
    def case(self) -> CaseRow:
        """The case as stored."""
        with self.office.db.write() as connection:
            return self.unit(connection).case

    def with_permit(self, files: Mapping[str, bytes] | None = None, **changes: Any) -> None:
        """Give the case another version: permit.yaml with `changes`, and `files`."""
        self.permit = {**self.permit, **changes}
        with self.office.db.write() as connection:
            bundle = bundle_of(self.permit, files or {})
            version = self.office.definitions.add(connection, bundle, self.office.now())
            connection.execute(update(cases).where(cases.c.id == self.case_id).values(version_hash=version.hash))

    def another_case(self, **columns: Any) -> int:
        """A second case of the same kind."""
        with self.office.db.write() as connection:
            row = dict(connection.execute(select(cases).where(cases.c.id == self.case_id)).mappings().one())
            row |= {"id": None, "resi": None, "public_code": None, **columns}
            row.pop("id")
            return int(connection.execute(insert(cases).values(row).returning(cases.c.id)).scalar_one())


def bundle_of(permit: Mapping[str, Any], files: Mapping[str, bytes]) -> Bundle:
    """A bundle without diagrams: services never look at them."""
    return Bundle(str(permit["kode"]), {"permit.yaml": yaml.safe_dump(dict(permit)).encode(), **files})


def open_desk(url: str, var: Path) -> Desk:
    """A fresh office with one case that was just handed in."""
    clock = FixedClock(NOW)
    office = Office(Settings(database_url=url, var_dir=var, public_url="https://simyandu.example"), clock)
    office.db.create_all()
    with office.db.write() as connection:
        version = office.definitions.add(connection, bundle_of(PERMIT, {}), NOW)
        case_id = connection.execute(
            insert(cases)
            .values(
                code="HO",
                variant="baru",
                bidang="jasa_usaha",
                version_hash=version.hash,
                state="pendaftaran",
                applicant_name="PT Maju Jaya",
                applicant_key="pt maju jaya",
                phone="+628123456789",
                email="maju@contoh.id",
                address="Jl. Juanda 1, Bekasi Timur",
                kecamatan="bekasi_timur",
                opened_at=NOW,
                promise_minutes=7 * 480,
                paused_minutes=0,
                late=False,
                incidents_open=0,
                facts={"instansi": ["bplh", "dishub", "satpol_pp"]},
                version=1,
                seq=0,
                head=b"\x00" * 32,
            )
            .returning(cases.c.id)
        ).scalar_one()
    desk = Desk(office, clock, int(case_id), dict(PERMIT))

    @event.listens_for(office.db.engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if desk.listening:
            desk.statements.append(statement)

    return desk


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    """See Desk; on SQLite and on PostgreSQL."""
    desk = open_desk(database_url, tmp_path / "var")
    yield desk
    desk.office.close()
