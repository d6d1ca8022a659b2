"""Which agencies a case's Tim Teknis has: those of the type, and those that its application calls for.

permit.yaml: `instansi` (always), and `instansi_bila`, rows of {instansi, bila: an expression over the application's
answers, bawaan: values of answers that were not given, alasan}.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.case_row import CaseRow
from engine.expressions import ExpressionError, compile_expression
from engine.services.protocols import Unit
from engine.services.registry import ServiceError

APPLICATION = "{KODE}/permohonan"


def possible_agencies(permit: Mapping[str, Any]) -> list[str]:
    """Codes of all agencies that a case of the type may have."""
    more = [str(row.get("instansi")) for row in permit.get("instansi_bila") or []]
    return list(dict.fromkeys([*(str(code) for code in permit.get("instansi") or []), *more]))


def team_problems(permit: Mapping[str, Any], known: frozenset[str], names: frozenset[str]) -> list[str]:
    """What is wrong with `instansi_bila`: no such agency (of `known`), an expression that cannot be read, a name that
    is none of the application's (`names`) and has no value in `bawaan`. Empty when sound."""
    rows = permit.get("instansi_bila") or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return ["`instansi_bila` harus daftar dari {instansi, bila, bawaan}"]
    found = []
    for row in rows:
        code = str(row.get("instansi"))
        if code not in known:
            found.append(f"`instansi_bila` menyebut instansi `{code}` yang tidak ada di instansi.yaml")
        try:
            used = compile_expression(str(row.get("bila") or "")).names
        except ExpressionError as error:
            found.append(f"syarat `instansi_bila` untuk `{code}` tidak terbaca: {error}")
            continue
        missing = sorted(used - names - set(row.get("bawaan") or {}))
        found += [f"syarat `instansi_bila` untuk `{code}` membaca `{name}` yang tidak ada isiannya" for name in missing]
    return found


def settle_team(unit: Unit, case: CaseRow) -> dict[str, Any]:
    """Add the agencies that the application calls for: onto the case, told in its history, and as workflow data."""
    rows = unit.bundle.permit.get("instansi_bila") or []
    if not rows:
        return {}
    answers = {name: value for name, value in (unit.answers(APPLICATION) or {}).items() if value is not None}
    given = {**answers, "kode": case.code, "varian": case.variant, "kecamatan": case.kecamatan}
    team = case.agencies
    for row in rows:
        code = str(row["instansi"])
        try:
            called = compile_expression(str(row["bila"])).evaluate({**(row.get("bawaan") or {}), **given})
        except ExpressionError as error:
            raise ServiceError(f"Syarat instansi {code} tidak dapat dihitung: {error}") from error
        if called and code not in team:
            team.append(code)
            unit.emit("agency_joined", {"instansi": code, "alasan": str(row.get("alasan") or "")})
    if team == case.agencies:
        return {}
    case.facts = {**case.facts, "instansi": team}
    return {"instansi": team}
