"""By what right somebody signed a letter: as Kepala Badan, as his Plh, or as Camat by delegation, with the decree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.delegations import HEAD, camat_signs
from engine.letters.words import tanggal
from engine.people import Person, find, with_substitutions
from engine.signing import SigningRefused

OFFICE_OF_HEAD = "Kepala Badan Pelayanan Perizinan Terpadu"


@dataclass(frozen=True)
class Signatory:
    """as_what: kepala_badan, plh or camat. title: as the letter shows it. decree: of the Plh or the delegation, empty
    for the Kepala Badan himself."""

    person: Person
    as_what: str
    title: str
    decree: str


def signatory(connection: Connection, person_id: int, case: Any, at: datetime) -> Signatory:
    """The right by which a person signs the letters of a case (code, variant, kecamatan) at a moment.

    Raises SigningRefused: there is none.
    """
    person = with_substitutions(connection, find(connection, person_id), at)
    delegated = camat_signs(connection, case.code, case.variant, at) if case.kecamatan else None
    if delegated is not None:
        chair = ("camat", case.kecamatan)
        if chair in person.acting:
            return Signatory(person, "camat", _title(person, chair, f"Camat {case.kecamatan}"), delegated.decree)
    chair = (HEAD, None)
    if chair in person.memberships:
        return Signatory(person, HEAD, OFFICE_OF_HEAD, "")
    for absent in person.stands_for:
        if chair in absent.memberships:
            return Signatory(person, "plh", f"Plh. {OFFICE_OF_HEAD}", absent.decree)
    right = (
        f"Camat {case.kecamatan} ({delegated.decree}) atau Kepala Badan" if delegated else "Kepala Badan atau Plh-nya"
    )
    raise SigningRefused(
        f"{person.name} tidak berwenang menandatangani surat ini pada {tanggal(at)}: yang berwenang adalah {right}."
    )


def _title(person: Person, chair: tuple[str, str | None], title: str) -> str:
    return title if chair in person.memberships else f"Plh. {title}"
