"""Demo data: an office that could open tomorrow, with a few hundred cases in every stage around the present moment.

The cases are played (engine.replay) on a clock that ends now: some are late, some wait for their applicant, of some the
bank told an amount that is not the bill's, and some stand at an incident: the device that signs does not answer.
"""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import yaml
from argon2 import PasswordHasher
from sqlalchemy import func, select

from engine.clock import FixedClock
from engine.definitions import Version
from engine.demo_people import OFFICE, Member, agency_people, district_people
from engine.office import Office
from engine.people import Person, add_person, set_contact
from engine.replay.arrivals import Arrival, Town
from engine.replay.counts import year_counts
from engine.replay.letters import QuickStore
from engine.replay.play import Player
from engine.replay.ready import activate_shipped, shipped_codes, versions_in_force
from engine.replay.staff import groups_of
from engine.stepping import ids_from
from engine.storage.people_tables import persons
from engine.storage.schema import cases
from engine.working_time import DAY_MINUTES

CASES = 340  # spread over the types by the counts of 2016, none without some
FEWEST = 8
WINDOW = 1.3  # cases of a type came in over so many times its promise: some are done, some late, most under way
WRONG_PAYMENTS = 0.08
NO_TOKEN = 8 * 60  # working minutes since the device that signs has stopped answering
FULL_LETTERS = 12  # of the newest are drawn in full; older ones are short
SEED = "demo"
# OWASP's least parameters for Argon2id: dozens of accounts are made at once, and none of them guards anything.
LIGHT = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@dataclass(frozen=True)
class Demo:
    """What was made. password: of all users, known nowhere else. refused: code -> why a type was left out."""

    password: str
    users: tuple[Person, ...]
    types: tuple[str, ...]
    refused: dict[str, str]
    cases: int
    live: int


def demo(office: Office, number: int = CASES) -> Demo | None:
    """Fill an empty office; None when it has people or cases already."""
    if has_data(office):
        return None
    now = office.now()
    password = f"bekasi-{secrets.token_hex(6)}"
    shared = office.settings.processes_dir / "shared"
    town = Town(shared)
    agencies = list(yaml.safe_load((shared / "instansi.yaml").read_text(encoding="utf-8")))
    members: Sequence[Member] = (*OFFICE, *agency_people(agencies), *district_people(town.districts))
    refused = activate_shipped(office, shipped_codes(office), now - timedelta(days=400))
    versions = versions_in_force(office, None, now)
    with office.db.write() as connection:
        users = tuple(add_person(connection, *member, now, password, hasher=LIGHT) for member in members)
        for user in users:  # a domain that no mail leaves for (RFC 2606)
            set_contact(connection, user.id, f"{user.username}@bppt.example", None)
    staff = {
        group: [person for person in users if group in person.groups] for group in groups_of(versions.values(), town)
    }
    _play(office, staff, versions, _arrivals(office, versions, town, now, number), now)
    with office.db.read() as connection:
        opened, closed = connection.execute(
            select(func.count(), func.count(cases.c.closed_at)).select_from(cases)
        ).one()
    return Demo(password, users, tuple(sorted(versions)), refused, opened, opened - closed)


def has_data(office: Office) -> bool:
    """Whether somebody works here, or anything was ever applied for."""
    with office.db.read() as connection:
        return any(connection.execute(select(table.c.id).limit(1)).first() is not None for table in (persons, cases))


def _arrivals(office: Office, versions: dict[str, Version], town: Town, now: datetime, number: int) -> list[Arrival]:
    """Applications of the last weeks, in order."""
    counts = year_counts(office.settings.processes_dir / "shared", 2016)
    weights = {code: counts.get(code, (0, {}))[0] for code in versions}
    whole = sum(weights.values()) or 1
    planned = []
    for code, version in versions.items():
        rng = random.Random(f"{SEED}/{code}")
        variants = [str(row["kode"]) for row in version.permit["varian"]]
        minutes = int(version.promise_days * WINDOW * DAY_MINUTES)
        for _ in range(max(FEWEST, round(number * weights[code] / whole))):
            at = office.working_time.add(now, -rng.randrange(minutes)) + timedelta(seconds=rng.randrange(60))
            planned.append((min(at, now), code, rng.choice(variants)))
    return [
        Arrival(no, at, code, variant, town.applicant(random.Random(f"{SEED}/pemohon/{no}")))
        for no, (at, code, variant) in enumerate(sorted(planned), start=1)
    ]


def _play(
    office: Office,
    staff: dict[str, list[Person]],
    versions: dict[str, Version],
    arrivals: list[Arrival],
    now: datetime,
) -> None:
    before = office.clock, office.documents, office.random
    clock = FixedClock(arrivals[0].at if arrivals else now)
    store = QuickStore(office.settings.documents_dir)
    office.clock, office.documents = clock, store
    try:
        gone = office.working_time.add(now, -NO_TOKEN)
        player = Player(office, clock, versions, staff, SEED, wrong_payments=WRONG_PAYMENTS, no_token=gone)
        recent = office.working_time.add(now, -DAY_MINUTES)
        with ids_from(player.luck):
            for item in player.play(arrivals, until=now):
                if item.at >= recent > clock.at - timedelta(days=30):
                    player.full_letters, recent = FULL_LETTERS, now + timedelta(days=36500)
    finally:
        office.clock, office.documents, office.random = before
        os.sync()  # the quick store left it to the system when its files reach the disk
