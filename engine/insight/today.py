"""One day of the office: received, finished, late, at risk; by bidang and by type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, and_, func, select
from sqlalchemy.sql.elements import ColumnElement

from engine.insight.lists import at_risk, day_of, late_now, late_then
from engine.office import Office
from engine.storage.schema import cases
from engine.working_time import JAKARTA

FIGURES = ("received", "finished", "finished_late", "late", "risk")


@dataclass(frozen=True)
class Figures:
    """received: resi given that day. finished: decided that day (issued, rejected, withdrawn), finished_late of them
    after their promise. late: undecided and past their promise at the end of the day (now, for today). risk: in time,
    but with less than a fifth of the promise left (today only)."""

    received: int = 0
    finished: int = 0
    finished_late: int = 0
    late: int = 0
    risk: int = 0


@dataclass(frozen=True)
class Day:
    """current: the day is today. outcomes: outcome -> how many of the finished."""

    day: date
    current: bool
    total: Figures
    by_bidang: Mapping[str, Figures]
    by_code: Mapping[str, Figures]
    bidang_of: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, int] = field(default_factory=dict)


def local_today(office: Office) -> date:
    """The date in Jakarta."""
    return office.now().astimezone(JAKARTA).date()


def day_figures(office: Office, day: date | None = None) -> Day:
    """The figures of a local date, today by default."""
    today = local_today(office)
    chosen = day or today
    start, end = day_of(office, chosen)
    decided = and_(cases.c.decided_at >= start, cases.c.decided_at < end)
    counted: dict[str, dict[tuple[str, str], int]] = {}
    with office.db.read() as connection:
        counted["received"] = _grouped(connection, and_(cases.c.registered_at >= start, cases.c.registered_at < end))
        counted["finished"] = _grouped(connection, decided)
        counted["finished_late"] = _grouped(connection, and_(decided, cases.c.late.is_(True)))
        if chosen == today:
            counted["late"] = _grouped(connection, late_now(office))
            counted["risk"] = _grouped(connection, at_risk(office, connection))
        else:
            counted["late"] = _grouped(connection, late_then(office, chosen))
            counted["risk"] = {}
        outcomes = {
            row.outcome or "": row.n
            for row in connection.execute(
                select(cases.c.outcome, func.count().label("n")).where(decided).group_by(cases.c.outcome)
            )
        }
    places = sorted({place for figure in counted.values() for place in figure})
    return Day(
        day=chosen,
        current=chosen == today,
        total=_sum(counted, places),
        by_bidang={
            bidang: _sum(counted, [place for place in places if place[0] == bidang])
            for bidang in sorted({bidang for bidang, _ in places})
        },
        by_code={code: _sum(counted, [(bidang, code)]) for bidang, code in sorted(places, key=lambda p: p[1])},
        bidang_of={code: bidang for bidang, code in places},
        outcomes=outcomes,
    )


def _grouped(connection: Connection, condition: ColumnElement[bool]) -> dict[tuple[str, str], int]:
    query = select(cases.c.bidang, cases.c.code, func.count().label("n")).where(condition)
    rows = connection.execute(query.group_by(cases.c.bidang, cases.c.code))
    return {(row.bidang, row.code): row.n for row in rows}


def _sum(counted: dict[str, dict[tuple[str, str], int]], places: list[tuple[str, str]]) -> Figures:
    return Figures(**{name: sum(counted[name].get(place, 0) for place in places) for name in FIGURES})
