"""Who works here, for choosing: name and chairs."""

from __future__ import annotations

from typing import NamedTuple

from engine.office import Office
from engine.people import list_persons
from engine.permissions import ROLES


class Colleague(NamedTuple):
    """chairs: roles in words, with what they are held for."""

    id: int
    name: str
    chairs: str


def staff(office: Office) -> list[Colleague]:
    """Everybody with an open account, by name."""
    with office.db.read() as connection:
        people = list_persons(connection)
    return [
        Colleague(person.id, person.name, ", ".join(_chair(role, scope) for role, scope in person.memberships))
        for person in people
    ]


def _chair(role: str, scope: str | None) -> str:
    name = ROLES.get(role, role)
    return f"{name} {scope.replace('_', ' ')}" if scope else name
