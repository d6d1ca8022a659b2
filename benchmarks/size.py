"""What a finished case weighs in the database, documents apart: bytes of the file, indexes and history included."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from benchmarks.ground import Ground, ground, kinds, uji
from benchmarks.walk import whole_case

FLOOR = 2_048  # the one row of the floor (benchmarks.floor)


def run(quick: bool = False) -> dict[str, Any]:
    """{by_database: {kind: {bytes_per_case, tasks_per_case, bytes_per_task, over_one_row}}}."""
    number = 100 if quick else 400
    found = {}
    for kind in kinds():
        if kind == "sqlite-normal":
            continue  # the same file as with FULL
        with ground(kind, uji()) as place:
            before, tasks = _bytes(place), 0
            for case in range(number):
                tasks += sum(1 for _ in whole_case(place, f"z{case}"))
            weight = (_bytes(place) - before) / number
            per_case = tasks / number
            found[kind] = {
                "bytes_per_case": round(weight),
                "tasks_per_case": round(per_case, 1),
                "bytes_per_task": round(weight / per_case),
                "over_one_row": round(weight / per_case / FLOOR, 2),
            }
    return {"by_database": found}


def _bytes(place: Ground) -> int:
    db = place.office.db
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if db.is_sqlite:
            return int(
                connection.execute(
                    text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
                ).scalar_one()
            )
        connection.execute(text("VACUUM FULL"))
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
