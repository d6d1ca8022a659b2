"""What several service tasks need: recipients, answers that must be there, moments written by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from engine.case_row import CaseRow
from engine.letters.words import WIB
from engine.services.protocols import Unit
from engine.services.registry import ServiceError

Recipient = tuple[str, str]
"""channel (email, sms, surat) and address: of a person outside an e-mail address, telephone number or postal address;
inside the office a group key (`bidang:tertentu`, `tim_teknis:bplh`) or `person:<id>`, which the sender of messages
looks up."""

_WHOLE_OFFICE = frozenset({"loket", "paip", "tata_usaha", "kepala_badan", "bendahara", "management"})
_CLOCK = re.compile(r"(\d{1,2})[.:](\d{2})")


def need(unit: Unit, form: str) -> dict[str, Any]:
    """The latest answers of `form`. Raises ServiceError when nobody has filled it in."""
    answers = unit.answers(form)
    if answers is None:
        raise ServiceError(f"Formulir {form} belum diisi pada permohonan ini.")
    return answers


def agencies(case: CaseRow) -> list[str]:
    """The agencies of the case's Tim Teknis. Raises ServiceError when it has none."""
    found = case.agencies
    if not found:
        raise ServiceError("Permohonan ini tidak mempunyai instansi Tim Teknis.")
    return found


def applicant(case: CaseRow) -> list[Recipient]:
    """Every way of reaching the applicant; a letter when there is neither e-mail nor telephone."""
    ways: list[Recipient] = []
    if case.email:
        ways.append(("email", case.email))
    if case.phone:
        ways.append(("sms", case.phone))
    return ways or [("surat", case.address or case.applicant_name)]


def recipients(case: CaseRow, to: Any) -> list[Recipient]:
    """Whom `kepada` means for this case: one name, several with commas, or a list. Raises ServiceError for a name
    that is no one."""
    names = [part.strip() for part in to.split(",")] if isinstance(to, str) else to
    if not isinstance(names, (list, tuple)):
        raise ServiceError("Layanan notifikasi memerlukan 'kepada'.")
    return once(recipient for name in names for recipient in _one(case, name))


def _one(case: CaseRow, name: Any) -> list[Recipient]:
    if name == "pemohon":
        return applicant(case)
    if name == "tim_teknis":
        return [("email", f"tim_teknis:{agency}") for agency in agencies(case)]
    if name in ("bidang", "kabid"):
        return [("email", f"{name}:{case.bidang}")]
    if name == "camat" and case.kecamatan:
        return [("email", f"camat:{case.kecamatan}")]
    if name in _WHOLE_OFFICE:
        return [("email", str(name))]
    raise ServiceError(f"Tidak diketahui siapa yang dimaksud dengan kepada '{name}'.")


def once(found: Iterable[Recipient]) -> list[Recipient]:
    """Without repetition, in order."""
    return list(dict.fromkeys(found))


def told(case: CaseRow, bundle: Any, **more: Any) -> dict[str, Any]:
    """What every message carries: the case, as people know it, and `more`."""
    return {"resi": case.resi, "kode": case.code, "izin": permit_name(bundle), "pemohon": case.applicant_name, **more}


def permit_name(bundle: Any) -> str:
    """The permit type's full name."""
    return str(bundle.permit.get("nama") or bundle.code)


def moment(day: Any, clock: Any) -> datetime | None:
    """An aware moment of a date (ISO) and a clock time (`09.30`, `09:30`, none: 09.00) in Bekasi; None without a date.

    Raises ServiceError for what is neither."""
    if not day:
        return None
    try:
        on = day if isinstance(day, date) else date.fromisoformat(str(day)[:10])
        match = _CLOCK.match(str(clock)) if clock else None
        at = time(int(match[1]), int(match[2])) if match else time(9)
    except ValueError:
        raise ServiceError(f"Tanggal atau jam tidak terbaca: {day} {clock or ''}".rstrip()) from None
    return datetime.combine(on, at, WIB)


def text(answers: Mapping[str, Any], key: str) -> str:
    """An answer as text, empty when it was not given."""
    value = answers.get(key)
    return "" if value is None else str(value)
