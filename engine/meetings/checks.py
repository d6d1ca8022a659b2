"""What has to be right before a meeting is called or moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.cases import acting_groups
from engine.errors import Invalid
from engine.services.agencies import agency_name
from engine.services.agenda import Taken
from engine.services.common import permit_name
from engine.storage.service_tables import register_numbers
from engine.unit import Unit
from engine.working_time import JAKARTA

SHORTEST, LONGEST = 15, 480  # minutes of a meeting


def same_agencies(unit: Unit, case_ids: tuple[int, ...], rows: Mapping[int, Any]) -> list[str]:
    """The agencies of all these cases. Raises Invalid for cases that cannot be in one meeting."""
    groups = acting_groups(unit.by)
    wrong = []
    first: list[str] = []
    for ident in case_ids:
        row = rows.get(ident)
        if row is None:
            raise Invalid({"permohonan": [f"Permohonan {ident} tidak sedang menunggu rapat."]})
        name = row.resi or row.code
        agencies = list(row.facts.get("instansi") or [])
        first = first or agencies
        if f"bidang:{row.bidang}" not in groups:
            wrong.append(f"{name} milik bidang lain")
        elif row.live is not None:
            wrong.append(f"{name} sudah diundang dalam rapat {row.live}")
        elif not agencies:
            wrong.append(f"{name} tidak mempunyai instansi Tim Teknis")
        elif set(agencies) != set(first):
            wrong.append(f"instansi {name} lain daripada yang pertama")
    if wrong:
        raise Invalid({"permohonan": [f"Tidak dapat dibahas bersama: {'; '.join(wrong)}."]})
    return first


def check_form(unit: Unit, start: datetime, minutes: int, **texts: str) -> None:
    """Raises Invalid: a text that is missing, a length or a time that cannot be."""
    words = {"place": ("tempat", "Tempat rapat"), "agenda": ("agenda", "Agenda"), "reason": ("alasan", "Alasan")}
    fields: dict[str, list[str]] = {}
    for name, value in texts.items():
        key, label = words[name]
        if not value.strip():
            fields[key] = [f"{label} wajib diisi."]
        elif len(value) > 2000:
            fields[key] = [f"{label} paling panjang 2.000 huruf."]
    if not SHORTEST <= minutes <= LONGEST:
        fields["menit"] = [f"Lama rapat antara {SHORTEST} dan {LONGEST} menit."]
    working = unit.office.working_time
    day = start.astimezone(JAKARTA).date()
    if start <= unit.now:
        fields["waktu"] = ["Waktu rapat sudah lewat."]
    elif working.calendar.hours(day) is None:
        fields["waktu"] = [f"Kantor tutup pada hari itu: {working.calendar.closed_because(day)}."]
    elif not working.is_open(start):
        fields["waktu"] = ["Waktu rapat di luar jam kantor."]
    if fields:
        raise Invalid(fields)


def refuse(unit: Unit, found: Sequence[Taken]) -> None:
    """Raises Invalid, naming what is in the way, when anything is."""
    if found:
        listed = "; ".join(dict.fromkeys(row.words(agency_name(unit.bundle, row.agency)) for row in found))
        raise Invalid({"waktu": [f"Bertabrakan dengan {listed}. Pilih waktu lain."]})


def wait_for_others(unit: Unit) -> None:
    """Those who call or move meetings at the same moment do it one after the other, so that each sees the other's."""
    if unit.connection.dialect.name == "sqlite":  # one writer at a time anyway
        return
    register = register_numbers.c.register == "undangan"
    unit.connection.execute(select(register_numbers.c.last).where(register).with_for_update())


def permit_of(unit: Unit, row: Any) -> str:
    """The name of a case's permit type."""
    return permit_name(unit.office.definitions.version(unit.connection, row.version_hash).bundle)
