"""Numbers of registers: one after the other within a year, without gaps, whatever happens at the same time.

The row of a register and year is changed first and stays locked until the command commits; a command that is rolled
back gives its number back. Formats are data: those below are assumed, and a type may have its own in permit.yaml
under `nomor`.
"""

from __future__ import annotations

import random
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from engine.case_row import CaseRow
from engine.letters.words import ROMAN, office_date
from engine.services.protocols import Unit
from engine.services.registry import ServiceError
from engine.storage.driver import Hot
from engine.storage.service_tables import register_entries, register_numbers

SECRET_LENGTH = 10
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_PLACE = re.compile(r"\{(urut|kode|tahun|bulan)(?::(\d))?\}")


@dataclass(frozen=True)
class Register:
    """One book. `per_type`: every permit type counts for itself. Places in `format`: {urut:4}, {kode}, {tahun},
    {bulan} (Roman)."""

    format: str
    per_type: bool = False


# 503 is the filing code of permits; the rest of each format is assumed.
REGISTERS: dict[str, Register] = {
    "resi": Register("BPPT-{tahun}-{urut:6}"),
    "izin": Register("503/{urut:4}/{kode}/BPPT/{tahun}", per_type=True),
    "rekomendasi": Register("503/{urut:4}/REK.{kode}/BPPT/{tahun}", per_type=True),
    "keterangan": Register("503/{urut:4}/KET.{kode}/BPPT/{tahun}", per_type=True),
    "pencabutan": Register("503/{urut:4}/CABUT.{kode}/BPPT/{tahun}", per_type=True),
    "penolakan": Register("503/{urut:4}/TOLAK/BPPT/{bulan}/{tahun}"),
    "undangan": Register("005/{urut:4}/UND/BPPT/{bulan}/{tahun}"),
    "surat_tugas": Register("800/{urut:4}/ST/BPPT/{bulan}/{tahun}"),
    "berita_acara": Register("503/{urut:4}/BA/BPPT/{bulan}/{tahun}"),
    "skrd": Register("973/{urut:5}/SKRD/BPPT/{tahun}"),
    "skpd": Register("973/{urut:5}/SKPD/BPPT/{tahun}"),
    "strd": Register("973/{urut:5}/STRD/BPPT/{tahun}"),
    "arsip": Register("ARS-{tahun}-{urut:6}"),
}


@dataclass(frozen=True)
class Number:
    """A number just given: its running number within the year, and as it is printed."""

    year: int
    sequence: int
    text: str


def next_number(unit: Unit, case: CaseRow, name: str, subject: str) -> Number:
    """The next number of register `name` for this year (in Bekasi), entered in the book. Two statements. Raises
    ServiceError."""
    number = take_number(unit, case, name)
    enter(unit, case, name, number, subject)
    return number


def take_number(unit: Unit, case: CaseRow, name: str) -> Number:
    """The next number, not entered yet: `enter` or `give_back` follows in the same command. Who asks the register for
    one waits until then. Raises ServiceError."""
    register = REGISTERS.get(name)
    if register is None:
        raise ServiceError(f"Register '{name}' tidak ada. Yang ada: {', '.join(sorted(REGISTERS))}.")
    year = office_date(unit.now).year
    sequence = _count_up(unit, key_of(name, case.code), year)
    own = (unit.bundle.permit.get("nomor") or {}).get(name)
    printed = _printed(str(own) if own else register.format, sequence, case.code, unit.now)
    return Number(year, sequence, printed)


def enter(unit: Unit, case: CaseRow, name: str, number: Number, subject: str) -> None:
    """Write a number that was taken into the book."""
    entry = {"register": key_of(name, case.code), "year": number.year, "sequence": number.sequence}
    told = {"number": number.text, "subject": subject, "case_id": case.id, "at": unit.now}
    unit.later(_ENTER, {**entry, **told})


def give_back(unit: Unit, case: CaseRow, name: str, number: Number) -> None:
    """A number that was taken and is not needed goes to the next who asks; nobody else can have taken one since."""
    unit.later(_COUNT_DOWN, {"book": key_of(name, case.code), "of_year": number.year, "last": number.sequence - 1})


def key_of(name: str, code: str) -> str:
    """The book in which a register's number for a type stands; an unknown register's is its name."""
    register = REGISTERS.get(name)
    return f"{name}.{code}" if register is not None and register.per_type else name


def _count_up(unit: Unit, key: str, year: int) -> int:
    asked = {"register": key, "year": year, "last": 1}
    return int(unit.ask((_COUNT_UP[unit.connection.dialect.name], asked))[0][0].last)


def _upsert(make: Any) -> Hot:
    return Hot(
        make(register_numbers)
        .on_conflict_do_update(
            index_elements=[register_numbers.c.register, register_numbers.c.year],
            set_={"last": register_numbers.c.last + 1},
        )
        .returning(register_numbers.c.last)
    )


_COUNT_UP = {"postgresql": _upsert(postgresql_insert), "sqlite": _upsert(sqlite_insert)}
_COUNT_DOWN = Hot(
    update(register_numbers).where(
        register_numbers.c.register == bindparam("book"), register_numbers.c.year == bindparam("of_year")
    )
)
_ENTER = Hot(insert(register_entries))


def _printed(pattern: str, sequence: int, code: str, now: datetime) -> str:
    day = office_date(now)
    values = {"urut": str(sequence), "kode": code, "tahun": str(day.year), "bulan": ROMAN[day.month - 1]}
    if "{urut" not in pattern or "{tahun}" not in pattern:
        raise ServiceError(f"Format nomor '{pattern}' harus berisi {{urut}} dan {{tahun}}.")
    return _PLACE.sub(lambda place: values[place[1]].zfill(int(place[2] or 1)), pattern)


def secret_code(source: random.Random | None = None) -> str:
    """Ten characters that open a case to whoever holds its resi (50 bits); `source` is for replays, which must
    repeat."""
    choose = source.choice if source is not None else secrets.choice
    return "".join(choose(_BASE32) for _ in range(SECRET_LENGTH))
