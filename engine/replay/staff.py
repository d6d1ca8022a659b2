"""The people of a replay: enough for every group that a diagram names. They cannot log in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from engine.definitions import Version
from engine.people import Person, add_person, list_persons
from engine.permissions import ROLES
from engine.replay.arrivals import Town
from engine.services.team import possible_agencies

# Persons of a group. The report counts 112 staff, 34 at the counters, 13 to 15 in each bidang; the rest is assumed.
SIZES: Mapping[str, int] = {
    "loket": 16,
    "paip": 12,
    "bidang": 13,
    "kabid": 1,
    "tim_teknis": 3,
    "tata_usaha": 2,
    "kepala_badan": 1,
    "camat": 1,
    "bendahara": 2,
}


def groups_of(versions: Iterable[Version], town: Town) -> list[str]:
    """Group keys whose tasks these types may open, and the counter's."""
    groups = {"loket", "bendahara", "paip"}
    for version in versions:
        agencies = possible_agencies(version.permit)
        for performer in version.lanes.values():
            if performer.role == "pemohon":
                continue
            scopes = {"instansi": agencies, "kecamatan": town.districts, "bidang": [version.bidang]}
            for scope in scopes.get(performer.scope or "", [""]):
                groups.add(f"{performer.role}:{scope}" if scope else performer.role)
    return sorted(groups)


def ensure_staff(
    connection: Connection, groups: Iterable[str], now: datetime, sizes: Mapping[str, int] = SIZES
) -> dict[str, list[Person]]:
    """Group key -> its persons, by id; those missing to `sizes` are added."""
    staff: dict[str, list[Person]] = {}
    for group in groups:
        role, _, scope = group.partition(":")
        found = sorted(list_persons(connection, group=group), key=lambda person: person.id)
        for number in range(len(found) + 1, sizes.get(role, 1) + 1):
            plain = "".join(letter if letter.isalnum() else "-" for letter in scope.lower())
            username = f"{role}-{plain}-{number}" if scope else f"{role}-{number}"
            name = f"{ROLES[role]} {scope} {number}".replace("  ", " ")
            found.append(add_person(connection, username[:40], name, [(role, scope or None)], now))
        staff[group] = found
    return staff
