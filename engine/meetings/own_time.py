"""Entries that people make in their own calendar, or in their agency's. They belong to no case."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from engine.errors import Invalid, NotAllowed, NotFound
from engine.office import Office
from engine.people import Person
from engine.storage.agenda_tables import busy_times

LONGEST = timedelta(days=31)
OWN = "sendiri"


def write_busy(office: Office, person: Person, start: datetime, end: datetime, note: str, agency: str = "") -> int:
    """Taken from `start` to `end`: the person, or with `agency` that agency as a whole. Returns the entry's id.

    The same entry twice is one. Raises: Invalid, NotAllowed."""
    if not person.may("calendar.own"):
        raise NotAllowed("Menulis kalender memerlukan wewenang calendar.own.")
    if agency and f"tim_teknis:{agency}" not in person.groups:
        raise NotAllowed("Kalender itu milik instansi lain.")
    fields: dict[str, list[str]] = {}
    if not note.strip():
        fields["keterangan"] = ["Sebutkan keperluannya."]
    elif len(note) > 200:
        fields["keterangan"] = ["Paling panjang 200 huruf."]
    if end <= start:
        fields["sampai"] = ["Waktu selesai harus sesudah waktu mulai."]
    elif end - start > LONGEST:
        fields["sampai"] = ["Paling lama 31 hari."]
    if fields:
        raise Invalid(fields)
    mine = {
        "agency": agency or None,
        "person_id": None if agency else person.id,
        "starts_at": start,
        "ends_at": end,
        "kind": OWN,
        "note": note.strip(),
    }
    with office.db.write() as connection:
        known = connection.execute(
            select(busy_times.c.id)
            .where(
                *(
                    busy_times.c[name].is_(value) if value is None else busy_times.c[name] == value
                    for name, value in mine.items()
                )
            )
            .limit(1)
        ).scalar()
        if known is not None:
            return int(known)
        made = insert(busy_times).values(**mine, by_id=person.id, at=office.now()).returning(busy_times.c.id)
        return int(connection.execute(made).scalar_one())


def drop_busy(office: Office, person: Person, ident: int) -> None:
    """Take an own entry back. Raises: NotFound, NotAllowed (another's, or a meeting: answer its invitation instead)."""
    with office.db.write() as connection:
        row = connection.execute(select(busy_times).where(busy_times.c.id == ident)).one_or_none()
        if row is None:
            raise NotFound("Catatan kalender itu tidak ada.")
        own = row.person_id == person.id or (row.agency and f"tim_teknis:{row.agency}" in person.groups)
        if row.kind != OWN or not own:
            raise NotAllowed("Catatan kalender ini bukan milik Anda.")
        connection.execute(delete(busy_times).where(busy_times.c.id == ident))
