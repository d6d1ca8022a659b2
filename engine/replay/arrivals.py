"""When the cases of a year come in, and who brings them."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from engine.cases import Applicant
from engine.working_time import JAKARTA, WorkingTime

_FIRST = (
    *("Siti", "Ahmad", "Dewi", "Budi", "Rina", "Agus", "Nurul", "Hendra", "Yanti", "Dedi", "Maya", "Rizky", "Tuti"),
    *("Asep", "Ika", "Joko", "Lilis", "Wahyu", "Endang", "Fajar", "Ratna", "Yusuf", "Neneng", "Iwan", "Mega", "Tono"),
)
_LAST = (
    *("Nurhayati", "Suryana", "Lestari", "Santoso", "Wulandari", "Hidayat", "Maulana", "Saputra", "Handayani"),
    *("Siregar", "Simanjuntak", "Kurniawan", "Permana", "Rahayu", "Setiawan", "Nugroho", "Hasanah", "Gunawan"),
)
_FIRMS = ("Maju Bersama", "Karya Mandiri", "Sumber Rejeki", "Bekasi Sentosa", "Cipta Niaga", "Bina Sejahtera", "Putra")
_STREETS = ("Ir. H. Juanda", "Ahmad Yani", "Cut Meutia", "Chairil Anwar", "Kartini", "Pekayon Raya", "Jatiasih Raya")
# Shares of a day's applications by hour of opening, the first hours the busiest. assumed
_RUSH = (18, 20, 18, 13, 7, 12, 8, 4)


@dataclass(frozen=True)
class Arrival:
    """One application to be opened: `no` counts from 1 over the whole year, in order of `at` (UTC)."""

    no: int
    at: datetime
    code: str
    variant: str
    applicant: Applicant


class Town:
    """The kecamatan and kelurahan that applicants live in, from processes/shared/wilayah.csv."""

    def __init__(self, shared_dir: Path) -> None:
        with (shared_dir / "wilayah.csv").open(encoding="utf-8", newline="") as file:
            lines = (line for line in file if not line.startswith("#"))
            self.places = [(row["kecamatan"], row["kelurahan"]) for row in csv.DictReader(lines)]

    @property
    def districts(self) -> list[str]:
        """Every kecamatan, sorted."""
        return sorted({kecamatan for kecamatan, _ in self.places})

    def applicant(self, rng: random.Random) -> Applicant:
        """A person or firm of the town; never a real one."""
        name = f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"
        kecamatan, kelurahan = rng.choice(self.places)
        firm = rng.random() < 0.35  # assumed
        phone = f"+628{rng.randint(100_000_000, 999_999_999)}"
        mail = f"{name.lower().replace(' ', '.')}{rng.randint(1, 999)}@contoh.id"
        return Applicant(
            name=f"{rng.choice(('PT', 'CV', 'UD'))} {rng.choice(_FIRMS)} {name.split()[1]}" if firm else name,
            id=f"3275{rng.randint(1, 12):02}{rng.randint(1, 28):02}{rng.randint(1, 12):02}{rng.randint(60, 98)}"
            f"{rng.randint(1, 9999):04}",
            npwp=f"{rng.randint(1, 99):02}{rng.randint(0, 9_999_999):07}432000" if firm else None,
            phone=phone if rng.random() < 0.8 else None,
            email=mail if rng.random() < 0.6 else None,
            address=f"Jl. {rng.choice(_STREETS)} No. {rng.randint(1, 250)}",
            kecamatan=kecamatan,
            kelurahan=kelurahan,
            proxy=f"{rng.choice(_FIRST)} {rng.choice(_LAST)}" if rng.random() < 0.15 else None,
        )


def schedule(
    counts: Mapping[str, Mapping[str, int]], days: list[date], time: WorkingTime, seed: object
) -> list[tuple[datetime, str, str]]:
    """(moment, code, variant) of every application, in order: each variant spread evenly over the working `days`."""
    found = []
    for code in sorted(counts):
        for variant in sorted(counts[code]):
            rng = random.Random(f"{seed}/{code}/{variant}")
            number = counts[code][variant]
            for place in range(number):
                day = days[int((place + rng.random()) * len(days) / number)]
                found.append((_moment(time, day, rng), code, variant))
    return sorted(found)


def arrivals(plan: list[tuple[datetime, str, str]], town: Town, seed: object, after: int = 0) -> Iterator[Arrival]:
    """The planned applications with who brings them, leaving out the first `after`; made one by one."""
    for no, (at, code, variant) in enumerate(plan[after:], start=after + 1):
        yield Arrival(no, at, code, variant, town.applicant(random.Random(f"{seed}/pemohon/{no}")))


def _moment(time: WorkingTime, day: date, rng: random.Random) -> datetime:
    hours = time.calendar.hours(day)
    assert hours is not None
    eighth = rng.choices(range(len(_RUSH)), _RUSH)[0]
    part = (hours.close - hours.open) / len(_RUSH)
    minute = hours.open + (eighth + rng.random()) * part
    midnight = datetime(day.year, day.month, day.day, tzinfo=JAKARTA)
    return midnight + timedelta(seconds=int(minute * 60))
