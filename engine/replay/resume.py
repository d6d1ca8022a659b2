"""Going on after a kill: the agenda is derived from the database, as the whole run would have had it at that moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, text

from engine.cases import form_context
from engine.replay.agenda import Live
from engine.replay.behaviour import plan_of
from engine.replay.play import Player
from engine.replay.progress import Progress
from engine.storage.schema import cases, events, tasks

_NUMBERED = ("case_file", "task", "meeting", "visit", "berita_acara", "bill")  # tables whose ids stand in the history


def take_stock(player: Player, connection: Connection, progress: Progress) -> tuple[int, datetime | None]:
    """Take all open cases into the play, and everybody's work. (cases opened so far, moment of the last event)."""
    opened, last = 0, connection.execute(select(func.max(events.c.at))).scalar()
    lives: dict[int, Live] = {}
    told = [cases.c[name] for name in ("code", "variant", "bidang", "kecamatan", "closed_at")]
    first = (
        select(events.c.case_id, events.c.command_key, events.c.at, *told)
        .join(cases, cases.c.id == events.c.case_id)
        .where(events.c.seq == 1)
        .order_by(events.c.case_id)
    )
    for row in connection.execute(first):
        no = int(row.command_key.rsplit("-", 2)[1])
        opened = max(opened, no)
        lives[row.case_id] = live = Live(no, row.case_id, row.code, plan_of(player.seed, no), form_context(row))
        if row.closed_at is None:
            player.follow(live, row.at, last)
        # Of the closed ones it only still matters who was busy with steps newer than the saved state.
    _known_steps(player, connection, progress, lives)
    for case_id, task in _tasks(connection, tasks.c.id > progress.last_task):
        player.take_up(lives[case_id], [task])
    for case_id, number in _open_steps(connection):
        lives[case_id].waiting = number
    return opened, last


def _known_steps(player: Player, connection: Connection, progress: Progress, lives: dict[int, Live]) -> None:
    """Steps that were given to somebody before the state was saved stay with that person and at that time."""
    counts = (
        select(tasks.c.case_id, func.count().label("known"), func.max(tasks.c.id).label("newest"))
        .where(tasks.c.id <= progress.last_task)
        .group_by(tasks.c.case_id)
    )
    for row in connection.execute(counts):
        lives[row.case_id].steps, lives[row.case_id].last_task = row.known, row.newest
    player.busy, player.last_task = dict(progress.busy), progress.last_task
    persons = {person.id: person for people in player.staff.values() for person in people}
    planned = {ident: (ordinal, at, person) for ident, ordinal, at, person in progress.planned}
    for case_id, task in _tasks(connection, tasks.c.id <= progress.last_task, tasks.c.state == "open"):
        if task.id not in planned:
            continue  # what its person tried was refused
        ordinal, at, person = planned[task.id]
        player.put(lives[case_id], task, ordinal, datetime.fromisoformat(at), persons[person])


def _open_steps(connection: Connection) -> list[tuple[int, int]]:
    query = select(tasks.c.case_id, func.count()).where(tasks.c.state == "open").group_by(tasks.c.case_id)
    return [(row[0], row[1]) for row in connection.execute(query)]


def _tasks(connection: Connection, *conditions: Any) -> list[tuple[int, Any]]:
    query = select(tasks).where(*conditions).order_by(tasks.c.id)
    return [(row.case_id, row) for row in connection.execute(query)]


def reset_numbers(connection: Connection) -> None:
    """PostgreSQL does not take back the ids of a transaction that a kill cut off; the whole run would use them."""
    if connection.dialect.name != "postgresql":
        return
    for name in _NUMBERED:
        newest = f"(SELECT max(id) FROM {name})"
        connection.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), coalesce({newest}, 1), {newest} IS NOT NULL)")
        )
