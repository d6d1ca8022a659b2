"""What comes back from a visit, at once or hours later from a phone that had no connection.

Everything carries an identifier made on the phone (a UUID), so that sending it twice does nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from engine.cases import acting_groups, complete
from engine.command import command
from engine.documents import Stored
from engine.errors import Gone, Invalid, NotAllowed, Taken
from engine.office import Office
from engine.people import Person
from engine.services.kunjungan import CANCELLED, RECORDED
from engine.storage.agenda_tables import visit_photos
from engine.storage.people_tables import persons
from engine.storage.schema import documents, events, tasks
from engine.storage.service_tables import visits
from engine.unit import Unit
from engine.visits.day import visit_row
from engine.visits.photos import make_photo
from engine.visits.places import VISIT_FORM, parse_point

RESULTS = ("ya", "tidak", "tidak_dapat")
MOST_ITEMS, MOST_PHOTOS = 50, 30
PHOTO_KIND = "foto_kunjungan"
FUTURE = timedelta(hours=1)  # how far a phone's clock may be ahead


@dataclass(frozen=True)
class Report:
    """What an officer found. point: `latitude,longitude`; checklist: rows of butir, hasil (one of RESULTS), catatan."""

    point: str
    findings: str
    conformity: str
    checklist: Sequence[Mapping[str, Any]] = ()


def send_report(office: Office, visit_id: int, report: Report, *, by: Person, key: str) -> bool:
    """Put in the checklist and do the step "Kunjungi lapangan". False when exactly this was sent before.

    Raises: Invalid (fields titik, temuan, kesesuaian, periksa), Taken (somebody else reported), Gone, NotAllowed,
    NotFound.
    """
    with office.db.read() as connection:
        row = visit_row(connection, visit_id)
        if _sent(connection, by, f"{key}-hasil"):
            return False
        query = select(tasks.c.id).where(
            tasks.c.case_id == row.case_id, tasks.c.form == VISIT_FORM, tasks.c.state == "open"
        )
        task = connection.execute(query.limit(1)).scalar()
        if task is None or row.state == CANCELLED:
            _refuse_late(connection, row)
    _keep_checklist(office, row.case_id, visit_id, _checked(report.checklist), by=by, key=f"{key}-cek")
    answers = {"titik": report.point, "temuan": report.findings, "kesesuaian": report.conformity}
    complete(office, task, answers, by=by, key=f"{key}-hasil")
    return True


def send_photo(
    office: Office,
    visit_id: int,
    content: bytes,
    name: str = "",
    caption: str = "",
    taken_at: datetime | None = None,
    point: str = "",
    *,
    by: Person,
    key: str,
) -> bool:
    """A photo onto the visit and into the case's dossier. taken_at, point: as the phone told them; what the camera
    noted in the photo itself wins. False when exactly this photo was sent before.

    Raises: Invalid (field foto), Gone (the case is closed), NotAllowed, NotFound.
    """
    with office.db.read() as connection:
        row = visit_row(connection, visit_id)
        if _sent(connection, by, key):
            return False
    photo = make_photo(content, name or None)
    told = None
    if photo.point is None and point:
        told = parse_point(point)
    where = photo.point or told
    source = "exif" if photo.point else "perangkat" if told else None
    taken = photo.taken_at or taken_at
    if taken is not None and taken > office.now() + FUTURE:
        taken = None
    stored = office.documents.put(photo.content, made_here=True)
    values = {
        "taken_at": taken,
        "latitude": where[0] if where else None,
        "longitude": where[1] if where else None,
        "position_from": source,
        "width": photo.width,
        "height": photo.height,
        "caption": caption.strip()[:300],
    }
    _add_photo(office, row.case_id, visit_id, stored, values, by=by, key=key)
    return True


@command("visit_checked", may="visit.record")
def _keep_checklist(unit: Unit, case_id: int, visit_id: int, checklist: list[dict[str, Any]]) -> None:
    case = unit.lock(case_id)
    _must_be_theirs(unit, case.agencies, case.bidang)
    assert unit.by is not None
    unit.connection.execute(
        update(visits).where(visits.c.id == visit_id).values(checklist=checklist, recorded_by=unit.by.id)
    )
    unit.emit("visit_checked", {"kunjungan": visit_id, "butir": len(checklist)})


@command("visit_photo_added", may="visit.record")
def _add_photo(unit: Unit, case_id: int, visit_id: int, stored: Stored, values: dict[str, Any]) -> None:
    case = unit.lock(case_id)
    _must_be_theirs(unit, case.agencies, case.bidang)
    assert unit.by is not None
    if not case.open:
        raise Gone("Permohonan ini sudah ditutup.")
    count = unit.connection.execute(select(visit_photos.c.sha256).where(visit_photos.c.visit_id == visit_id)).scalars()
    known = list(count)
    if len(known) >= MOST_PHOTOS:
        raise Invalid({"foto": [f"Satu kunjungan paling banyak {MOST_PHOTOS} foto."]})
    if stored.sha256 not in known:
        unit.connection.execute(
            insert(visit_photos).values(
                visit_id=visit_id, case_id=case_id, sha256=stored.sha256, by_id=unit.by.id, at=unit.now, **values
            )
        )
        unit.connection.execute(
            insert(documents).values(
                case_id=case_id,
                kind=PHOTO_KIND,
                title=values["caption"] or "Foto kunjungan lapangan",
                file_name=f"foto-kunjungan-{len(known) + 1}.jpg",
                sha256=stored.sha256,
                mime=stored.mime,
                size=stored.size,
                by_id=unit.by.id,
                at=unit.now,
            )
        )
    unit.emit("visit_photo_added", {"kunjungan": visit_id, "sha256": stored.sha256})


def _must_be_theirs(unit: Unit, agencies: Sequence[str], bidang: str) -> None:
    groups = acting_groups(unit.by)
    if f"bidang:{bidang}" not in groups and not groups & {f"tim_teknis:{agency}" for agency in agencies}:
        raise NotAllowed("Kunjungan ini milik bidang dan instansi lain.")


def _checked(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if not isinstance(rows, (list, tuple)) or len(rows) > MOST_ITEMS:
        raise Invalid({"periksa": ["Daftar periksa tidak terbaca."]})
    found = []
    for row in rows:
        if not isinstance(row, Mapping) or row.get("hasil") not in RESULTS or not str(row.get("butir") or "").strip():
            raise Invalid({"periksa": ["Setiap butir daftar periksa perlu hasil."]})
        note = str(row.get("catatan") or "").strip()
        found.append({"butir": str(row["butir"]).strip()[:300], "hasil": row["hasil"], "catatan": note[:500]})
    return found


def _sent(connection: Any, by: Person, key: str) -> bool:
    query = select(events.c.seq).where(events.c.command_key == f"{by.id}:{key}"[:80])
    return connection.execute(query).first() is not None


def _refuse_late(connection: Any, row: Any) -> None:
    if row.state == RECORDED:
        who = connection.execute(select(persons.c.name).where(persons.c.id == row.recorded_by)).scalar()
        raise Taken("Hasil kunjungan ini sudah dicatat.", by=who or "orang lain", at=row.recorded_at)
    if row.state == CANCELLED:
        raise Gone("Kunjungan ini dibatalkan: permohonannya dikembalikan ke langkah sebelumnya.")
    raise Gone("Kunjungan ini tidak ditunggu lagi: permohonannya berlanjut di langkah lain.")
