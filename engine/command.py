"""What makes a function over a Unit into a command: permission, idempotency key, one transaction, and the second run
after a service task has failed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import orjson
from sqlalchemy import Row, select
from sqlalchemy.exc import IntegrityError

from engine.case_statements import OPEN_TASKS
from engine.errors import Gone, NotAllowed, Stale, Taken
from engine.office import Office
from engine.people import Person
from engine.storage.schema import cases
from engine.unit import Done, ServiceFailed, Unit

MAX_FAILURES = 8  # service tasks that may fail in one command before it is given up

P = ParamSpec("P")
R = TypeVar("R")


def command(
    kind: str, may: str | None, first: str | None = None
) -> Callable[[Callable[Concatenate[Unit, P], None]], Callable[..., Done]]:
    """Make a function over a Unit into a command: `name(office, ..., by=person, key="...")`.

    kind: the first event it writes. may: the permission it needs; None for commands of the office itself, which take
    no person. first: "case" or "task" when the command's first argument is the id of what it locks before all else; it
    is then locked, loaded and looked up by its key in one go.
    The same key from the same person gives the first answer again and changes nothing. Raises NotAllowed; Stale when
    the key was used for something else.
    """

    def decorate(body: Callable[Concatenate[Unit, P], None]) -> Callable[..., Done]:
        @wraps(body)
        def call(office: Office, *args: Any, by: Person | None = None, key: str | None = None, **kwargs: Any) -> Done:
            if may is None:
                if by is not None:
                    raise NotAllowed("Perintah ini hanya dijalankan oleh sistem.")
            elif by is None or not by.may(may):
                raise NotAllowed(f"Perintah ini memerlukan wewenang {may}.")
            full_key = f"{by.id if by else 0}:{key}"[:80] if key else None
            mark = _fingerprint(kind, args, kwargs) if key else ""
            failures: dict[tuple[str, str], str] = {}
            clashed = False
            while True:
                try:
                    with office.db.write() as connection:
                        unit = Unit(office, connection, by, office.now(), full_key, mark, failures)
                        if first is not None and args:
                            before = unit.look_ahead(first, args[0])
                        else:
                            before = unit.done_before() if full_key else None
                        if before is not None:
                            return _earlier(unit, before, kind)
                        body(unit, *args, **kwargs)
                        return unit.flush()
                except (Taken, Gone, Stale):
                    # The same key at the same moment: who waited for the case finds what the other one did.
                    if (done := _meanwhile(office, by, full_key, mark, kind)) is None:
                        raise
                    return done
                except ServiceFailed as failed:
                    if len(failures) >= MAX_FAILURES or failed.place in failures:
                        raise
                    failures[failed.place] = failed.cause
                except IntegrityError:
                    if clashed or not full_key:
                        raise
                    clashed = True  # the same key at the same moment: look again, the other one is committed now

        call.permission = may  # type: ignore[attr-defined]
        return call

    return decorate


def _meanwhile(office: Office, by: Person | None, full_key: str | None, mark: str, kind: str) -> Done | None:
    if full_key is None:
        return None
    with office.db.write() as connection:
        unit = Unit(office, connection, by, office.now(), full_key, mark)
        row = unit.done_before()
        return None if row is None or not _same(unit, row, kind) else _earlier(unit, row, kind)


def _same(unit: Unit, row: Row[Any], kind: str) -> bool:
    return bool(row.kind == kind and row.data.get("sidik") == unit.mark)


def _earlier(unit: Unit, row: Row[Any], kind: str) -> Done:
    if not _same(unit, row, kind):
        raise Stale("Kunci perintah ini sudah dipakai untuk hal lain.")
    case = unit.connection.execute(
        select(cases.c.version, cases.c.state, cases.c.resi).where(cases.c.id == row.case_id)
    ).one()
    waiting = tuple(unit.ask((OPEN_TASKS, {"case": row.case_id}))[0])
    opened = tuple((task.element, task.name, task.lane, task.group_key) for task in waiting)
    return Done(row.case_id, case.version, case.state, case.resi, opened, repeated=True, tasks=waiting)


def _fingerprint(kind: str, args: Any, kwargs: Any) -> str:
    body = orjson.dumps([kind, args, kwargs], option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS, default=repr)
    return hashlib.sha256(body).hexdigest()[:16]
