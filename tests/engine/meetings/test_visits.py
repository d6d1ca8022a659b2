"""Visits: the day's route, reports and photos that come late or twice, and cases found by place."""

from __future__ import annotations

import io
import itertools
import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engine.errors import Gone, Invalid, NotAllowed, Taken
from engine.storage.agenda_tables import case_places, visit_photos
from engine.storage.schema import documents
from engine.storage.service_tables import visits
from engine.verify import verify
from engine.visits.day import day_of_visits
from engine.visits.photos import make_photo
from engine.visits.places import find_places
from engine.visits.record import Report, send_photo, send_report
from engine.visits.route import distance_km, length_km, plan_route

from .conftest import NOTULEN, PEOPLE, Desk

TONO, TINI, BUDI = PEOPLE["bplh"], PEOPLE["dishub"], PEOPLE["bidang"]
FOUND = Report("-6.2301,106.9902", "Sesuai gambar", "sesuai", ({"butir": "parkir", "hasil": "ya"},))


def to_visit(desk: Desk, name: str = "Ani", point: str | None = None, hour: str = "09:00") -> int:
    """A case that waits for its visit on Wednesday the 20th; its visit's id is the newest."""
    case_id = desk.open("LAPANGAN", name, point)
    desk.invite(case_id, "2016-07-18", "13:00")
    desk.do("bplh", case_id, NOTULEN, hadir="Tono", notulen="Ke lapangan.", hasil_pembahasan="lapangan")
    desk.do("bidang", case_id, "umum/jadwal_kunjungan", tanggal="2016-07-20", jam=hour, petugas="Tono")
    return case_id


def picture(width: int = 2400, height: int = 1800, exif: Image.Exif | None = None, kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    image = Image.effect_noise((width, height), 40).convert("RGB")
    image.save(out, kind, **({"exif": exif} if exif else {}))
    return out.getvalue()


def noted() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif.get_ifd(0x8769)[0x9003] = "2016:07:20 09:15:00"
    where = exif.get_ifd(0x8825)
    where.update({1: "S", 2: (6.0, 14.0, 24.0), 3: "E", 4: (106.0, 59.0, 24.0)})
    return exif


# -- the route ---------------------------------------------------------------------------------------------------


def test_distances_are_those_of_the_globe() -> None:
    assert distance_km((0, 0), (0, 1)) == pytest.approx(111.195, abs=0.01)
    assert distance_km((-6.2383, 106.9756), (-6.1754, 106.8272)) == pytest.approx(17.85, abs=0.05)  # Bekasi - Monas


places = st.lists(
    st.tuples(st.floats(-6.45, -6.10, allow_nan=False), st.floats(106.85, 107.15, allow_nan=False)), max_size=6
)


@given(places)
def test_a_route_visits_everything_once_and_is_close_to_the_shortest(points: list[tuple[float, float]]) -> None:
    start = (-6.23827, 106.975573)
    route = plan_route(start, points)
    assert sorted(route.order) == list(range(len(points)))
    assert route.km == pytest.approx(length_km(start, points, route.order), abs=0.006)
    shortest = min(length_km(start, points, order) for order in itertools.permutations(range(len(points))))
    assert route.km <= shortest * 1.35 + 0.01


def test_two_opt_removes_crossings() -> None:
    rng = random.Random(7)
    points = [(-6.2 - rng.random() / 10, 106.9 + rng.random() / 10) for _ in range(25)]
    naive = length_km((-6.2, 106.9), points, range(25))
    assert plan_route((-6.2, 106.9), points).km < naive / 2


def test_the_day_in_the_order_of_the_route(desk: Desk) -> None:
    far, near = to_visit(desk, "Jauh", "-6.30,107.05"), to_visit(desk, "Dekat", "-6.24,106.98")
    lost = to_visit(desk, "Tanpa Titik")
    day = day_of_visits(desk.office, TONO, datetime(2016, 7, 20, tzinfo=UTC).date())
    assert [stop.case_id for stop in day.stops][:1] == [near] and {s.case_id for s in day.stops} == {far, near, lost}
    by_case = {stop.case_id: stop for stop in day.stops}
    assert by_case[near].exact and by_case[near].may_record and by_case[near].checklist == ("luas terpakai", "parkir")
    assert not by_case[lost].exact and by_case[lost].point == (-6.237, 107.019)  # about the middle of Bekasi Timur
    assert by_case[near].technical == {"Luas": 120}
    assert day.km == pytest.approx(sum(stop.km or 0 for stop in day.stops) + distance_km(day.start, day.stops[-1].point), abs=0.05)  # fmt: skip # noqa: E501
    assert not day_of_visits(desk.office, BUDI, day.date).stops[0].may_record
    assert day_of_visits(desk.office, PEOPLE["lain"], day.date).stops == []


# -- what comes back ----------------------------------------------------------------------------------------------


def test_a_report_sent_twice_is_one(desk: Desk) -> None:
    case_id = to_visit(desk)
    [visit] = desk.rows(visits)
    assert send_report(desk.office, visit.id, FOUND, by=TONO, key="uuid-1")
    assert not send_report(desk.office, visit.id, FOUND, by=TONO, key="uuid-1")
    [visit] = desk.rows(visits)
    assert (visit.state, visit.conformity, visit.latitude, visit.recorded_by) == ("selesai", "sesuai", -6.2301, 4)
    assert visit.checklist == [{"butir": "parkir", "hasil": "ya", "catatan": ""}]
    assert desk.history(case_id).count("visit_recorded") == 1
    with pytest.raises(Taken) as late:
        send_report(desk.office, visit.id, FOUND, by=TONO, key="uuid-2")
    assert late.value.extra["by"] == "Tono Teknis"
    assert verify(desk.office).problems == []


def test_a_report_that_is_not_complete_changes_nothing(desk: Desk) -> None:
    case_id = to_visit(desk)
    [visit] = desk.rows(visits)
    for wrong in (
        Report("di pasar", "x", "sesuai"),
        Report("-6.23,106.99", "", "sesuai"),
        Report("-6.23,106.99", "x", "sesuai", ({"butir": "parkir", "hasil": "mungkin"},)),
    ):
        with pytest.raises(Invalid):
            send_report(desk.office, visit.id, wrong, by=TONO, key="uuid-1")
    with pytest.raises(NotAllowed):
        send_report(desk.office, visit.id, FOUND, by=PEOPLE["lain"], key="uuid-1")
    assert desk.at(case_id) == ["kunjungi"]
    assert send_report(desk.office, visit.id, FOUND, by=TONO, key="uuid-3")


def test_photos_are_kept_once_small_upright_and_with_their_place(desk: Desk) -> None:
    case_id = to_visit(desk)
    [visit] = desk.rows(visits)
    content = picture(exif=noted())
    assert make_photo(content).taken_at == datetime(2016, 7, 20, 2, 15, tzinfo=UTC)
    for _ in range(2):
        send_photo(desk.office, visit.id, content, "foto.jpg", "Depan", point="-6.3,107.0", by=TONO, key="foto-1")
    send_photo(desk.office, visit.id, picture(300, 200, kind="PNG"), "b.png", point="-6.3,107.0", by=TONO, key="foto-2")
    first, second = desk.rows(visit_photos)
    assert (first.width, first.height, first.position_from) == (1200, 1600, "exif")
    assert (first.latitude, first.longitude) == (pytest.approx(-6.24), pytest.approx(106.99))
    assert first.taken_at is None  # tomorrow, by the office's clock: the camera is wrong
    assert (second.position_from, second.latitude) == ("perangkat", -6.3)
    kept = desk.office.documents.open(first.sha256)
    with Image.open(io.BytesIO(kept)) as image:
        assert image.format == "JPEG" and not image.getexif()
    assert len(kept) < 900_000
    assert [row.file_name for row in desk.rows(documents, case_id=case_id, kind="foto_kunjungan")] == [
        "foto-kunjungan-1.jpg",
        "foto-kunjungan-2.jpg",
    ]


def test_a_photo_of_50_mb_is_refused_clearly(desk: Desk) -> None:
    to_visit(desk)
    [visit] = desk.rows(visits)
    with pytest.raises(Invalid) as refused:
        send_photo(desk.office, visit.id, picture(64, 64) + b"\0" * 50_000_000, "besar.jpg", by=TONO, key="foto-1")
    assert "lebih dari 10 MB" in refused.value.fields["foto"][0]
    assert desk.rows(visit_photos) == []


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4 bukan foto %%EOF", b"\xff\xd8\xff\xe0 terpotong", b"GIF89a"])
def test_what_is_no_photo(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        make_photo(content, "foto.jpg")
    assert refused.value.fields["foto"]


def test_a_case_that_went_on_takes_no_report(desk: Desk) -> None:
    from engine import cases

    case_id = to_visit(desk)
    [visit] = desk.rows(visits)
    cases.withdraw(desk.office, case_id, "Batal", by=PEOPLE["loket"])
    with pytest.raises(Gone):
        send_report(desk.office, visit.id, FOUND, by=TONO, key="uuid-1")


# -- the map -------------------------------------------------------------------------------------------------------


def test_places_are_known_from_the_application_and_surer_from_the_visit(desk: Desk) -> None:
    case_id = to_visit(desk, point="-6.24,106.98")
    [place] = desk.rows(case_places)
    assert (place.case_id, place.latitude, place.visited, place.data["Luas"]) == (case_id, -6.24, False, 120)
    send_report(desk.office, desk.rows(visits)[0].id, FOUND, by=TONO, key="uuid-1")
    [place] = desk.rows(case_places)
    assert (place.latitude, place.visited, place.data["Luas"]) == (-6.2301, True, 120)


def test_cases_are_found_by_place(desk: Desk) -> None:
    a = desk.open(name="Ani", point="-6.2400,106.9800")
    b = desk.open(name="Budi", point="-6.2410,106.9800")
    c = desk.open("SATU", "Cici", "-6.3000,107.0500")
    office = desk.office

    def ids(person: str = "bidang", **asked: object) -> list[int]:
        return [place.case_id for place in find_places(office, PEOPLE[person], **asked).places]  # type: ignore[arg-type]

    assert ids() == [c, b, a]
    assert ids(near=(-6.2412, 106.98), km=0.5) == [b, a]
    assert ids(near=(-6.2412, 106.98), km=0.1) == [b]
    assert ids(box=(-6.31, 107.0, -6.29, 107.1)) == [c] and ids(box=(-6.31, 107.0, -6.29, 107.1), code="RAPAT") == []
    assert ids(kecamatan="Bekasi Timur", code="SATU") == [c] and ids(kecamatan="Jatiasih") == []
    assert ids("bplh") == [b, a] and ids("dishub") == [c, b, a]
    with pytest.raises(NotAllowed):
        ids("loket")
    with pytest.raises(Invalid):
        ids(near=(-6.2, 107.0), km=500)
    near = find_places(office, BUDI, near=(-6.2412, 106.98), km=0.5).places[0]
    assert near.km == pytest.approx(0.022, abs=0.001) and near.data["Luas"] == 120
