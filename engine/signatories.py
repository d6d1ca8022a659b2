"""By what right somebody signed a letter: as Kepala Badan, as his Plh, or as Camat by delegation, with the decree; or
for the agency whose letter it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from engine.delegations import HEAD, camat_signs
from engine.letters.words import office_date, tanggal
from engine.people import Person, find, with_substitutions
from engine.services.agencies import agency_table
from engine.signing import SigningRefused

OFFICE_OF_HEAD = "Kepala Badan Pelayanan Perizinan Terpadu"
CAMAT, PLH, AGENCY = "camat", "plh", "instansi"
_TEAM = "tim_teknis"


@dataclass(frozen=True)
class Signatory:
    """as_what: kepala_badan, plh, camat or instansi. title: as the letter shows it. decree: of the Plh or the
    delegation, else empty."""

    person: Person
    as_what: str
    title: str
    decree: str


def signatory(
    connection: Connection, person_id: int, case: Any, at: datetime, *, group: str | None = None, bundle: Any = None
) -> Signatory:
    """The right by which a person signs a letter of a case (code, variant, kecamatan) at a moment.

    group: whose step the signing was (`kepala_badan`, `camat:Jatiasih`, `tim_teknis:dispenda`); None: whoever may.
    bundle: of the case, for what the SOP itself delegates. Raises SigningRefused: there is none.
    """
    person = with_substitutions(connection, find(connection, person_id), at)
    role, _, scope = (group or "").partition(":")
    if role == _TEAM:
        return _for_agency(person, scope, at, bundle)
    decree = _camats_decree(connection, case, at, by_sop=role == CAMAT, bundle=bundle)
    if decree:
        chair = (CAMAT, case.kecamatan)
        if chair in person.acting:
            return Signatory(person, CAMAT, _title(person, chair, f"Camat {case.kecamatan}"), decree)
    chair = (HEAD, None)
    if chair in person.memberships:
        return Signatory(person, HEAD, OFFICE_OF_HEAD, "")
    for absent in person.stands_for:
        if chair in absent.memberships:
            return Signatory(person, PLH, f"Plh. {OFFICE_OF_HEAD}", absent.decree)
    right = f"Camat {case.kecamatan} ({decree}) atau Kepala Badan" if decree else "Kepala Badan atau Plh-nya"
    raise _refused(person, at, right)


def sop_delegation(permit: Mapping[str, Any], day: date) -> str:
    """The decree by which the SOP itself leaves signing to the Camat on a date (permit.yaml `pelimpahan`), or empty."""
    found = permit.get("pelimpahan") or {}
    begin, end = str(found.get("sejak") or ""), str(found.get("sampai") or "9999-12-31")
    return str(found.get("keputusan") or "") if begin and begin <= day.isoformat() <= end else ""


def _camats_decree(connection: Connection, case: Any, at: datetime, *, by_sop: bool, bundle: Any) -> str:
    """By what the Camat of the case signs, empty when he does not. by_sop: the SOP sent the letter to him."""
    if not case.kecamatan:
        return ""
    row = camat_signs(connection, case.code, case.variant, at)
    if row is not None:
        return str(row.decree)
    return sop_delegation(bundle.permit, office_date(at)) if by_sop and bundle is not None else ""


def _for_agency(person: Person, agency: str, at: datetime, bundle: Any) -> Signatory:
    row = agency_table(bundle.files.get("instansi.yaml") or b"").get(agency) if bundle is not None else None
    name = str(row.get("nama") if isinstance(row, dict) else row or agency)
    chair = (_TEAM, agency)
    if chair not in person.acting:
        raise _refused(person, at, f"pejabat {name}")
    return Signatory(person, AGENCY, _title(person, chair, f"Pejabat {name}"), "")


def _refused(person: Person, at: datetime, right: str) -> SigningRefused:
    return SigningRefused(
        f"{person.name} tidak berwenang menandatangani surat ini pada {tanggal(at)}: yang berwenang adalah {right}."
    )


def _title(person: Person, chair: tuple[str, str | None], title: str) -> str:
    return title if chair in person.memberships else f"Plh. {title}"
