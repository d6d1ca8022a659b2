"""When a visit can be, and what is looked at there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from engine.case_row import CaseRow
from engine.office import Office
from engine.storage.people_tables import memberships, persons
from engine.working_time import DAY_MINUTES, JAKARTA

START = "09:00"  # assumed: when a day's visits set out
MEMBER = "tim_teknis"
MOST_OFFICERS = 6


def next_visit(office: Office, connection: Connection, case: CaseRow) -> dict[str, Any]:
    """What umum/jadwal_kunjungan may start with: the next working day, and the officers of the leading agency."""
    day = office.working_time.add(office.now(), DAY_MINUTES).astimezone(JAKARTA).date()
    if not case.agencies:
        return {"tanggal": day.isoformat(), "jam": START}
    query = (
        select(persons.c.name)
        .join(memberships, memberships.c.person_id == persons.c.id)
        .where(
            memberships.c.role == MEMBER,
            memberships.c.scope == case.agencies[0],
            persons.c.active.is_(True),
        )
        .order_by(persons.c.name)
        .limit(MOST_OFFICERS)
    )
    names = list(connection.execute(query).scalars())
    return {"tanggal": day.isoformat(), "jam": START, **({"petugas": "\n".join(names)} if names else {})}


def checklist_of(permit: Any) -> list[str]:
    """What an officer looks at on site: `apa_yang_dicek` of permit.yaml; a general list where the type has none."""
    own = [str(item) for item in permit.get("apa_yang_dicek") or [] if str(item).strip()]
    return own or list(GENERAL)


# assumed: what is looked at on every site, for types whose permit.yaml says nothing
GENERAL = (
    "alamat dan titik lokasi sesuai permohonan",
    "kegiatan di lokasi sesuai permohonan",
    "luas dan bangunan sesuai permohonan",
    "tidak ada keberatan tetangga",
)
