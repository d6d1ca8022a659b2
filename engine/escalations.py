"""What was reported to a superior, and the reason that the superior gives: whose case, how late, at whose step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update

from engine.command import command
from engine.errors import Gone, Invalid, NotAllowed
from engine.office import Office
from engine.people import Person
from engine.settle import APPLICANT
from engine.storage.clock_tables import breach_reasons
from engine.storage.people_tables import persons
from engine.storage.schema import cases, tasks
from engine.storage.service_tables import escalations
from engine.unit import Unit

CAUSES: Mapping[str, str] = {
    "tim_teknis": "Tim Teknis tidak hadir atau belum menanggapi",
    "beban_kerja": "Beban kerja atau petugas kurang",
    "berkas": "Berkas keliru, hilang, atau harus dilengkapi lagi",
    "lapangan": "Lapangan tidak dapat dikunjungi",
    "tanda_tangan": "Pejabat penanda tangan tidak di tempat",
    "sistem": "Gangguan sistem atau jaringan",
    "pemohon": "Pemohon meminta waktu",
    "lain": "Sebab lain",
}
MAX_WORDS = 1000
PAGE = 50


@dataclass(frozen=True)
class Entry:
    """A case reported and not yet answered for. late_minutes: working minutes past the promise (negative: before it),
    None while the clock stands or without a promise. at: (step, group) where it stands now. told: to whom it was
    reported. said: what was, in the order of the reports: the step that stood, or who holds a meeting up."""

    case_id: int
    resi: str | None
    code: str
    variant: str
    bidang: str
    applicant_name: str
    promised_at: datetime | None
    decided_at: datetime | None
    late: bool
    late_element: str | None
    late_minutes: int | None
    reported_at: datetime
    told: tuple[str, ...]
    said: tuple[str, ...]
    at: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Reason:
    """Why a promise was broken, as a superior wrote it down. replaced: a later reason stands instead."""

    cause: str
    words: str
    element_name: str | None
    by: str
    at: datetime
    replaced: bool


@command("breach_recorded", may="case.breach")
def record_breach_reason(unit: Unit, case_id: int, cause: str, words: str, expected: int | None = None) -> None:
    """Write down why a case is late: that answers all reports about it. A later reason replaces an earlier one, which
    stays to be read.

    Raises: Invalid (cause, words), Gone (the case is not late), NotAllowed (another bidang's case), NotFound, Stale.
    """
    errors: dict[str, list[str]] = {}
    text = _text(words, errors)
    if cause not in CAUSES:
        errors["cause"] = ["Pilih sebabnya."]
    if errors:
        raise Invalid(errors)
    case = unit.lock(case_id, expected)
    by = _answering(unit)
    if not case.late:
        raise Gone("Permohonan ini tidak melewati janjinya.")
    unit.connection.execute(
        update(breach_reasons)
        .where(breach_reasons.c.case_id == case_id, breach_reasons.c.replaced.is_(False))
        .values(replaced=True)
    )
    unit.connection.execute(
        insert(breach_reasons).values(
            case_id=case_id,
            cause=cause,
            words=text,
            element_name=case.late_element,
            by_id=by.id,
            at=unit.now,
            replaced=False,
        )
    )
    _seen(unit)
    unit.emit("breach_recorded", {"sebab": cause, "uraian": text, "langkah": case.late_element})


@command("escalation_seen", may="case.breach")
def acknowledge(unit: Unit, case_id: int, words: str, expected: int | None = None) -> None:
    """Answer the reports about a case that keeps its promise so far: what is done about it.

    Raises: Invalid (words), Gone (the case is late: then it needs its reason; or nothing waits), NotAllowed, NotFound,
    Stale.
    """
    errors: dict[str, list[str]] = {}
    text = _text(words, errors)
    if errors:
        raise Invalid(errors)
    case = unit.lock(case_id, expected)
    _answering(unit)
    if case.late:
        raise Gone("Permohonan ini sudah melewati janjinya: catat sebab keterlambatannya.")
    if not _seen(unit):
        raise Gone("Laporan tentang permohonan ini sudah dijawab.")
    unit.emit("escalation_seen", {"uraian": text})


def _text(words: str, errors: dict[str, list[str]]) -> str:
    text = " ".join(words.split())
    if not text:
        errors["words"] = ["Tulis apa yang terjadi, dan apa yang dilakukan."]
    elif len(text) > MAX_WORDS:
        errors["words"] = [f"Paling banyak {MAX_WORDS} huruf."]
    return text


def _answering(unit: Unit) -> Person:
    """Who answers, with the absent for whom they do."""
    by = unit.by
    assert by is not None
    if not _heads(by, unit.case.bidang):
        raise NotAllowed("Laporan keterlambatan dijawab oleh Kepala Bidangnya atau Kepala Badan.")
    own = any(_is_head(held, unit.case.bidang) for held in by.memberships)
    for absent in () if own else by.stands_for:
        if any(_is_head(held, unit.case.bidang) for held in absent.memberships):
            unit.behalf = absent.told()
            break
    return by


def _seen(unit: Unit) -> int:
    assert unit.by is not None
    return unit.connection.execute(
        update(escalations)
        .where(escalations.c.case_id == unit.case.id, escalations.c.seen_at.is_(None))
        .values(seen_at=unit.now, seen_by=unit.by.id)
    ).rowcount


def waiting(office: Office, person: Person, limit: int = PAGE) -> list[Entry]:
    """Reports that nobody has answered for, those of the person's own chair: a Kabid sees the bidang, the Kepala Badan
    and who watches the whole office see all. The longest past its promise first.

    Raises: NotAllowed without escalation.view.
    """
    if not person.may("escalation.view"):
        raise NotAllowed("Daftar eskalasi memerlukan wewenang escalation.view.")
    with office.db.read() as connection:
        reports = connection.execute(
            select(
                escalations.c.case_id,
                func.min(escalations.c.at).label("at"),
            )
            .join(cases, cases.c.id == escalations.c.case_id)
            .where(escalations.c.seen_at.is_(None), _in_reach(person))
            .group_by(escalations.c.case_id)
            .order_by(func.min(cases.c.promised_at), escalations.c.case_id)
            .limit(limit)
        ).all()
        ids = [row.case_id for row in reports]
        found = {row.id: row for row in connection.execute(select(cases).where(cases.c.id.in_(ids)))}
        told: dict[int, list[tuple[str, str | None]]] = {}
        for report in connection.execute(
            select(escalations.c.case_id, escalations.c.group_key, escalations.c.element_name)
            .where(escalations.c.case_id.in_(ids), escalations.c.seen_at.is_(None))
            .order_by(escalations.c.id)
        ):
            told.setdefault(report.case_id, []).append((report.group_key, report.element_name))
        at: dict[int, list[tuple[str, str]]] = {}
        for step in connection.execute(
            select(tasks.c.case_id, tasks.c.name, tasks.c.group_key)
            .where(tasks.c.case_id.in_(ids), tasks.c.state == "open", tasks.c.group_key != APPLICANT)
            .order_by(tasks.c.created_at, tasks.c.id)
        ):
            at.setdefault(step.case_id, []).append((step.name, step.group_key))
    return [_entry(office, found[row.case_id], row.at, told[row.case_id], at.get(row.case_id, [])) for row in reports]


def waiting_count(office: Office, person: Person) -> int:
    """How many cases are reported and not answered for."""
    query = (
        select(func.count(func.distinct(escalations.c.case_id)))
        .join(cases, cases.c.id == escalations.c.case_id)
        .where(escalations.c.seen_at.is_(None), _in_reach(person))
    )
    with office.db.read() as connection:
        return int(connection.execute(query).scalar_one())


def reported(office: Office, case_id: int) -> tuple[str, ...]:
    """What stands in the reports about a case that nobody has answered for, as Entry.said."""
    query = (
        select(escalations.c.element_name)
        .where(
            escalations.c.case_id == case_id, escalations.c.seen_at.is_(None), escalations.c.element_name.is_not(None)
        )
        .order_by(escalations.c.id)
    )
    with office.db.read() as connection:
        return tuple(dict.fromkeys(connection.execute(query).scalars()))


def reasons(office: Office, case_id: int) -> list[Reason]:
    """Every reason written down about a case, the newest first. The caller has seen to it that the case may be seen."""
    query = (
        select(breach_reasons, persons.c.name.label("by"))
        .join(persons, persons.c.id == breach_reasons.c.by_id)
        .where(breach_reasons.c.case_id == case_id)
        .order_by(breach_reasons.c.id.desc())
    )
    with office.db.read() as connection:
        rows = connection.execute(query).all()
    return [Reason(row.cause, row.words, row.element_name, row.by, row.at, row.replaced) for row in rows]


def causes_between(office: Office, start: datetime, end: datetime) -> dict[str, int]:
    """How often each cause was written down from `start` up to `end`, the most frequent first; replaced ones do not
    count."""
    query = (
        select(breach_reasons.c.cause, func.count().label("n"))
        .where(breach_reasons.c.at >= start, breach_reasons.c.at < end, breach_reasons.c.replaced.is_(False))
        .group_by(breach_reasons.c.cause)
        .order_by(func.count().desc(), breach_reasons.c.cause)
    )
    with office.db.read() as connection:
        return {row.cause: row.n for row in connection.execute(query)}


def may_answer(person: Person, case: Any) -> bool:
    """Whether this person is one who answers for this case. case: anything with its bidang."""
    return person.may("case.breach") and _heads(person, case.bidang)


def _heads(person: Person, bidang: str) -> bool:
    return any(_is_head(held, bidang) for held in person.acting)


def _is_head(held: tuple[str, str | None], bidang: str) -> bool:
    return held[0] == "kepala_badan" or held == ("kabid", bidang)


def _in_reach(person: Person) -> Any:
    """A Kabid's cases are those of the bidang; everybody else who may look sees the whole office."""
    roles = {role for role, _ in person.acting}
    if roles & {"kepala_badan", "tata_usaha", "management"}:
        return cases.c.id.is_not(None)
    own = [scope for role, scope in person.acting if role == "kabid"]
    return or_(*(and_(cases.c.bidang == scope) for scope in own)) if own else cases.c.id.is_(None)


def _entry(
    office: Office, case: Any, at: datetime, told: list[tuple[str, str | None]], standing: list[tuple[str, str]]
) -> Entry:
    past = None
    if case.promised_at is not None:
        past = office.working_time.between(case.promised_at, case.decided_at or office.now())
    elif case.clock_left is not None:
        past = -case.clock_left
    return Entry(
        case_id=case.id,
        resi=case.resi,
        code=case.code,
        variant=case.variant,
        bidang=case.bidang,
        applicant_name=case.applicant_name,
        promised_at=case.promised_at,
        decided_at=case.decided_at,
        late=case.late,
        late_element=case.late_element,
        late_minutes=past,
        reported_at=at,
        told=tuple(dict.fromkeys(group for group, _ in told)),
        said=tuple(dict.fromkeys(words for _, words in told if words)),
        at=tuple(standing),
    )
