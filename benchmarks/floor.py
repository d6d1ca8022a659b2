"""The floor under one completed task: a bare step of SpiffWorkflow and one row of 2 KB committed.

No permission, no form, no lock, no inbox, no history, no clocks, no state loaded or saved: SpiffWorkflow, a database,
and nothing else. The specification is shared, the workflow stays in memory.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import TaskState

from engine.bundle import Bundle
from engine.definitions import Version
from engine.office import Office
from engine.stepping.specs import SafeEngine

ROW = 2_048
_STARTS = {"kode": "UJI", "varian": "baru", "janji_hk": 4, "instansi": ["BPLH", "DISHUB"], "bidang": "jasa_usaha"}
_ANSWERS = {
    "daftar": {"berkas_lengkap": "ya"},
    "periksa": {"berkas_sah": "ya"},
    "teken": {"tanggapan_ini": "setuju"},
    "verifikasi": {"hasil": "disetujui"},
}


class _Nothing:
    """An office in which every service is done at once."""

    functions = {name: lambda *_: "2099-01-01T00:00:00+00:00" for name in ("hari_kerja", "jam_kerja")}

    def now(self) -> datetime:
        return datetime(2016, 7, 18, 2, 0, tzinfo=UTC)

    def serve(self, task: Any, operator: str, params: dict[str, Any]) -> dict[str, Any]:
        return {}


class Floor:
    """Steps through one case after the other; `step()` says how long one step and one commit took, in seconds."""

    def __init__(self, office: Office, bundle: Bundle) -> None:
        self._blueprint = Version(bundle.hash, bundle.code, 1, bundle).blueprint
        self._steps = self._forever()
        self._connection = office.db.engine.raw_connection()
        self._mark = "?" if office.db.is_sqlite else "%s"
        cursor = self._connection.cursor()
        cursor.execute("CREATE TABLE bench_floor (id INTEGER PRIMARY KEY, body TEXT)")
        cursor.execute(f"INSERT INTO bench_floor VALUES (1, {self._mark})", ("",))
        self._commit()

    def step(self) -> float:
        """One person's step and one row."""
        body = os.urandom(ROW // 2).hex()
        begun = perf_counter()
        next(self._steps)
        self._connection.cursor().execute(f"UPDATE bench_floor SET body = {self._mark} WHERE id = 1", (body,))
        self._commit()
        return perf_counter() - begun

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def _commit(self) -> None:
        # The office's SQLite connections are in autocommit mode: each statement above is its own transaction.
        self._connection.commit()

    def _forever(self) -> Iterator[None]:
        while True:
            workflow = BpmnWorkflow(
                self._blueprint.spec, self._blueprint.subprocess_specs, script_engine=SafeEngine(_Nothing())
            )
            workflow.task_tree.data.update(_STARTS)
            workflow.do_engine_steps()
            while (task := workflow.get_next_task(state=TaskState.READY, manual=True)) is not None:
                task.data.update(_ANSWERS.get(task.task_spec.bpmn_id, {}))
                task.run()
                workflow.do_engine_steps()
                yield
