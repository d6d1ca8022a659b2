"""The map: cases found by place."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from engine.errors import Invalid
from engine.visits.places import Found, district_points, find_places, parse_point
from web.meetings.reading import summary_of
from web.security import needs, office, person
from web.visits import visits
from web.visits.tiles import map_data, tiles, with_map

NEAR_KM = "1"


@visits.get("/peta")
@needs("map.view")
def places() -> Any:
    """Arguments: kecamatan, jenis, titik (lat,lon) with km, kotak (south,west,north,east)."""
    asked = {name: request.args.get(name, "").strip()[:80] for name in ("kecamatan", "jenis", "titik", "km", "kotak")}
    errors: dict[str, list[str]] = {}
    found = Found((), False)
    try:
        found = find_places(
            office(),
            person(),
            box=_box(asked["kotak"]),
            near=parse_point(asked["titik"]) if asked["titik"] else None,
            km=_km(asked["km"] or NEAR_KM),
            kecamatan=asked["kecamatan"],
            code=asked["jenis"].upper(),
        )
    except Invalid as refused:
        errors = refused.fields
    points: list[dict[str, Any]] = [
        {
            "lat": place.latitude,
            "lon": place.longitude,
            "label": str(number),
            "title": place.applicant_name,
            "kind": "" if place.visited else "rough",
            "href": url_for("case.case", case_id=place.case_id),
        }
        for number, place in enumerate(found.places, 1)
    ]
    page = render_template(
        "visits/places.html",
        found=found,
        asked=asked,
        errors=errors,
        summary=summary_of(errors, {"titik": "titik", "km": "km", "kotak": "kotak"}),
        districts=sorted(district_points(office().settings.processes_dir)),
        map=map_data(points),
        near_km=NEAR_KM,
        **tiles(),
    )
    return with_map(page, 422 if errors else 200)


def _km(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return -1.0


def _box(text: str) -> tuple[float, float, float, float] | None:
    if not text:
        return None
    try:
        south, west, north, east = (float(part) for part in text.split(","))
    except ValueError:
        raise Invalid({"kotak": ["Kotak ditulis selatan,barat,utara,timur."]}) from None
    return south, west, north, east
