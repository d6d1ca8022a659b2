"""What an applicant takes home and looks up: the resi, and where the application stands, in a few stations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select

from engine.case_row import COLUMNS, CaseRow
from engine.definitions import FRAME, Version
from engine.dossier import CaseView, case_view
from engine.errors import NotFound
from engine.insight.counter import HANDOVER
from engine.letters.resi import draw_resi
from engine.office import Office
from engine.people import Person
from engine.settle import APPLICANT
from engine.storage.schema import cases, tasks

Mark = Literal["done", "now", "later", "stopped"]
# Phases that make a station of their own, where the SOP has them; their order is that of the work.
PHASES = {
    "discussion": ("pembahasan", "kunjungan", "berita_acara"),
    "payment": ("retribusi", "pajak", "penagihan"),
    "issue": ("penerbitan",),
}


@dataclass(frozen=True)
class Station:
    """key: received, checked, discussion, payment, issue, ready, collected, or rejected, withdrawn. at: when it was
    reached (UTC), None when it was not."""

    key: str
    mark: Mark
    at: datetime | None


@dataclass(frozen=True)
class PublicStatus:
    """What whoever holds the resi may know. asked: steps that wait for the applicant; missing: what was said to be
    missing."""

    resi: str
    type_name: str
    variant: str
    applicant_name: str
    received_at: datetime
    promised_at: datetime | None
    promise_days: float
    paused: bool
    decided_at: datetime | None
    permit_number: str | None
    late: bool
    stations: tuple[Station, ...]
    asked: tuple[str, ...]
    missing: tuple[str, ...]


def receipt_url(office: Office, public_code: str) -> str:
    """The address that the QR leads to."""
    return f"{office.settings.public_url.rstrip('/')}/resi/{public_code}"


def receipt_pdf(office: Office, person: Person, case_id: int) -> tuple[str, bytes]:
    """The resi as (file name, PDF). Raises: NotFound (no such case, or no resi yet), NotAllowed, LetterError."""
    view = case_view(office, person, case_id)
    case = view.case
    if case.resi is None or case.public_code is None:
        raise NotFound("Permohonan ini belum mempunyai resi.")
    facts = {
        "resi": case.resi,
        "public_code": case.public_code,
        "nama_izin": view.version.name,
        "varian": view.variant_name,
        "pemohon": case.applicant_name,
        "diterima": case.registered_at,
        "janji": case.promised_at,
        "janji_hk": f"{case.promise_days:g}".replace(".", ","),
        "persyaratan": handed_in(view),
        "url": receipt_url(office, case.public_code),
        "office_name": office.settings.office_name,
    }
    return f"resi-{case.resi.replace('/', '-')}.pdf", draw_resi(facts)


def handed_in(view: CaseView) -> list[str]:
    """Labels of the requirements that were ticked when the case was registered, in the form's order."""
    form_key = view.version.form_key("{KODE}/permohonan")
    given: dict[str, Any] = next((row.data for row in reversed(view.answers) if row.form == form_key), {})
    return [
        field.label
        for field in view.version.form(form_key).fields
        if field.requirement and given.get(field.key) is True
    ]


def find_public(office: Office, resi: str, code: str) -> str:
    """The public code of the case with that resi and that code. Raises: NotFound (either is wrong)."""
    wanted = "".join(code.upper().split())
    with office.db.read() as connection:
        found = connection.execute(
            select(cases.c.public_code).where(cases.c.resi == resi.strip().upper(), cases.c.public_code == wanted)
        ).scalar_one_or_none()
    if found is None:
        raise NotFound("Nomor resi dan kode rahasia itu tidak cocok.")
    return str(found)


def public_status(office: Office, public_code: str) -> PublicStatus:
    """Where a case stands, for whoever holds the code. Raises: NotFound."""
    wanted = select(*(cases.c[name] for name in COLUMNS)).where(cases.c.public_code == public_code.upper())
    with office.db.read() as connection:
        row = connection.execute(wanted).mappings().one_or_none()
        if row is None:
            raise NotFound("Resi dengan kode itu tidak ada.")
        case = CaseRow.of(row)
        version = office.definitions.version(connection, case.version_hash)
        held = connection.execute(
            select(tasks.c.process, tasks.c.element, tasks.c.name, tasks.c.group_key, tasks.c.state, tasks.c.created_at)
            .add_columns(tasks.c.closed_at)
            .where(tasks.c.case_id == case.id)
            .order_by(tasks.c.id)
        ).all()
    assert case.resi is not None and case.registered_at is not None
    asked = tuple(row.name for row in held if row.state == "open" and row.group_key == APPLICANT)
    return PublicStatus(
        resi=case.resi,
        type_name=version.name,
        variant=str(version.variant(case.variant)["nama"]),
        applicant_name=case.applicant_name,
        received_at=case.registered_at,
        promised_at=case.promised_at,
        promise_days=case.promise_days,
        paused=case.paused_at is not None,
        decided_at=case.decided_at,
        permit_number=case.permit_number,
        late=case.late or bool(case.decided_at is None and case.promised_at and case.promised_at < office.now()),
        stations=tuple(_stations(case, version, held)),
        asked=asked,
        missing=tuple(case.facts.get("kurang") or ()) if asked else (),
    )


def _stations(case: CaseRow, version: Version, held: Sequence[Any]) -> list[Station]:
    """Reached in the order of the work: what lies before the furthest station that was reached is done."""
    reached: list[tuple[str, datetime | None]] = [("received", case.registered_at)]
    inside = [row for row in held if row.process != FRAME]
    reached.append(("checked", min((row.created_at for row in inside), default=None)))
    for key, processes in PHASES.items():
        if any(name in version.processes for name in processes):
            began = min((row.created_at for row in inside if row.process in processes), default=None)
            reached.append((key, began))
    ended = {"ditolak": "rejected", "ditarik": "withdrawn"}.get(case.outcome or "")
    if ended:
        passed = [Station(key, "done", at) for key, at in reached if at is not None]
        return [*passed, Station(ended, "stopped", case.decided_at)]
    handover = [row for row in held if row.process == FRAME and row.element == HANDOVER]
    reached.append(("ready", case.decided_at))
    reached.append(("collected", next((row.closed_at for row in handover if row.state == "done"), None)))
    furthest = max(number for number, (_, at) in enumerate(reached) if at is not None or number == 0)
    last = len(reached) - 1
    return [
        Station(key, "done" if n < furthest or furthest == last else "now" if n == furthest else "later", at)
        for n, (key, at) in enumerate(reached)
    ]
