"""A day's visits as an officer makes them: in what order, how far, what to look at."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from engine.cases import acting_groups
from engine.errors import NotAllowed, NotFound
from engine.office import Office
from engine.people import Person
from engine.services.kunjungan import PLANNED, RECORDED
from engine.storage.agenda_tables import case_places, visit_photos
from engine.storage.schema import cases, tasks
from engine.storage.service_tables import visits
from engine.visits.places import VISIT_FORM, district_key, district_points, parse_point, site_of
from engine.visits.plan import checklist_of
from engine.visits.route import Point, distance_km, plan_route
from engine.working_time import JAKARTA

MOST_STOPS = 100


@dataclass(frozen=True)
class Stop:
    """One visit. point: where; exact: of the case itself, else about the middle of its kecamatan. address: of the
    place, else of the applicant. km: from the stop before. may_record: its step is this person's to do."""

    visit_id: int
    case_id: int
    number: str
    scheduled_at: datetime
    resi: str | None
    code: str
    permit: str
    applicant: str
    phone: str | None
    address: str | None
    kecamatan: str | None
    officers: str
    done: bool
    may_record: bool
    checklist: tuple[str, ...]
    technical: dict[str, Any]
    photos: int
    point: Point | None = None
    exact: bool = False
    km: float | None = None


@dataclass(frozen=True)
class Day:
    """stops: those to be made in the order of the route, then those without a place, then those that are done."""

    date: date
    start: Point
    stops: list[Stop] = field(default_factory=list)
    km: float = 0.0


def day_of_visits(office: Office, person: Person, day: date) -> Day:
    """The visits of a day that concern the person: their agency's, or their bidang's. Raises NotAllowed."""
    if not person.may("agenda.view"):
        raise NotAllowed("Jadwal kunjungan memerlukan wewenang agenda.view.")
    first = datetime.combine(day, time(), JAKARTA)
    groups = acting_groups(person)
    start = parse_point(office.settings.office_point)
    photos = (
        select(func.count()).select_from(visit_photos).where(visit_photos.c.visit_id == visits.c.id).scalar_subquery()
    )
    about = ("resi", "code", "bidang", "applicant_name", "phone", "address", "kecamatan", "version_hash", "facts")
    query = (
        select(visits)
        .add_columns(*(cases.c[name] for name in about))
        .add_columns(case_places.c.latitude.label("place_lat"), case_places.c.longitude.label("place_lon"))
        .add_columns(case_places.c.data.label("technical"), tasks.c.group_key, photos.label("photos"))
        .join(cases, cases.c.id == visits.c.case_id)
        .outerjoin(case_places, case_places.c.case_id == visits.c.case_id)
        .outerjoin(
            tasks, (tasks.c.case_id == visits.c.case_id) & (tasks.c.state == "open") & (tasks.c.form == VISIT_FORM)
        )
        .where(visits.c.scheduled_at >= first, visits.c.scheduled_at < first + timedelta(days=1))
        .where(or_(visits.c.state == RECORDED, and_(visits.c.state == PLANNED, tasks.c.id.is_not(None))))
        .order_by(visits.c.scheduled_at, visits.c.id)
        .limit(MOST_STOPS)
    )
    with office.db.read() as connection:
        rows = [row for row in connection.execute(query) if _concerns(person, groups, row)]
        versions = {row.version_hash: office.definitions.version(connection, row.version_hash) for row in rows}
    districts = district_points(office.settings.processes_dir)
    stops = [_stop(row, versions[row.version_hash], groups, person, districts) for row in rows]
    return _ordered(day, start, stops)


def _ordered(day: date, start: Point, stops: list[Stop]) -> Day:
    placed = [stop for stop in stops if stop.point is not None and not stop.done]
    route = plan_route(start, [stop.point for stop in placed if stop.point is not None])
    ordered, here = [], start
    for index in route.order:
        stop = placed[index]
        assert stop.point is not None
        ordered.append(replace(stop, km=round(distance_km(here, stop.point), 2)))
        here = stop.point
    lost = [stop for stop in stops if stop.point is None and not stop.done]
    return Day(day, start, [*ordered, *lost, *(stop for stop in stops if stop.done)], route.km)


def _stop(row: Any, version: Any, groups: frozenset[str], person: Person, districts: dict[str, Point]) -> Stop:
    exact = row.place_lat is not None
    point = (row.place_lat, row.place_lon) if exact else districts.get(district_key(row.kecamatan))
    return Stop(
        visit_id=row.id,
        case_id=row.case_id,
        number=row.number,
        scheduled_at=row.scheduled_at,
        resi=row.resi,
        code=row.code,
        permit=str(version.permit.get("nama") or row.code),
        applicant=row.applicant_name,
        phone=row.phone,
        address=site_of(version, row.technical or {}) or row.address,
        kecamatan=row.kecamatan,
        officers=row.officers,
        done=row.state == RECORDED,
        may_record=row.state != RECORDED and row.group_key in groups and person.may("visit.record"),
        checklist=tuple(checklist_of(version.permit)),
        technical=dict(row.technical or {}),
        photos=row.photos,
        point=point,
        exact=exact,
    )


def _concerns(person: Person, groups: frozenset[str], row: Any) -> bool:
    if person.roles - {"tim_teknis", "camat", "bidang", "kabid"}:
        return True
    agencies = {f"tim_teknis:{agency}" for agency in row.facts.get("instansi") or []}
    return f"bidang:{row.bidang}" in groups or bool(groups & agencies)


def visit_row(connection: Any, visit_id: int) -> Any:
    """Raises NotFound."""
    row = connection.execute(select(visits).where(visits.c.id == visit_id)).one_or_none()
    if row is None:
        raise NotFound("Kunjungan itu tidak ada.")
    return row
