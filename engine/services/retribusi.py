"""Money: calculated, issued, paid. A bill that was issued is never changed; one calculated anew takes its place."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update

from engine.case_row import CaseRow
from engine.errors import Invalid
from engine.letters.words import WIB, office_date, rupiah, tanggal
from engine.services.common import applicant, need, text, told
from engine.services.kept import bills_stand
from engine.services.numbers import next_number
from engine.services.owed import Owed, months_after, owed
from engine.services.paid_before import known_money
from engine.services.protocols import Unit
from engine.services.registry import ServiceError, handler
from engine.services.revoke import revoke
from engine.services.tarif import calculate
from engine.services.tarif_periods import CALCULATED_ON
from engine.services.tarif_values import TariffError
from engine.storage.payment_tables import assessments
from engine.storage.service_tables import bills, payments

CALCULATED, EXEMPT, ISSUED, PAID, REPLACED = "dihitung", "bebas", "terbit", "lunas", "diganti"
LAPSED = "gugur"
DUE_DAYS = 30  # calendar days from issue (UU 28/2009); permit.yaml biaya.jatuh_tempo_hari says otherwise
LAPSE_MONTHS = 6  # after the due date. assumed; permit.yaml biaya.gugur_bulan says otherwise
BANK_PREFIX = "1104"  # assumed: the bank's number for the city's treasury
BILL = "tagihan"  # name of a bill in Unit.known
FROM_BANK = "mutasi_bank"  # in Unit.known: the payment is a line of the bank, looked at already, and nobody typed it
FORMS = {"SKRD": "retribusi", "SKPD": "pajak"}


@handler("retribusi/hitung")
def hitung(unit: Unit, case: CaseRow, params: dict[str, Any]) -> dict[str, Any]:
    """The nota perhitungan from the tariff and the answers; gives `tagihan` in rupiah, 0 when nothing is due.

    Raises ServiceError: the tariff cannot be counted with these answers, or the case has been paid for already.
    """
    biaya = unit.bundle.permit.get("biaya") or {}
    latest = _latest(unit, case)
    stands = latest is not None and latest.state in (ISSUED, PAID) and bills_stand(case)
    if latest is not None and latest.state == PAID and not stands:
        raise ServiceError(f"Tagihan {latest.number} sudah lunas; permohonan ini tidak dapat dihitung ulang.")
    try:
        nota = calculate(biaya, unit.bundle.files, _known(unit, case, biaya))
    except TariffError as error:
        raise ServiceError(f"Nota perhitungan: {error}.") from error
    if latest is not None and stands and (nota.jenis, nota.total) == (latest.kind, latest.total):
        _kept(unit, latest)
        return {"tagihan": 0 if latest.state == PAID else latest.total}
    if latest is not None and latest.state == PAID:
        raise ServiceError(
            f"Tagihan {latest.number} sudah lunas {rupiah(latest.total)}, dan hitungan sekarang {rupiah(nota.total)}."
        )
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
        CALCULATED_ON: office_date(unit.now).isoformat(),
    }


@handler("retribusi/terbitkan", "jenis", gives=("jatuh_tempo", "gugur_pada"))
def terbitkan(unit: Unit, case: CaseRow, params: dict[str, Any]) -> dict[str, Any]:
    """SKRD or SKPD: number, due date, virtual account. Gives the moments at which it is due and at which it lapses.
    Raises ServiceError when there is nothing to issue."""
    form = str(params.get("jenis") or "SKRD")
    if form not in FORMS:
        raise ServiceError(f"Jenis ketetapan '{form}' tidak dikenal (SKRD atau SKPD).")
    bill = _latest(unit, case)
    if bill is not None and bill.form == form and bill.state in (ISSUED, PAID) and bills_stand(case):
        _kept(unit, bill)
        return {"jatuh_tempo": bill.due_at.isoformat(), "gugur_pada": bill.lapses_at.isoformat()}
    if bill is None or bill.state != CALCULATED:
        raise ServiceError("Tidak ada nota perhitungan yang dapat ditetapkan.")
    if bill.kind != FORMS[form]:
        raise ServiceError(f"{form} tidak dapat diterbitkan untuk {bill.kind}.")
    number = next_number(unit, case, form.lower(), f"{form} {case.resi or case.code}: {rupiah(bill.total)}")
    account = f"{BANK_PREFIX}{number.year % 100:02d}{list(FORMS).index(form) + 1}{number.sequence:07d}"
    biaya = unit.bundle.permit.get("biaya") or {}
    due_at = _due(unit.now, biaya.get("jatuh_tempo_hari", DUE_DAYS))
    lapses_at = _lapses(due_at, biaya.get("gugur_bulan", LAPSE_MONTHS))
    issued = {"form": form, "number": number.text, "state": ISSUED, "virtual_account": account}
    unit.connection.execute(
        update(bills)
        .where(bills.c.id == bill.id)
        .values(**issued, issued_at=unit.now, due_at=due_at, lapses_at=lapses_at)
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
    return {"jatuh_tempo": due_at.isoformat(), "gugur_pada": lapses_at.isoformat()}


@handler("retribusi/strd")
def strd(unit: Unit, case: CaseRow, params: dict[str, Any]) -> None:
    """STRD: the bill is overdue, and 2 % a month are owed besides. Raises ServiceError when nothing is."""
    bill = _latest(unit, case)
    if bill is None or bill.state != ISSUED:
        raise ServiceError("Tidak ada SKRD atau SKPD yang menunggu pembayaran pada permohonan ini.")
    # Due at the last second of a day: the clock strikes at that second, and the month begins with the next.
    found = owed(bill.total, bill.due_at, max(office_date(unit.now), office_date(bill.due_at) + timedelta(days=1)))
    number = next_number(unit, case, "strd", f"STRD atas {bill.number}: {rupiah(found.total)}")
    unit.connection.execute(
        insert(assessments).values(
            case_id=case.id,
            bill_id=bill.id,
            number=number.text,
            months=found.months,
            fine=found.fine,
            total=found.total,
            state=ISSUED,
            issued_at=unit.now,
        )
    )
    facts = told(
        case,
        unit.bundle,
        jenis=bill.form,
        nomor=number.text,
        tagihan=bill.number,
        bulan=found.months,
        bunga=found.fine,
        jumlah=found.total,
        rekening=bill.virtual_account,
        gugur=bill.lapses_at.isoformat() if bill.lapses_at else None,
    )
    for channel, address in applicant(case):
        unit.send(channel, address, "strd", facts)
    unit.emit(
        "strd_issued",
        {"nomor": number.text, "tagihan": bill.number, "bulan": found.months, "bunga": found.fine},
    )


@handler("retribusi/gugur")
def gugur(unit: Unit, case: CaseRow, params: dict[str, Any]) -> None:
    """Nobody has paid for so long that the bill, and the application with it, lapses; a permit that was issued already
    is revoked. Raises ServiceError when the bill is not waiting to be paid."""
    bill = _latest(unit, case)
    if bill is None or bill.state != ISSUED:
        raise ServiceError("Tidak ada SKRD atau SKPD yang menunggu pembayaran pada permohonan ini.")
    unit.connection.execute(update(bills).where(bills.c.id == bill.id).values(state=LAPSED))
    _close_assessments(unit, bill.id, LAPSED)
    unit.emit("bill_lapsed", {"nomor": bill.number, "jumlah": bill.total, "jatuh_tempo": bill.due_at.isoformat()})
    revoke(unit, case.id, f"{bill.form} {bill.number} tidak dibayar sampai gugur.")


@handler("retribusi/lunas")
def lunas(unit: Unit, case: CaseRow, params: dict[str, Any]) -> None:
    """The payment of umum/bayar. Raises Invalid, naming what is owed and what was typed, unless it is, to the rupiah,
    what the bill comes to on the day of payment (the bill itself, and 2 % a month after its due date), and money that
    nobody has recorded yet: whoever typed it sees it at the field, and nothing is done."""
    form = need(unit, "umum/bayar")
    told_by_bank = unit.known.pop(FROM_BANK, False)
    bill = _latest(unit, case)
    if bill is not None and bill.state == PAID and bills_stand(case):
        _must_be_same_receipt(unit, bill, form)
        _kept(unit, bill)
        return
    if bill is None or bill.state != ISSUED:
        raise Invalid({"": ["Tidak ada SKRD atau SKPD yang menunggu pembayaran pada permohonan ini."]})
    amount, receipt = form.get("jumlah"), text(form, "bukti")
    bank = " ".join(text(form, "bank").split()).upper() or None
    day = _date(text(form, "tanggal_bayar")[:10] or office_date(unit.now).isoformat())
    paid_on, wanted = day.isoformat(), owed(bill.total, bill.due_at, day)
    wrong = {} if told_by_bank else _not_new(unit, bill, day, receipt, bank)
    if isinstance(amount, bool) or not isinstance(amount, int) or amount != wanted.total:
        wrong = {"jumlah": [_not_owed(bill, day, wanted, amount)], **wrong}
    if wrong:
        raise Invalid(wrong)
    unit.connection.execute(
        insert(payments).values(
            case_id=case.id,
            bill_id=bill.id,
            amount=amount,
            fine=wanted.fine,
            paid_on=paid_on,
            receipt=receipt,
            channel=text(form, "cara") or "bank",
            bank=bank,
            at=unit.now,
        )
    )
    unit.connection.execute(update(bills).where(bills.c.id == bill.id).values(state=PAID, paid_at=unit.now))
    if office_date(unit.now) > office_date(bill.due_at):
        _close_assessments(unit, bill.id, PAID if wanted.fine else "batal")
    unit.emit(
        "bill_paid",
        {
            "nomor": bill.number,
            "jumlah": amount,
            "bunga": wanted.fine,
            "tanggal_bayar": paid_on,
            "bukti": receipt,
        },
    )


def _kept(unit: Unit, bill: Row[Any]) -> None:
    """The case came by here before, and what was issued then stands."""
    unit.emit("bill_kept", {"nomor": bill.number, "jumlah": bill.total, "lunas": bill.state == PAID})


def _must_be_same_receipt(unit: Unit, bill: Row[Any], form: dict[str, Any]) -> None:
    """The form tells of the payment that is known already; another one is money that somebody must look at."""
    query = select(payments.c.receipt, payments.c.paid_on).where(payments.c.bill_id == bill.id)
    known = unit.connection.execute(query).one()
    if known.receipt != text(form, "bukti"):
        paid = f"sudah lunas {rupiah(bill.total)} dengan bukti {known.receipt} tanggal {tanggal(known.paid_on)}"
        raise Invalid({"bukti": [f"{bill.form} {bill.number} {paid}. Uang yang lain tidak dicatat lagi di sini."]})


def _not_new(unit: Unit, bill: Row[Any], day: date, receipt: str, bank: str | None) -> dict[str, list[str]]:
    """What is wrong by field: a day on which the bill cannot have been paid, money that is known already."""
    wrong = {}
    issued = office_date(bill.issued_at)
    if not issued <= day <= office_date(unit.now):
        says = f"Tanggal bayar {tanggal(day)}: {bill.form} {bill.number} terbit {tanggal(issued)}"
        wrong["tanggal_bayar"] = [f"{says}, dan hari ini {tanggal(unit.now)}."]
    known = known_money(unit, receipt, bank, day.isoformat())
    if known is not None:
        wrong["bukti"] = [known]
    return wrong


def _not_owed(bill: Row[Any], day: date, wanted: Owed, amount: Any) -> str:
    owes = f"{bill.form} {bill.number} pada {tanggal(day)} berjumlah {_asked(wanted)}"
    if isinstance(amount, bool) or not isinstance(amount, int):
        return f"{owes}; jumlah yang dibayar belum diisi."
    less = wanted.total - amount
    return f"{owes}. Yang diisi {rupiah(amount)}: {'kurang' if less > 0 else 'lebih'} {rupiah(abs(less))}."


def _asked(wanted: Owed) -> str:
    if not wanted.fine:
        return rupiah(wanted.principal)
    return (
        f"{rupiah(wanted.total)}, yaitu {rupiah(wanted.principal)} dan bunga {wanted.months} bulan "
        f"{rupiah(wanted.fine)}"
    )


def _close_assessments(unit: Unit, bill_id: int, state: str) -> None:
    """STRD of a bill that was paid (in time after all: cancelled) or lapsed."""
    unit.connection.execute(
        update(assessments)
        .where(assessments.c.bill_id == bill_id, assessments.c.state == ISSUED)
        .values(state=state, closed_at=unit.now)
    )


def _latest(unit: Unit, case: CaseRow) -> Row[Any] | None:
    read = unit.known.pop(BILL, None)
    if read is not None:
        return read  # type: ignore[no-any-return]
    query = select(bills).where(bills.c.case_id == case.id).order_by(bills.c.id.desc()).limit(1)
    return unit.connection.execute(query).one_or_none()


def _due(now: datetime, days: Any) -> datetime:
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= 3650:
        raise ServiceError(f"jatuh_tempo_hari '{days}' bukan jumlah hari.")
    return datetime.combine(office_date(now) + timedelta(days=days), time(23, 59, 59), WIB)


def _lapses(due_at: datetime, months: Any) -> datetime:
    if isinstance(months, bool) or not isinstance(months, int) or not 1 <= months <= 120:
        raise ServiceError(f"gugur_bulan '{months}' bukan jumlah bulan.")
    return datetime.combine(months_after(office_date(due_at), months), time(23, 59, 59), WIB)


def _date(iso: str) -> date:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        raise Invalid({"tanggal_bayar": [f"Tanggal bayar tidak terbaca: {iso}."]}) from None
