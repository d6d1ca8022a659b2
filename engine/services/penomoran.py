"""Numbers: the resi that starts a case's clock, and the numbers of letters."""

from __future__ import annotations

from typing import Any

from engine.case_row import CaseRow
from engine.services.common import applicant, permit_name, told
from engine.services.kept import take_number
from engine.services.numbers import key_of, next_number, secret_code
from engine.services.protocols import Unit
from engine.services.registry import ServiceError, handler
from engine.services.team import settle_team

_PERMIT_REGISTERS = frozenset({"izin", "rekomendasi", "keterangan", "pencabutan"})


@handler("penomoran/resi")
def resi(unit: Unit, case: CaseRow, params: dict[str, Any]) -> dict[str, Any]:
    """Resi number and secret code; the promise counts from now, and the Tim Teknis is known. Raises ServiceError when
    the case already has a resi."""
    if case.resi is not None:
        raise ServiceError(f"Permohonan ini sudah mempunyai resi {case.resi}.")
    number = next_number(unit, case, "resi", f"{permit_name(unit.bundle)}: {case.applicant_name}")
    case.resi = number.text
    case.public_code = secret_code(unit.office.random)
    case.registered_at = unit.now
    case.promised_at = unit.time.add(unit.now, case.promise_minutes)
    case.state = "berjalan"
    unit.emit("resi_given", {"resi": case.resi, "janji": case.promised_at.isoformat(), "janji_hk": case.promise_days})
    facts = told(case, unit.bundle, janji=case.promised_at.isoformat(), janji_hk=case.promise_days)
    for channel, address in applicant(case):
        unit.send(channel, address, "resi", facts)
    return settle_team(unit, case)


@handler("penomoran/surat", "register")
def surat(unit: Unit, case: CaseRow, params: dict[str, Any]) -> None:
    """The next number of a register, or the one that the case kept when it was sent back. That of a permit,
    recommendation or revocation becomes the case's own."""
    register = str(params.get("register") or "")
    kept = take_number(case, key_of(register, case.code))
    given = kept or next_number(unit, case, register, f"{permit_name(unit.bundle)}: {case.applicant_name}").text
    if register in _PERMIT_REGISTERS:
        case.permit_number = given
    told = {"register": register, "nomor": given}
    unit.emit("number_given", told | {"dipakai_lagi": True} if kept else told)
