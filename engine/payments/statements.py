"""Statement files of banks: CSV with named columns, and MT940. Reads only; nothing is booked here.

CSV (UTF-8 or Windows-1252; separated by `;` or `,`; first line names the columns, in any order):

| column | |
|---|---|
| tanggal | date of payment, `2016-09-27` or `27/09/2016` |
| referensi | the bank's own reference, one a payment |
| jumlah | rupiah: `187625`, `187.625`, `187.625,00` |
| rekening_virtual | virtual account; this or nomor_tagihan |
| nomor_tagihan | number of the SKRD, SKPD or STRD |
| pembayar, keterangan | optional |
| jenis | optional: `K` money in (default), `D` money out (passed over), `R` the bank takes an earlier line back |
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import mt940

from engine.errors import Invalid
from engine.payments.incoming import Incoming, checked
from engine.services.retribusi import BANK_PREFIX

MOST_BYTES = 5 * 1024 * 1024
MOST_LINES = 2_000
MOST_ERRORS = 20
NEEDED = ("tanggal", "referensi", "jumlah")
_ACCOUNT = re.compile(rf"(?<!\d){BANK_PREFIX}\d{{10}}(?!\d)")
_NUMBER = re.compile(r"973/\d{1,7}/(?:SKRD|SKPD|STRD)/[A-Z]+/\d{4}")
_RUPIAH = re.compile(r"(?:Rp\s*)?(\d{1,3}(?:\.\d{3})+|\d+)(?:,00?)?", re.IGNORECASE)
_NO_REFERENCE = {"", "NONREF", "NOTPROVIDED"}


@dataclass(frozen=True)
class Statement:
    """What a file says. lines: (line number in the file, payment); passed: how many lines were no money in."""

    format: str
    lines: tuple[tuple[int, Incoming], ...]
    passed: int

    @property
    def total(self) -> int:
        """Rupiah of all lines together."""
        return sum(line.amount for _, line in self.lines)


def read_statement(content: bytes, bank: str) -> Statement:
    """The payments of a file. Raises Invalid: no such file, too large, or lines that cannot be read, named; then
    nothing of it counts."""
    if not content.strip():
        raise _refused("Berkas kosong.")
    if len(content) > MOST_BYTES:
        raise _refused(f"Berkas lebih dari {MOST_BYTES // 1024 // 1024} MB. Kirim satu hari setiap berkas.")
    text = _decoded(content)
    found = _Reading(bank)
    form = "mt940" if re.search(r"^:20:", text, re.MULTILINE) else "csv"
    for line in _mt940(text, found) if form == "mt940" else _csv(text, found):
        found.add(*line)
    found.refuse()
    if not found.lines:
        raise _refused("Tidak ada pembayaran masuk dalam berkas ini.")
    return Statement(form, tuple(found.lines), found.passed)


class _Reading:
    """Lines and what is wrong with them."""

    def __init__(self, bank: str) -> None:
        self.bank, self.passed = bank, 0
        self.lines: list[tuple[int, Incoming]] = []
        self.wrong: list[str] = []

    def add(self, number: int, line: Incoming) -> None:
        try:
            self.lines.append((number, checked(line)))
        except Invalid as error:
            said = "; ".join(message for messages in error.fields.values() for message in messages)
            self.wrong.append(f"Baris {number}: {said}")
        if len(self.lines) > MOST_LINES:
            raise _refused(f"Berkas berisi lebih dari {MOST_LINES} pembayaran. Kirim satu hari setiap berkas.")

    def refuse(self) -> None:
        """Raises Invalid when a line could not be read, or two lines of one file have the same reference."""
        counted = Counter(line.reference for _, line in self.lines)
        self.wrong += [f"Referensi {name} ada {count} kali." for name, count in counted.items() if count > 1]
        if self.wrong:
            more = len(self.wrong) - MOST_ERRORS
            shown = self.wrong[:MOST_ERRORS] + ([f"… dan {more} lagi."] if more > 0 else [])
            raise Invalid({"file": shown}, "Berkas tidak dibukukan: ada baris yang tidak terbaca.")


def _csv(text: str, found: _Reading) -> Iterator[tuple[int, Incoming]]:
    first = text.splitlines()[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") >= first.count(",") else ",")
    names = {name: " ".join((name or "").lower().split()).replace(" ", "_") for name in rows.fieldnames or []}
    missing = [name for name in NEEDED if name not in names.values()]
    if not {"rekening_virtual", "nomor_tagihan"} & set(names.values()):
        missing.append("rekening_virtual atau nomor_tagihan")
    if missing:
        raise _refused(f"Kolom yang tidak ada: {', '.join(missing)}.")
    for row in rows:
        if None in row:
            found.wrong.append(f"Baris {rows.line_num}: lebih banyak isian daripada kolom.")
            continue
        values = {names[name]: (value or "").strip() for name, value in row.items() if name in names}
        if not any(values.values()):
            continue
        kind = values.get("jenis", "").upper()[:1]
        if kind == "D":
            found.passed += 1
            continue
        try:
            yield (
                rows.line_num,
                Incoming(
                    bank=found.bank,
                    reference=values["referensi"],
                    amount=_rupiah(values["jumlah"]),
                    paid_on=_day(values["tanggal"]),
                    account=values.get("rekening_virtual", ""),
                    number=values.get("nomor_tagihan", ""),
                    payer=values.get("pembayar", ""),
                    note=values.get("keterangan", "")[:500],
                    taken_back=kind == "R",
                ),
            )
        except ValueError as error:
            found.wrong.append(f"Baris {rows.line_num}: {error}")


def _mt940(text: str, found: _Reading) -> Iterator[tuple[int, Incoming]]:
    try:
        statements = mt940.parse(text)
        transactions = [each.data for each in statements]
    except Exception as error:
        raise _refused(f"MT940 tidak terbaca: {type(error).__name__}.") from error
    alike: Counter[str] = Counter()
    for number, data in enumerate(transactions, start=1):
        status = str(data.get("status") or "")
        if status == "D":
            found.passed += 1
            continue
        amount, day = data.get("amount"), data.get("date")
        if amount is None or day is None:
            found.wrong.append(f"Transaksi {number}: tanpa jumlah atau tanggal.")
            continue
        said = _words(data)
        try:
            whole = _whole(amount.amount)
        except ValueError as error:
            found.wrong.append(f"Transaksi {number}: {error}")
            continue
        account, bill = _ACCOUNT.search(said.replace(" ", "")), _NUMBER.search(said)
        yield (
            number,
            Incoming(
                bank=found.bank,
                reference=_reference(data, day, whole, said, alike),
                amount=whole,
                paid_on=date(day.year, day.month, day.day).isoformat(),
                account=account[0] if account else "",
                number=bill[0] if bill else "",
                payer=str(data.get("applicant_name") or "")[:200],
                note=said[:500],
                taken_back=status in ("RC", "RD"),
            ),
        )


def _words(data: dict[str, Any]) -> str:
    parts = (data.get("customer_reference"), data.get("extra_details"), data.get("transaction_details"))
    more = (data.get("purpose"), data.get("end_to_end_reference"))
    return " ".join(" ".join(str(part).split()) for part in (*parts, *more) if part)


def _reference(data: dict[str, Any], day: Any, amount: int, said: str, alike: Counter[str]) -> str:
    """The bank's reference; where the bank gives none, a fingerprint of what it says, so that the same line of another
    file is known again."""
    for name in ("bank_reference", "customer_reference"):
        given = str(data.get(name) or "").strip()
        if given.upper() not in _NO_REFERENCE:
            return given
    mark = hashlib.sha256(f"{day}|{amount}|{said}".encode()).hexdigest()[:20]
    alike[mark] += 1
    return f"tanpa-{mark}-{alike[mark]}"


def _rupiah(text: str) -> int:
    match = _RUPIAH.fullmatch(text)
    if match is None:
        raise ValueError(f"jumlah '{text[:30]}' bukan rupiah bulat")
    return int(match[1].replace(".", ""))


def _whole(amount: Any) -> int:
    try:
        value = Decimal(str(amount))
    except InvalidOperation:
        raise ValueError("jumlahnya tidak terbaca") from None
    if value != value.to_integral_value():
        raise ValueError(f"jumlah {value} bukan rupiah bulat")
    return abs(int(value))


def _day(text: str) -> str:
    for pattern in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"):
        try:
            return datetime.strptime(text, pattern).date().isoformat()  # noqa: DTZ007  (a date, no moment)
        except ValueError:
            continue
    raise ValueError(f"tanggal '{text[:30]}' tidak terbaca")


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    if "\0" in text:
        raise _refused("Berkas ini bukan CSV atau MT940.")
    return text


def _refused(words: str) -> Invalid:
    return Invalid({"file": [words]}, words)
