"""Where cases lie: kept whenever a form with a map point is answered, and searched by place.

This is the technical database that office and agencies share: a point, the technical data of the application, and
whether somebody has been there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Select, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from engine.definitions import Version
from engine.errors import Invalid, NotAllowed, NotFound
from engine.forms import Form
from engine.office import Office
from engine.people import Person
from engine.storage.agenda_tables import case_places
from engine.storage.schema import cases
from engine.storage.types import like_literal
from engine.unit import Unit
from engine.visits.route import EARTH_KM, Point, distance_km

VISIT_FORM = "umum/hasil_kunjungan"
MOST_FOUND = 200
LONGEST_VALUE = 200  # characters
WIDEST_KM = 50.0
Box = tuple[float, float, float, float]
_SCALARS = (str, int, float, bool)


@dataclass(frozen=True)
class Place:
    """A case on the map. km: from the point that was asked for, if one was."""

    case_id: int
    latitude: float
    longitude: float
    visited: bool
    code: str
    kecamatan: str | None
    resi: str | None
    applicant_name: str
    address: str | None  # of the place, else of the applicant
    state: str
    data: Mapping[str, Any]
    km: float | None


@dataclass(frozen=True)
class Found:
    """Places, the nearest or newest first; more: there are others beyond MOST_FOUND."""

    places: tuple[Place, ...]
    more: bool


def parse_point(text: str) -> Point:
    """`-6.24,107.0` as latitude and longitude. Raises Invalid."""
    try:
        latitude, longitude = (float(part) for part in text.split(","))
    except ValueError:
        raise Invalid({"titik": ["Tulis lintang dan bujur, misalnya -6.238270,106.975573."]}) from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Invalid({"titik": ["Titik itu tidak ada di bumi."]})
    return latitude, longitude


def note_place(unit: Unit, form_key: str, form: Form, data: Mapping[str, Any]) -> None:
    """Keep the case's point when `form` asks for one and it was given. At most two statements, none for other forms.

    What somebody saw on site is not written over by what an application states."""
    given = next((data[item.key] for item in form.fields if item.check == "geo" and data.get(item.key)), None)
    if given is None:
        return
    case = unit.case
    try:
        latitude, longitude = parse_point(str(given))
    except Invalid:  # the form's own bounds have refused what is no point; older answers may still hold one
        return
    visited = form_key == VISIT_FORM
    technical = _of_application(unit) if visited else _technical(form, data)
    values = {
        "latitude": latitude,
        "longitude": longitude,
        "visited": visited,
        "form": form_key,
        "code": case.code,
        "kecamatan": case.kecamatan,
        "agencies": f"|{'|'.join(case.agencies)}|",
        "data": technical,
        "at": unit.now,
    }
    make: Any = sqlite_insert if unit.connection.dialect.name == "sqlite" else postgresql_insert
    statement = make(case_places).values(case_id=case.id, **values)
    unit.connection.execute(
        statement.on_conflict_do_update(
            index_elements=[case_places.c.case_id],
            set_=values,
            where=or_(case_places.c.visited.is_(False), statement.excluded.visited),
        )
    )


def find_places(
    office: Office,
    person: Person,
    *,
    box: Box | None = None,
    near: Point | None = None,
    km: float = 1.0,
    kecamatan: str = "",
    code: str = "",
) -> Found:
    """Cases within a box (south, west, north, east), around a point, in a kecamatan, of a type; all that are asked for
    together. Officers of agencies find the cases that are put before them. Raises NotAllowed, Invalid."""
    if not person.may("map.view"):
        raise NotAllowed("Peta memerlukan wewenang map.view.")
    if near is not None:
        if not 0 < km <= WIDEST_KM:
            raise Invalid({"km": [f"Jarak antara 0 dan {WIDEST_KM:g} km."]})
        around = _around(near, km)
        box = around if box is None else _both(box, around)
    query = (
        select(case_places)
        .add_columns(cases.c.resi, cases.c.applicant_name, cases.c.address, cases.c.state, cases.c.version_hash)
        .join(cases, cases.c.id == case_places.c.case_id)
    )
    if box is not None:
        south, west, north, east = box
        query = query.where(case_places.c.latitude.between(south, north), case_places.c.longitude.between(west, east))
    if kecamatan:
        query = query.where(case_places.c.kecamatan == kecamatan)
    if code:
        query = query.where(case_places.c.code == code)
    query = _visible(query, person).order_by(case_places.c.case_id.desc()).limit(MOST_FOUND * 5 + 1)
    with office.db.read() as connection:
        rows = connection.execute(query).all()
        hashes = {row.version_hash for row in rows}
        versions = {one: office.definitions.version(connection, one) for one in hashes}
    found = []
    for row in rows:
        away = distance_km(near, (row.latitude, row.longitude)) if near else None
        if away is None or away <= km:
            found.append(_place(row, versions[row.version_hash], away))
    if near is not None:
        found.sort(key=lambda place: (place.km, place.case_id))
    return Found(tuple(found[:MOST_FOUND]), len(found) > MOST_FOUND)


def district_points(processes_dir: Path) -> dict[str, Point]:
    """About the middle of every kecamatan (assumed), for cases that have no point of their own."""
    path = processes_dir / "shared" / "titik_kecamatan.yaml"
    return _districts(path, path.stat().st_mtime_ns) if path.is_file() else {}


@lru_cache(maxsize=4)
def _districts(path: Path, _changed: int) -> dict[str, Point]:
    rows = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    return {district_key(str(name)): (float(place[0]), float(place[1])) for name, place in rows.items()}


def district_key(name: str | None) -> str:
    """`Medan Satria` and `Medansatria` are one kecamatan."""
    return (name or "").replace(" ", "").lower()


def _of_application(unit: Unit) -> dict[str, Any]:
    """The technical data of the application, where it was answered on a form that is still there."""
    key = f"{unit.case.code}/permohonan"
    given = unit.answers(key)
    try:
        return _technical(unit.version.form(key), given) if given else {}
    except NotFound:
        return {}


def _technical(form: Form, data: Mapping[str, Any]) -> dict[str, Any]:
    """What can be read at a glance: label -> single value; no ticks of the checklist, no points, no long texts."""
    found: dict[str, Any] = {}
    for item in form.fields:
        value = data.get(item.key)
        if item.requirement or item.check == "geo" or not isinstance(value, _SCALARS) or value == "":
            continue
        shown = item.label_of(value) if isinstance(value, str) else value
        if len(str(shown)) <= LONGEST_VALUE:
            found[item.label] = shown
    return found


def site_of(version: Version, technical: Mapping[str, Any]) -> str | None:
    """The address of the place itself, if the application asks for it."""
    try:
        site = version.form(f"{version.code}/permohonan").site
    except NotFound:
        return None
    found = technical.get(site.label) if site else None
    return str(found) if found else None


def _around(near: Point, km: float) -> Box:
    """The box that holds the circle."""
    tall = km / (EARTH_KM * radians(1))
    wide = tall / max(0.01, cos(radians(near[0])))
    return near[0] - tall, near[1] - wide, near[0] + tall, near[1] + wide


def _both(
    a: tuple[float, float, float, float], b: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    return max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])


def _visible(query: Select[Any], person: Person) -> Select[Any]:
    if person.roles - {"tim_teknis", "camat"}:
        return query
    scopes = [(role, scope) for role, scope in person.memberships if scope]
    agencies = [f"%|{like_literal(scope)}|%" for role, scope in scopes if role == "tim_teknis"]
    mine: list[Any] = [case_places.c.agencies.like(pattern, escape="\\") for pattern in agencies]
    mine += [case_places.c.kecamatan == scope for role, scope in scopes if role == "camat"]
    return query.where(or_(*mine)) if mine else query.where(case_places.c.case_id < 0)


def _place(row: Any, version: Version, km: float | None) -> Place:
    return Place(
        case_id=row.case_id,
        latitude=row.latitude,
        longitude=row.longitude,
        visited=row.visited,
        code=row.code,
        kecamatan=row.kecamatan,
        resi=row.resi,
        applicant_name=row.applicant_name,
        address=site_of(version, row.data) or row.address,
        state=row.state,
        data=row.data,
        km=round(km, 3) if km is not None else None,
    )
