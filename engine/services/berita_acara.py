"""Minutes that every agency of the Tim Teknis signs or objects to. Repaired minutes are a new round under the same
number."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, insert, select, update

from engine.case_row import CaseRow
from engine.minutes import COUNTED, LAPSED, OBJECT, OPEN, content_hash, given
from engine.services.common import agencies, text
from engine.services.numbers import next_number
from engine.services.protocols import Unit
from engine.services.registry import ServiceError, handler
from engine.storage.service_tables import berita_acara, berita_acara_signatures

_LATEST = (
    select(
        berita_acara.c.id,
        berita_acara.c.number,
        berita_acara.c.round,
        berita_acara.c.opened_at,
        berita_acara.c.content_hash,
        berita_acara_signatures.c.agency,
    )
    .join(berita_acara_signatures)
    .order_by(berita_acara.c.round.desc(), berita_acara_signatures.c.agency)
)


@handler("berita_acara/buka")
def buka(unit: Unit, case: CaseRow, params: dict[str, Any]) -> None:
    """Opens the minutes written in umum/susun_berita_acara (if it was filled in) for signing, one row an agency."""
    wanted = agencies(case)
    form = unit.answers("umum/susun_berita_acara") or {}
    before = unit.connection.execute(_LATEST.where(berita_acara.c.case_id == case.id).limit(1)).one_or_none()
    number = (
        before.number
        if before
        else next_number(unit, case, "berita_acara", f"Berita acara {case.resi or case.code}").text
    )
    round_ = before.round + 1 if before else 1
    if before:
        unit.connection.execute(
            update(berita_acara)
            .where(berita_acara.c.case_id == case.id, berita_acara.c.lapsed_at.is_(None))
            .values(state=LAPSED, lapsed_at=unit.now)
        )
    content = {
        "nomor": number,
        "putaran": round_,
        "permohonan": case.resi or case.code,
        "pemohon": case.applicant_name,
        "instansi": wanted,
        "ringkasan": text(form, "ringkasan"),
        "syarat_khusus": text(form, "syarat_khusus"),
        "kesimpulan": form.get("kesimpulan"),
        "alasan": text(form, "alasan"),
    }
    opened = unit.connection.execute(
        insert(berita_acara)
        .values(
            case_id=case.id,
            number=number,
            round=round_,
            summary=content["ringkasan"],
            conclusion=content["kesimpulan"],
            content=content,
            content_hash=(digest := content_hash(content)),
            state=OPEN,
            opened_at=unit.now,
        )
        .returning(berita_acara.c.id)
    ).scalar_one()
    unit.connection.execute(
        insert(berita_acara_signatures), [{"berita_acara_id": opened, "agency": agency} for agency in wanted]
    )
    told = {"berita_acara": opened, "nomor": number, "putaran": round_, "instansi": wanted, "sidik_isi": digest}
    unit.emit("minutes_opened", {**told, "gugur": before.round} if before else told)


@handler("berita_acara/rekap")
def rekap(unit: Unit, case: CaseRow, params: dict[str, Any]) -> dict[str, Any]:
    """Signatures and objections onto the minutes; gives `keberatan`, how many agencies objected.

    Raises ServiceError when the minutes are not open or an agency has not answered in this round.
    """
    rows = unit.connection.execute(_LATEST.where(berita_acara.c.case_id == case.id)).all()
    if not rows:
        raise ServiceError("Belum ada berita acara yang dibuka pada permohonan ini.")
    wanted = [row.agency for row in rows if row.id == rows[0].id]
    said = given(unit.connection, case.id, rows[0].opened_at)
    silent = [agency for agency in wanted if agency not in said]
    if silent:
        raise ServiceError(f"Berita acara belum ditandatangani oleh: {', '.join(silent)}.")
    signatures = berita_acara_signatures
    unit.connection.execute(
        update(signatures)
        .where(signatures.c.berita_acara_id == rows[0].id, signatures.c.agency == bindparam("which"))
        .values(
            response=bindparam("answer"),
            reason=bindparam("why"),
            signed_at=bindparam("moment"),
            person_id=bindparam("who"),
            content_hash=rows[0].content_hash,
        ),
        [
            {
                "which": agency,
                "answer": said[agency].response,
                "why": said[agency].reason,
                "moment": said[agency].signed_at,
                "who": said[agency].person_id,
            }
            for agency in wanted
        ],
    )
    against = [agency for agency in wanted if said[agency].response == OBJECT]
    objections = len(against)
    unit.connection.execute(
        update(berita_acara)
        .where(berita_acara.c.id == rows[0].id)
        .values(state=COUNTED, objections=objections, closed_at=unit.now)
    )
    told = {"berita_acara": rows[0].id, "nomor": rows[0].number, "keberatan": objections}
    reasons = [{"instansi": agency, "alasan": said[agency].reason} for agency in against]
    unit.emit("minutes_counted", {**told, "alasan": reasons} if reasons else told)
    return {"keberatan": objections}
