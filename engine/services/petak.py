"""Burial plots: each is given out once.

Who has a plot is read off the claims: the newest whose application was neither rejected nor withdrawn. A new burial is
refused a plot that somebody has. Another burial in the same grave (tumpang tindih) needs the heirs' consent, or a term
that ended more than three years ago; a renewal (daftar ulang) needs the number of the permit that has the plot.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, exists, literal, select, true, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from engine.case_row import CaseRow
from engine.errors import Invalid
from engine.letters.words import office_date, tanggal
from engine.retention import years_after
from engine.services.common import need, text
from engine.services.protocols import Unit
from engine.services.registry import handler
from engine.storage.plot_tables import plot_claims
from engine.storage.schema import answers as answer_table
from engine.storage.schema import cases

FORM, APPLICATION, CONSENT, BOOK = "IPTM/petak", "IPTM/permohonan", "IPTM/persetujuan", "IPTM/buku_makam"
OVERLAY, RENEWAL = "tumpang_tindih", "daftar_ulang"
FIELD = "petak"
ARREARS_YEARS = 3  # permit.yaml `petak.menunggak_tahun` says otherwise
FAILED = ("ditolak", "ditarik")
_WORD = re.compile(r"^(BLOK|PETAK|NOMOR|NO)(?=[^A-Z])")
_BETWEEN = re.compile(r"[^A-Z0-9]+")
_NEEDLESS = re.compile(r"(?<!\d)\.|\.(?!\d)|(?<!\d)0+(?=\d)")


@dataclass(frozen=True)
class Holder:
    """Who has a plot. buried: whether it is in the book of graves; until: its term's last day, None when not known."""

    case_id: int
    resi: str | None
    number: str | None
    deceased: str
    buried: bool
    until: date | None


def plot_key(tpu: str, block: str, number: str) -> str:
    """One plot, however it is written: `Blok a-01`, `A1` and `a 1` are the same."""
    return "/".join((tpu.upper(), _plain(block), _plain(number)))[:80]


def _plain(value: str) -> str:
    return _NEEDLESS.sub("", _BETWEEN.sub(".", _WORD.sub("", value.upper().strip())))


@handler("petak/kunci")
def kunci(unit: Unit, case: CaseRow, params: dict[str, Any]) -> None:
    """Give the plot of IPTM/petak to the case. Raises Invalid at the field `petak` when it is somebody else's."""
    form = need(unit, FORM)
    tpu, block, number = text(form, "tpu"), text(form, "blok"), text(form, "petak")
    key, label = plot_key(tpu, block, number), f"TPU {tpu}, blok {block}, petak {number}"
    if _give(unit, case.id, key, label, nobody_else=True):  # as a rule nobody was ever there
        unit.emit("plot_claimed", {"petak": label, "menggantikan": None})
        return
    if _has(unit, case.id, key):
        return  # the step was done again with the same plot
    holder = holder_of(unit.connection, key, case.id)
    if holder is not None and (why := refusal(unit, case, holder)):
        raise Invalid({FIELD: [why]})
    # A plot that this case chose before, and was sent back, is nobody's; whom it follows here stays in the register.
    unit.connection.execute(delete(plot_claims).where(plot_claims.c.case_id == case.id))
    here = plot_claims.c.plot == key, plot_claims.c.ended_at.is_(None)
    unit.connection.execute(update(plot_claims).where(*here).values(ended_at=unit.now))
    if not _give(unit, case.id, key, label):
        raise Invalid({FIELD: ["Petak itu baru saja dipesan untuk permohonan lain."]})
    unit.emit("plot_claimed", {"petak": label, "menggantikan": holder.number or holder.resi if holder else None})


def _give(unit: Unit, case_id: int, key: str, label: str, nobody_else: bool = False) -> bool:
    """Enter the claim; nobody_else: only if neither the plot nor the case has one. False when somebody was faster."""
    make: Any = sqlite_insert if unit.connection.dialect.name == "sqlite" else postgresql_insert
    table, columns = plot_claims.c, ("plot", "label", "case_id", "at")
    known = exists().where((table.plot == key) | (table.case_id == case_id))
    values = (key, label, case_id, unit.now)
    row = select(*(literal(value, table[name].type) for name, value in zip(columns, values, strict=True)))
    chosen = row.where(~known) if nobody_else else row.where(true())
    entered = make(plot_claims).from_select(columns, chosen).on_conflict_do_nothing().returning(table.id)
    return unit.connection.execute(entered).scalar() is not None


def holder_of(connection: Any, key: str, but: int) -> Holder | None:
    """Who has a plot, the case `but` apart."""
    about = ("resi", "permit_number", "state", "outcome")
    claims = (
        select(plot_claims.c.case_id, *(cases.c[name] for name in about))
        .join(cases, cases.c.id == plot_claims.c.case_id)
        .where(plot_claims.c.plot == key, plot_claims.c.case_id != but)
        .order_by(plot_claims.c.id.desc())
    )
    for row in connection.execute(claims):
        if row.state not in FAILED and row.outcome not in FAILED:
            return _holder(connection, row)
    return None


def _holder(connection: Any, row: Any) -> Holder:
    found = {
        answer.form: answer.data
        for answer in connection.execute(
            select(answer_table.c.form, answer_table.c.data)
            .where(answer_table.c.case_id == row.case_id, answer_table.c.form.in_((APPLICATION, BOOK)))
            .order_by(answer_table.c.id)
        )
    }
    book = found.get(BOOK)
    until = str((book or {}).get("berlaku_sampai") or "")
    return Holder(
        row.case_id,
        row.resi,
        row.permit_number,
        str(found.get(APPLICATION, {}).get("nama_almarhum") or "–"),
        book is not None,
        date.fromisoformat(until[:10]) if until else None,
    )


def refusal(unit: Unit, case: CaseRow, holder: Holder) -> str:
    """Why a case cannot have a plot that somebody has; "" when it can."""
    if not holder.buried:
        return f"Petak itu sudah dipesan untuk permohonan {holder.resi}."
    of = f"Petak itu dipakai {holder.deceased}, IPTM {holder.number or holder.resi}"
    until = f"berlaku sampai {tanggal(holder.until)}" if holder.until else "tanpa catatan masa berlaku"
    if case.variant == RENEWAL:
        given = text(unit.answers(APPLICATION) or {}, "no_iptm_lama")
        if holder.number and _plain(given) != _plain(holder.number):
            return f"{of}, bukan nomor IPTM lama yang disebut pemohon ({given or '–'})."
        return ""
    if case.variant == OVERLAY:
        return _overlay_refusal(unit, holder, f"{of}, {until}")
    if holder.until is not None and holder.until < office_date(unit.now):
        return f"{of}; masa berlakunya habis {tanggal(holder.until)}. Pemakaman di situ hanya sebagai tumpang tindih."
    return f"{of}, {until}."


def _overlay_refusal(unit: Unit, holder: Holder, of: str) -> str:
    if text(unit.answers(CONSENT) or {}, "persetujuan") != "menunggak":
        return ""
    rules = unit.bundle.permit.get("petak") or {}
    years = int(rules.get("menunggak_tahun") or ARREARS_YEARS)
    if holder.until is not None and years_after(holder.until, years) < office_date(unit.now):
        return ""
    return f"{of}: belum menunggak lebih dari {years} tahun. Diperlukan persetujuan ahli waris."


def _has(unit: Unit, case_id: int, key: str) -> bool:
    table = plot_claims.c
    mine = table.case_id == case_id, table.plot == key, table.ended_at.is_(None)
    return unit.connection.execute(select(table.id).where(*mine)).first() is not None
