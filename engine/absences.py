"""Who is absent from when to when, and who does their work: leave, duty travel, illness, and the Plh of a head.

Tasks follow by themselves: engine.people.with_substitutions gives the substitute the groups of the absent, and what
they do is told in the history as done on behalf of ("atas nama").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from engine.errors import Gone, NotFound
from engine.office import Office
from engine.office_deeds import earlier, full_key, must, refuse, span, today, words
from engine.people import Person, find, with_substitutions
from engine.storage.clock_tables import absences
from engine.storage.people_tables import persons
from engine.working_time import JAKARTA

KINDS = {"cuti": "Cuti", "dinas": "Perjalanan dinas", "sakit": "Sakit", "plh": "Diganti Pelaksana Harian (Plh)"}
HEADS = frozenset({"kepala_badan", "tata_usaha", "kabid"})  # chairs that a Plh may take


@dataclass(frozen=True)
class Absence:
    """first, last: ISO dates, both included. active: holds today. withdrawn_at: taken back since."""

    id: int
    person_id: int
    person: str
    first: str
    last: str
    kind: str
    substitute_id: int | None
    substitute: str | None
    decree: str
    by: str
    at: datetime
    withdrawn_at: datetime | None
    active: bool


def add_absence(
    office: Office,
    person_id: int,
    first: str,
    last: str,
    kind: str,
    substitute_id: int | None,
    decree: str,
    *,
    by: Person,
    key: str | None = None,
) -> int:
    """Note an absence. Returns its id; the same key again gives the same.

    Raises: NotAllowed, NotFound (a person), Invalid: dates, overlapping absences of one person, a substitute who is the
    person or stands in a circle, a Plh without decree, substitute or chair.
    """
    must(by, "absence.edit")
    errors: dict[str, list[str]] = {}
    first, last = span(first, last, errors)
    decree = words(decree, "decree", "Sebutkan surat yang menjadi dasarnya.", errors)
    if kind not in KINDS:
        errors["kind"] = ["Pilih jenis ketidakhadiran."]
    if substitute_id == person_id:
        errors["substitute"] = ["Pengganti haruslah orang lain."]
    if kind == "plh" and substitute_id is None:
        errors["substitute"] = ["Plh adalah orang yang menggantikan: pilih siapa."]
    refuse(errors)
    with office.db.write() as connection:
        if (done := earlier(connection, absences, full_key(by, key))) is not None:
            return int(done.id)
        who = find(connection, person_id)
        if kind == "plh" and not who.roles & HEADS:
            errors["kind"] = ["Plh hanya untuk Kepala Badan, Kepala Bagian Tata Usaha dan Kepala Bidang."]
        if kind != "plh" and substitute_id is not None and "kepala_badan" in who.roles:
            errors["kind"] = ["Kepala Badan hanya dapat digantikan oleh Plh: pilih jenis Plh."]
        if (clash := _overlap(connection, person_id, first, last)) is not None:
            errors["first"] = [
                f"{who.name} sudah dicatat tidak hadir {clash.first} s.d. {clash.last} ({clash.decree})."
            ]
        if substitute_id is not None:
            other = find(connection, substitute_id)
            if _stands_in(connection, substitute_id, person_id, first, last):
                errors["substitute"] = [f"{who.name} sendiri menggantikan {other.name} pada tanggal itu."]
        refuse(errors)
        values = {"person_id": person_id, "first": first, "last": last, "kind": kind, "substitute_id": substitute_id}
        row = insert(absences).values(
            **values, decree=decree, by_id=by.id, at=office.now(), command_key=full_key(by, key)
        )
        return int(connection.execute(row.returning(absences.c.id)).scalar_one())


def withdraw_absence(office: Office, absence_id: int, *, by: Person) -> None:
    """Take an absence back: the person is there after all. Raises: NotAllowed, NotFound, Gone (taken back before)."""
    must(by, "absence.edit")
    with office.db.write() as connection:
        row = connection.execute(
            select(absences.c.withdrawn_at).where(absences.c.id == absence_id).with_for_update()
        ).one_or_none()
        if row is None:
            raise NotFound("Catatan ketidakhadiran itu tidak ada.")
        if row.withdrawn_at is not None:
            raise Gone("Catatan ini sudah dicabut.")
        connection.execute(
            update(absences).where(absences.c.id == absence_id).values(withdrawn_at=office.now(), withdrawn_by=by.id)
        )


def absences_from(office: Office, day: str | None = None, limit: int = 200) -> list[Absence]:
    """Absences that end on or after a date (today by default), the earliest first, withdrawn ones included."""
    now = today(office)
    absent, substitute, author = persons.alias("a"), persons.alias("s"), persons.alias("b")
    query = (
        select(
            absences, absent.c.name.label("person"), substitute.c.name.label("substitute"), author.c.name.label("by")
        )
        .join_from(absences, absent, absent.c.id == absences.c.person_id)
        .outerjoin(substitute, substitute.c.id == absences.c.substitute_id)
        .join(author, author.c.id == absences.c.by_id)
        .where(absences.c.last >= (day or now))
        .order_by(absences.c.first, absences.c.id)
        .limit(limit)
    )
    with office.db.read() as connection:
        rows = connection.execute(query).all()
    return [
        Absence(
            id=row.id,
            person_id=row.person_id,
            person=row.person,
            first=row.first,
            last=row.last,
            kind=row.kind,
            substitute_id=row.substitute_id,
            substitute=row.substitute,
            decree=row.decree,
            by=row.by,
            at=row.at,
            withdrawn_at=row.withdrawn_at,
            active=row.withdrawn_at is None and row.first <= now <= row.last,
        )
        for row in rows
    ]


def acting(office: Office, person: Person, now: datetime | None = None) -> Person:
    """The person with those they stand in for at a moment."""
    with office.db.read() as connection:
        return with_substitutions(connection, person, now or office.now())


def _overlap(connection: Connection, person_id: int, first: str, last: str) -> Absence | None:
    return connection.execute(
        select(absences)
        .where(
            absences.c.person_id == person_id,
            absences.c.last >= first,
            absences.c.first <= last,
            absences.c.withdrawn_at.is_(None),
        )
        .limit(1)
    ).one_or_none()  # type: ignore[return-value]


def _stands_in(connection: Connection, absent: int, substitute: int, first: str, last: str) -> bool:
    """Whether `substitute` does, directly or through others, the work of `absent` on any of these dates."""
    seen: set[int] = set()
    todo = [absent]
    while todo:
        person_id = todo.pop()
        if person_id in seen:
            continue
        seen.add(person_id)
        found = connection.execute(
            select(absences.c.substitute_id).where(
                absences.c.person_id == person_id,
                absences.c.last >= first,
                absences.c.first <= last,
                absences.c.withdrawn_at.is_(None),
                absences.c.substitute_id.is_not(None),
            )
        ).scalars()
        todo.extend(found)
    return substitute in seen and substitute != absent


def absent_on(connection: Connection, moment: datetime) -> set[int]:
    """Ids of the persons who are absent on the office's date of a moment: for calendars of meetings."""
    day = moment.astimezone(JAKARTA).date().isoformat()
    query = select(absences.c.person_id).where(
        absences.c.last >= day, absences.c.first <= day, absences.c.withdrawn_at.is_(None)
    )
    return set(connection.execute(query).scalars())
