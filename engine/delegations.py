"""Who signs: the Kepala Badan, the Plh in his place, or a Camat for the types delegated to him, each by its decree.

A lane marked `delegasi: camat` in pelaksana.yaml is that of whoever signs; on the dates of a delegation its tasks go to
the Camat of the case's kecamatan.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from engine.errors import Gone, NotFound
from engine.office import Office
from engine.office_deeds import day_of, earlier, full_key, must, refuse, span, today, words
from engine.people import Person, list_persons
from engine.storage.clock_tables import absences, delegations
from engine.storage.people_tables import memberships, persons

HEAD = "kepala_badan"


@dataclass(frozen=True)
class Delegation:
    """code, variant (None: all) of the permits that Camat sign. first, last: ISO dates, last None: until withdrawn."""

    id: int
    code: str
    variant: str | None
    first: str
    last: str | None
    decree: str
    by: str
    at: datetime
    withdrawn_at: datetime | None
    active: bool


@dataclass(frozen=True)
class Official:
    """Who may sign a case's letter. as_what: kepala_badan, plh or camat. group_key: whose task it is. people: who sits
    there; decree: by what order, empty for the Kepala Badan himself."""

    as_what: str
    group_key: str
    people: tuple[Person, ...]
    decree: str


def add_delegation(
    office: Office,
    code: str,
    variant: str | None,
    first: str,
    last: str | None,
    decree: str,
    *,
    by: Person,
    key: str | None = None,
) -> int:
    """Delegate the signing of a type, or of one variant, to the Camat. Returns its id; the same key again the same.

    Raises: NotAllowed, NotFound (type or variant), Invalid (dates, decree, a delegation that overlaps).
    """
    must(by, "absence.edit")
    errors: dict[str, list[str]] = {}
    span(first, last or first, errors)
    decree = words(decree, "decree", "Sebutkan keputusan pendelegasiannya.", errors)
    refuse(errors)
    with office.db.write() as connection:
        if (done := earlier(connection, delegations, full_key(by, key))) is not None:
            return int(done.id)
        version = office.definitions.active(connection, code, office.now())
        if variant is not None:
            version.variant(variant)
        for row in connection.execute(_in_force(code, first, last or "9999-12-31")):
            if row.variant is None or variant is None or row.variant == variant:
                errors["first"] = [
                    f"Bertumpuk dengan pendelegasian sejak {row.first} ({row.decree}): cabut itu dahulu."
                ]
        refuse(errors)
        made = insert(delegations).values(
            code=code,
            variant=variant,
            first=first,
            last=last,
            decree=decree,
            by_id=by.id,
            at=office.now(),
            command_key=full_key(by, key),
        )
        return int(connection.execute(made.returning(delegations.c.id)).scalar_one())


def withdraw_delegation(office: Office, delegation_id: int, *, by: Person) -> None:
    """End a delegation: steps reached from now on are the Kepala Badan's again. Raises: NotAllowed, NotFound, Gone."""
    must(by, "absence.edit")
    with office.db.write() as connection:
        row = connection.execute(
            select(delegations.c.withdrawn_at).where(delegations.c.id == delegation_id).with_for_update()
        ).one_or_none()
        if row is None:
            raise NotFound("Pendelegasian itu tidak ada.")
        if row.withdrawn_at is not None:
            raise Gone("Pendelegasian ini sudah dicabut.")
        connection.execute(
            update(delegations)
            .where(delegations.c.id == delegation_id)
            .values(withdrawn_at=office.now(), withdrawn_by=by.id)
        )


def all_delegations(office: Office) -> list[Delegation]:
    """Every delegation there ever was, the newest first."""
    now = today(office)
    query = (
        select(delegations, persons.c.name.label("by"))
        .join(persons, persons.c.id == delegations.c.by_id)
        .order_by(delegations.c.id.desc())
    )
    with office.db.read() as connection:
        return [
            Delegation(
                id=row.id,
                code=row.code,
                variant=row.variant,
                first=row.first,
                last=row.last,
                decree=row.decree,
                by=row.by,
                at=row.at,
                withdrawn_at=row.withdrawn_at,
                active=row.withdrawn_at is None and row.first <= now <= (row.last or now),
            )
            for row in connection.execute(query)
        ]


def camat_signs(connection: Connection, code: str, variant: str, now: datetime) -> Any | None:
    """The delegation in force for a case of this type and variant, or None: the Kepala Badan signs."""
    day = day_of(now)
    for row in connection.execute(_in_force(code, day, day)):
        if row.variant in (None, variant):
            return row
    return None


def signing_official(connection: Connection, case: Any, now: datetime) -> Official:
    """Who may sign the letters of a case at a moment. case: has code, variant, kecamatan."""
    row = camat_signs(connection, case.code, case.variant, now) if case.kecamatan else None
    if row is not None:
        group = f"camat:{case.kecamatan}"
        return Official("camat", group, tuple(list_persons(connection, group=group)), row.decree)
    day = day_of(now)
    acting = connection.execute(
        select(absences.c.substitute_id, absences.c.decree)
        .join(memberships, memberships.c.person_id == absences.c.person_id)
        .where(
            memberships.c.role == HEAD,
            absences.c.last >= day,
            absences.c.first <= day,
            absences.c.withdrawn_at.is_(None),
            absences.c.substitute_id.is_not(None),
        )
        .limit(1)
    ).one_or_none()
    if acting is not None:
        people = tuple(person for person in list_persons(connection) if person.id == acting.substitute_id)
        return Official("plh", HEAD, people, acting.decree)
    return Official(HEAD, HEAD, tuple(list_persons(connection, group=HEAD)), "")


def _in_force(code: str, first: str, last: str) -> Any:
    """Delegations of a type that hold on any date from first to last."""
    return select(delegations).where(
        delegations.c.code == code,
        delegations.c.withdrawn_at.is_(None),
        delegations.c.first <= last,
        or_(delegations.c.last.is_(None), delegations.c.last >= first),
    )
