"""Money: calculated, issued, paid. A bill that was issued is never changed; one calculated anew takes its place."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update

from engine.case_row import CaseRow
from engine.letters.words import WIB, office_date, rupiah
from engine.services.common import applicant, need, text, told
from engine.services.numbers import next_number
from engine.services.protocols import Unit
from engine.services.registry import ServiceError, handler
from engine.services.tarif import calculate
from engine.services.tarif_values import TariffError
from engine.storage.service_tables import bills, payments

CALCULATED, EXEMPT, ISSUED, PAID, REPLACED = "dihitung", "bebas", "terbit", "lunas", "diganti"
DUE_DAYS = 30  # calendar days from issue (UU 28/2009); permit.yaml biaya.jatuh_tempo_hari says otherwise
BANK_PREFIX = "1104"  # assumed: the bank's number for the city's treasury
FORMS = {"SKRD": "retribusi", "SKPD": "pajak"}


@handler("retribusi/hitung")
def hitung(unit: Unit, case: CaseRow, params: dict[str, Any]) -> dict[str, Any]:
    """The nota perhitungan from the tariff and the answers; gives `tagihan` in rupiah, 0 when nothing is due.

    Raises ServiceError: the tariff cannot be counted with these answers, or the case has been paid for already.
    """
    biaya = unit.bundle.permit.get("biaya") or {}
    latest = _latest(unit, case)
    if latest is not None and latest.state == PAID:
        raise ServiceError(f"Tagihan {latest.number} sudah lunas; permohonan ini tidak dapat dihitung ulang.")
    try:
        nota = calculate(biaya, unit.bundle.files, _known(unit, case, biaya))
    except TariffError as error:
        raise ServiceError(f"Nota perhitungan: {error}.") from error
    if latest is not None and latest.state != REPLACED:
        unit.connection.execute(update(bills).where(bills.c.id == latest.id).values(state=REPLACED))
    unit.connection.execute(
        insert(bills).values(
            case_id=case.id,
            kind=nota.jenis,
            state=CALCULATED if nota.total else EXEMPT,
            lines=[asdict(line) for line in nota.baris],
            total=nota.total,
            exempt_reason=nota.alasan_bebas,
            calculated_at=unit.now,
        )
    )
    unit.emit("levy_calculated", {"jenis": nota.jenis, "jumlah": nota.total, "alasan_bebas": nota.alasan_bebas})
    return {"tagihan": nota.total}


def _known(unit: Unit, case: CaseRow, biaya: Any) -> dict[str, Any]:
    """The names a formula may read; a later form of `isian` wins over an earlier one, and the case's own names over
    all."""
    known: dict[str, Any] = dict(case.facts)
    for form in biaya.get("isian") or ["{KODE}/permohonan"]:
        known.update(unit.answers(str(form)) or {})
    return known | {
        "kode": case.code,
        "varian": case.variant,
        "bidang": case.bidang,
        "kecamatan": case.kecamatan,
        "kelurahan": case.kelurahan,
    }


@handler("retribusi/terbitkan", "jenis")
def terbitkan(unit: Unit, case: CaseRow, params: dict[str, Any]) -> None:
    """SKRD or SKPD: number, due date, virtual account. Raises ServiceError when there is nothing to issue."""
    form = str(params.get("jenis") or "SKRD")
    if form not in FORMS:
        raise ServiceError(f"Jenis ketetapan '{form}' tidak dikenal (SKRD atau SKPD).")
    bill = _latest(unit, case)
    if bill is None or bill.state != CALCULATED:
        raise ServiceError("Tidak ada nota perhitungan yang dapat ditetapkan.")
    if bill.kind != FORMS[form]:
        raise ServiceError(f"{form} tidak dapat diterbitkan untuk {bill.kind}.")
    number = next_number(unit, case, form.lower(), f"{form} {case.resi or case.code}: {rupiah(bill.total)}")
    account = f"{BANK_PREFIX}{number.year % 100:02d}{list(FORMS).index(form) + 1}{number.sequence:07d}"
    due_at = _due(unit.now, (unit.bundle.permit.get("biaya") or {}).get("jatuh_tempo_hari", DUE_DAYS))
    unit.connection.execute(
        update(bills)
        .where(bills.c.id == bill.id)
        .values(form=form, number=number.text, state=ISSUED, virtual_account=account, issued_at=unit.now, due_at=due_at)
    )
    facts = told(
        case,
        unit.bundle,
        jenis=form,
        nomor=number.text,
        jumlah=bill.total,
        rekening=account,
        jatuh_tempo=due_at.isoformat(),
    )
    for channel, address in applicant(case):
        unit.send(channel, address, "tagihan", facts)
    unit.emit(
        "bill_issued", {"jenis": form, "nomor": number.text, "jumlah": bill.total, "jatuh_tempo": due_at.isoformat()}
    )


@handler("retribusi/lunas")
def lunas(unit: Unit, case: CaseRow, params: dict[str, Any]) -> None:
    """The payment of umum/bayar. Raises ServiceError unless it is, to the rupiah, what the bill says."""
    form = need(unit, "umum/bayar")
    bill = _latest(unit, case)
    if bill is None or bill.state != ISSUED:
        raise ServiceError("Tidak ada SKRD atau SKPD yang menunggu pembayaran pada permohonan ini.")
    amount = form.get("jumlah")
    if isinstance(amount, bool) or not isinstance(amount, int) or amount != bill.total:
        paid = rupiah(amount) if isinstance(amount, (int, float)) and not isinstance(amount, bool) else "tanpa jumlah"
        raise ServiceError(f"Pembayaran {paid} tidak sama dengan tagihan {rupiah(bill.total)} ({bill.number}).")
    paid_on = text(form, "tanggal_bayar")[:10] or office_date(unit.now).isoformat()
    unit.connection.execute(
        insert(payments).values(
            case_id=case.id,
            bill_id=bill.id,
            amount=amount,
            paid_on=paid_on,
            receipt=text(form, "bukti"),
            channel=text(form, "cara") or "bank",
            at=unit.now,
        )
    )
    unit.connection.execute(update(bills).where(bills.c.id == bill.id).values(state=PAID, paid_at=unit.now))
    unit.emit(
        "bill_paid", {"nomor": bill.number, "jumlah": amount, "tanggal_bayar": paid_on, "bukti": text(form, "bukti")}
    )


def _latest(unit: Unit, case: CaseRow) -> Row[Any] | None:
    query = select(bills).where(bills.c.case_id == case.id).order_by(bills.c.id.desc()).limit(1)
    return unit.connection.execute(query).one_or_none()


def _due(now: datetime, days: Any) -> datetime:
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= 3650:
        raise ServiceError(f"jatuh_tempo_hari '{days}' bukan jumlah hari.")
    return datetime.combine(office_date(now) + timedelta(days=days), time(23, 59, 59), WIB)
