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


@dataclass(frozen=True)
class Person:
    """Somebody who works in the office. memberships: (role, scope or None), e.g. ("bidang", "jasa_usaha")."""

    id: int
    username: str
    name: str
    memberships: tuple[tuple[str, str | None], ...]

    @cached_property
    def roles(self) -> frozenset[str]:
        """Roles without their scope: "bidang", "loket", ..."""
        return frozenset(role for role, _ in self.memberships)

    @cached_property
    def groups(self) -> frozenset[str]:
        """The group keys whose tasks are theirs: "bidang:jasa_usaha", "loket", ..."""
        return frozenset(f"{role}:{scope}" if scope else role for role, scope in self.memberships)

    def may(self, permission: str) -> bool:
        """Does one of their roles carry `permission`?"""
        return permissions.may(self.roles, permission)


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
