"""The visits of a day, in the order of the route."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import render_template, url_for

from engine.visits.day import Day, day_of_visits
from web.meetings.reading import asked_day, today
from web.security import needs, office, person
from web.visits import visits
from web.visits.tiles import map_data, tiles, with_map


@visits.get("/kunjungan")
@needs("agenda.view")
def day() -> Any:
    """Argument: hari (ISO date; today without it)."""
    chosen = asked_day("hari") or today()
    found = day_of_visits(office(), person(), chosen)
    step = timedelta(days=1)
    page = render_template(
        "visits/day.html",
        day=found,
        today=today(),
        before=url_for("visits.day", hari=(chosen - step).isoformat()),
        after=url_for("visits.day", hari=(chosen + step).isoformat()),
        map=_map(found),
        me=person().id,
        **tiles(),
    )
    return with_map(page)


def _map(found: Day) -> str:
    start = {"lat": found.start[0], "lon": found.start[1], "label": "K", "title": "Kantor", "kind": "start"}
    points: list[dict[str, Any]] = [start]
    line = [found.start]
    number = 0
    for stop in found.stops:
        if stop.point is None:
            continue
        if not stop.done:
            number += 1
            line.append(stop.point)
        kind = "done" if stop.done else "" if stop.exact else "rough"
        points.append(
            {
                "lat": stop.point[0],
                "lon": stop.point[1],
                "label": "✓" if stop.done else str(number),
                "title": stop.applicant,
                "kind": kind,
                "href": f"#kunjungan-{stop.visit_id}",
            }
        )
    return map_data(points, [*line, found.start] if len(line) > 1 else [])
