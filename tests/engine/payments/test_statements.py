"""Bank files: CSV and MT940 are read exactly, sent twice they book nothing, and a bad line stops the whole file."""

from __future__ import annotations

import pytest

from engine.errors import Invalid, NotAllowed, Taken
from engine.payments import files, ignore, import_file, match, recap, receipt, receipts, refund
from engine.payments.statements import MOST_LINES, read_statement
from engine.storage.payment_tables import payment_files, payment_receipts
from engine.storage.service_tables import payments
from engine.verify import verify
from tests.engine.payments.conftest import FEE, PEOPLE, Desk
from tests.engine.payments.test_receiving import pay

BANK = PEOPLE["bendahara"]
HEAD = "tanggal;referensi;rekening_virtual;nomor_tagihan;jumlah;pembayar;keterangan;jenis\n"


def csv_of(*lines: str) -> bytes:
    return (HEAD + "\n".join(lines) + "\n").encode()


def mt940_of(*entries: str) -> bytes:
    """entries: the :61: lines with their :86:."""
    body = "\n".join(entries)
    return (
        f":20:MUTASI\n:25:BJB/0001110104\n:28C:00001/001\n:60F:C160718IDR1000,00\n{body}\n:62F:C160718IDR2000,00\n-\n"
    ).encode()


def test_csv_in_every_way_a_bank_writes_it() -> None:
    found = read_statement(
        csv_of(
            "2016-07-19;R1;11041610000001;;187.625,00;Sari;SKRD;",
            "19/07/2016;R2;;973/00002/SKRD/BPPT/2016;Rp 90.000;Budi;;K",
            "2016-07-19;R3;;;5000;Bank;biaya;D",
        ),
        "bjb",
    )
    assert (found.format, found.passed, found.total) == ("csv", 1, 277_625)
    (one_at, one), (two_at, two) = found.lines
    assert (one_at, one.account, one.amount, one.paid_on, one.bank) == (
        2,
        "11041610000001",
        187_625,
        "2016-07-19",
        "BJB",
    )
    assert (two_at, two.number, two.amount, two.paid_on) == (3, "973/00002/SKRD/BPPT/2016", 90_000, "2016-07-19")
    comma = b"\xef\xbb\xbfTanggal,Referensi,Jumlah,Rekening Virtual\r\n2016-07-19,R1,90000,11041610000001\r\n"
    assert read_statement(comma, "BJB").lines[0][1].amount == 90_000


def test_mt940() -> None:
    content = mt940_of(
        ":61:1607190719C90000,00NTRFNONREF//BJB123\n:86:BAYAR SKRD VA 11041610000001 SARI",
        ":61:1607190719D5000,00NCHGNONREF//BJB124\n:86:BIAYA ADM",
        ":61:1607190719C75000,00NTRFNONREF\n:86:973/00002/SKRD/BPPT/2016",
        ":61:1607190719RC1000,00NTRFNONREF//BJB125\n:86:KOREKSI 11041610000001",
    )
    found = read_statement(content, "BJB")
    assert (found.format, found.passed) == ("mt940", 1)
    first, second, third = (line for _, line in found.lines)
    assert (first.reference, first.amount, first.account, first.paid_on) == (
        "BJB123",
        90_000,
        "11041610000001",
        "2016-07-19",
    )
    assert (second.number, second.amount) == ("973/00002/SKRD/BPPT/2016", 75_000)
    assert second.reference.startswith("tanpa-") and read_statement(content, "BJB").lines[1][1] == second
    assert third.taken_back and not first.taken_back


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "kosong"),
        (b"\0\0\0", "bukan CSV"),
        (b"nama;jumlah\nx;1\n", "Kolom yang tidak ada: tanggal, referensi, rekening_virtual"),
        (csv_of("2016-07-19;R1;;;1,50;;;"), "Baris 2: jumlah '1,50' bukan rupiah bulat"),
        (csv_of("2016-07-32;R1;;;100;;;"), "Baris 2: tanggal '2016-07-32' tidak terbaca"),
        (csv_of("2016-07-19;;;;100;;;"), "Baris 2: Isi nomor referensi bank"),
        (csv_of("2016-07-19;R1;;;100;;;", "2016-07-19;R1;;;100;;;"), "Referensi R1 ada 2 kali"),
        (csv_of("2016-07-19;R1;;;100;;;;;;"), "lebih banyak isian"),
        (csv_of("2016-07-19;R1;;;100;;;D"), "Tidak ada pembayaran masuk"),
        (csv_of(*(f"2016-07-19;R{n};;;100;;;" for n in range(MOST_LINES + 1))), "lebih dari 2000"),
        (b":20:X\n:61:rusak\n", "MT940 tidak terbaca|Tidak ada pembayaran"),
    ],
)
def test_what_cannot_be_read_is_named(content: bytes, words: str) -> None:
    import re

    with pytest.raises(Invalid) as refused:
        read_statement(content, "BJB")
    assert re.search(words, " ".join(refused.value.fields["file"]))


def test_a_file_books_what_fits_and_leaves_the_rest(desk: Desk) -> None:
    one, two = desk.billed(), desk.billed()
    content = csv_of(
        f"2016-07-19;R1;{desk.bill(one).virtual_account};;{FEE};Sari;;",
        f"2016-07-19;R2;{desk.bill(two).virtual_account};;{FEE - 1};Sari;;",
        "2016-07-19;R3;11041699999999;;500;Asing;;",
    )
    done = import_file(desk.office, "bjb.csv", content, "BJB", by=BANK)
    assert done.counts == {"cocok": 1, "perlu": 2}
    assert (desk.bill(one).state, desk.bill(two).state) == ("lunas", "terbit")
    assert [row.problem for row in receipts(desk.office, BANK).rows] == ["tidak_dikenal", "beda_jumlah"]
    assert files(desk.office, BANK)[0].finished_at is not None
    assert verify(desk.office).problems == []


def test_the_same_file_again_books_nothing_and_is_told(desk: Desk) -> None:
    content = csv_of(f"2016-07-19;R1;{desk.bill(desk.billed()).virtual_account};;{FEE};;;")
    import_file(desk.office, "a.csv", content, "BJB", by=BANK)
    done = import_file(desk.office, "b.csv", content, "BJB", by=BANK)
    assert done.repeated is not None and len(desk.rows(payments)) == 1
    [row] = receipts(desk.office, BANK).rows
    assert (row.problem, row.amount) == ("berkas_ulang", FEE)
    assert [file.repeats_id for file in desk.rows(payment_files)] == [None, 1]
    ignore(desk.office, (row.id,), "terkirim dua kali", by=BANK)
    assert receipts(desk.office, BANK).rows == []


def test_a_line_that_another_file_brought_already(desk: Desk) -> None:
    account = desk.bill(desk.billed()).virtual_account
    import_file(desk.office, "a.csv", csv_of(f"2016-07-19;R1;{account};;{FEE};;;"), "BJB", by=BANK)
    both = csv_of(f"2016-07-19;R1;{account};;{FEE};;;", "2016-07-20;R9;;x;5;;;")
    done = import_file(desk.office, "b.csv", both, "BJB", by=BANK)
    assert done.counts == {"perlu": 2} and len(desk.rows(payments)) == 1
    again = next(row for row in receipts(desk.office, BANK).rows if row.reference == "R1")
    assert again.problem == "baris_ulang" and receipt(desk.office, BANK, again.id).first is not None


def test_broken_off_half_way_it_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.payments import bank_files as module

    one, two = desk.billed(), desk.billed()
    content = csv_of(*(f"2016-07-19;R{n};{desk.bill(n).virtual_account};;{FEE};;;" for n in (one, two)))
    real, calls = module.receive, []

    def dies(*args: object, **more: object) -> object:
        calls.append(more["line"])
        if len(calls) == 2:
            raise RuntimeError("listrik padam")
        return real(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "receive", dies)
    with pytest.raises(RuntimeError):
        import_file(desk.office, "a.csv", content, "BJB", by=BANK)
    monkeypatch.setattr(module, "receive", real)
    done = import_file(desk.office, "a.csv", content, "BJB", by=BANK)
    assert done.repeated is None and done.counts == {"cocok": 2}
    assert len(desk.rows(payments)) == len(desk.rows(payment_receipts)) == 2


def test_a_bad_line_stops_the_file_and_nothing_is_booked(desk: Desk) -> None:
    account = desk.bill(desk.billed()).virtual_account
    bad = csv_of(f"2016-07-19;R1;{account};;{FEE};;;", "2016-07-19;R2;;;satu;;;")
    with pytest.raises(Invalid, match="tidak dibukukan"):
        import_file(desk.office, "a.csv", bad, "BJB", by=BANK)
    assert desk.rows(payment_receipts) == desk.rows(payment_files) == []


def test_several_payments_together_pay_a_bill(desk: Desk) -> None:
    case_id = desk.billed()
    bill = desk.bill(case_id)
    first, second = (pay(desk, f"R{n}", FEE // 2, account=bill.virtual_account) for n in (1, 2))
    with pytest.raises(Invalid) as refused:
        match(desk.office, (first.id,), bill.number, "angsuran", by=BANK)
    assert "kurang Rp45.000" in refused.value.fields["number"][0]
    match(desk.office, (first.id, second.id), bill.number, "dibayar dua kali setor", by=BANK, key="k1")
    match(desk.office, (first.id, second.id), bill.number, "dibayar dua kali setor", by=BANK, key="k1")
    assert desk.bill(case_id).state == "lunas" and len(desk.rows(payments)) == 1
    view = receipt(desk.office, BANK, first.id)
    assert view.row.state == "cocok" and "dibayar dua kali setor" in view.deeds[0].words
    assert "payment_matched" in desk.history(case_id)
    assert verify(desk.office).problems == []


def test_too_much_is_matched_and_the_rest_goes_back(desk: Desk) -> None:
    case_id = desk.billed()
    row = pay(desk, amount=FEE + 500, account=desk.bill(case_id).virtual_account)
    match(desk.office, (row.id,), desk.bill(case_id).virtual_account, "pembulatan", by=BANK)
    found = receipt(desk.office, BANK, row.id)
    assert (found.row.state, found.row.refund) == ("cocok", 500)
    assert "Kelebihan Rp500" in found.deeds[0].words
    assert desk.rows(payments)[0].amount == FEE


def test_given_back_and_left_with_a_reason(desk: Desk) -> None:

    account = desk.bill(desk.billed()).virtual_account
    pay(desk, account=account)
    twice = pay(desk, "R2", account=account)
    with pytest.raises(Invalid):
        refund(desk.office, twice.id, " ", by=BANK)
    refund(desk.office, twice.id, "dibayar dua kali", by=BANK)
    found = receipt(desk.office, BANK, twice.id)
    assert (found.row.state, found.row.refund, found.deeds[0].words) == ("kembali", FEE, "dibayar dua kali")
    with pytest.raises(Taken) as taken:
        ignore(desk.office, (twice.id,), "lagi", by=BANK)
    assert taken.value.extra["by"] == "Beni Bendahara"
    with pytest.raises(NotAllowed):
        refund(desk.office, twice.id, "x", by=PEOPLE["kepala"])


def test_the_recap_adds_up_by_day_type_and_bank(desk: Desk) -> None:
    one, two, three = (desk.billed() for _ in range(3))
    pay(desk, "R1", account=desk.bill(one).virtual_account)
    pay(desk, "R2", account=desk.bill(two).virtual_account, bank="MANDIRI")
    desk.clock.advance(days=2)
    desk.do("bendahara", three, "bayar", jumlah=FEE, tanggal_bayar="2016-07-20", bukti="K1", cara="loket")
    pay(desk, "R3", 700, account="11041699999999")
    found = recap(desk.office, BANK, "2016-07-19", "2016-07-20")
    assert [(line.day, line.code, line.bank, line.count, line.amount) for line in found.lines] == [
        ("2016-07-19", "TAHAP", "BJB", 1, FEE),
        ("2016-07-19", "TAHAP", "MANDIRI", 1, FEE),
        ("2016-07-20", "TAHAP", "loket", 1, FEE),
    ]
    assert (found.total, found.count, found.unclear) == (3 * FEE, 3, 700)
    with pytest.raises(Invalid):
        recap(desk.office, BANK, "2016-07-20", "2016-07-19")
