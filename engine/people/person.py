"""Who works in the office: the person, and how one is read from the tables."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Column, Row, Select, select

from engine import permissions
from engine.storage.people_tables import memberships, persons

# What a substitute may do with the roles of the absent: the daily work, not what is decided once for the whole office.
_DAILY = (
    "agenda bottleneck case document escalation inbox incident letter loket meeting payment report task today visit"
)
_LENT = tuple(f"{kind}." for kind in _DAILY.split())


@dataclass(frozen=True)
class StandIn:
    """An absent person whose work somebody does meanwhile. kind: cuti, dinas, sakit or plh (acting head); decree: by
    what order."""

    person_id: int
    name: str
    kind: str
    decree: str
    memberships: tuple[tuple[str, str | None], ...]

    def told(self) -> dict[str, Any]:
        """As the history tells on whose behalf something was done."""
        return {"id": self.person_id, "nama": self.name, "sebagai": self.kind, "dasar": self.decree}


@dataclass(frozen=True)
class Person:
    """Somebody who works in the office. memberships: (role, scope or None), e.g. ("bidang", "jasa_usaha"). stands_for:
    the absent whose tasks are theirs today (engine.people.with_substitutions)."""

    id: int
    username: str
    name: str
    memberships: tuple[tuple[str, str | None], ...]
    stands_for: tuple[StandIn, ...] = ()

    @cached_property
    def roles(self) -> frozenset[str]:
        """Roles without their scope: "bidang", "loket", ..."""
        return frozenset(role for role, _ in self.memberships)

    @cached_property
    def groups(self) -> frozenset[str]:
        """The group keys whose tasks are theirs: "bidang:jasa_usaha", "loket", ..."""
        return frozenset(f"{role}:{scope}" if scope else role for role, scope in self.memberships)

    @property
    def acting(self) -> frozenset[tuple[str, str | None]]:
        """(role, scope) that are theirs today: their own and those of the absent they stand in for."""
        return frozenset(self.memberships).union(*(each.memberships for each in self.stands_for))

    @property
    def hands(self) -> frozenset[int]:
        """Ids of the persons whose held tasks they may do: their own, and those of the absent."""
        return frozenset({self.id, *(each.person_id for each in self.stands_for)})

    def may(self, permission: str) -> bool:
        """Does one of their roles carry `permission`, or, for daily work, one of those they stand in for?"""
        if permissions.may(self.roles, permission):
            return True
        if not permission.startswith(_LENT):
            return False
        return any(permissions.may([role], permission) for each in self.stands_for for role, _ in each.memberships)


def normal_username(username: str) -> str:
    """The one spelling of a name: no spaces around it, lower case, NFKC."""
    return unicodedata.normalize("NFKC", username).strip().lower()


def with_memberships(*more: Column[Any]) -> Select[Any]:
    """A query of persons, a row per membership; `grouped` makes persons of its rows."""
    columns = persons.c.id, persons.c.username, persons.c.name, memberships.c.role, memberships.c.scope
    joined = persons.outerjoin(memberships, memberships.c.person_id == persons.c.id)
    return select(*columns, *more).select_from(joined).order_by(persons.c.id, memberships.c.role, memberships.c.scope)


def grouped(rows: Iterable[Row[Any]]) -> list[Person]:
    """The persons of such rows, in their order."""
    held: dict[tuple[int, str, str], list[tuple[str, str | None]]] = {}
    for row in rows:
        mine = held.setdefault((row.id, row.username, row.name), [])
        if row.role is not None:
            mine.append((row.role, row.scope or None))
    return [Person(*who, tuple(what)) for who, what in held.items()]
