"""Each letter is signed by whose it is: SKRD and STRD by the Kepala Badan, SKPD by Dispenda, and what the SOP leaves to
him by the Camat of the place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert

from engine import delegations
from engine.cases import acting_groups
from engine.errors import Invalid
from engine.insight.letters import check_letter
from engine.people import Person
from engine.reissue import ask, editions, issue
from engine.services.letter_rows import check_url
from engine.signing import trust_roots, verify_pdf
from engine.storage.letter_tables import letter_requests, letters
from engine.storage.payment_tables import assessments
from engine.storage.people_tables import memberships, persons
from engine.verify import verify
from tests.engine.payments.conftest import FEE, MONDAY, PEOPLE, desk_of
from tests.engine.payments.test_receiving import pay
from tests.engine.services.test_renderers import text_of
from tests.engine.signing.conftest import Writing

DECREE = "Kepwal Bekasi 060/Kep.244-Org/IV/2015"
TAX = Person(10, "dispenda", "Dina Dispenda", (("tim_teknis", "dispenda"),))
Make = Callable[..., Writing]


@pytest.fixture
def make(database_url: str, tmp_path: Path) -> Iterator[Make]:
    """An office whose only type has these phases."""
    made: list[Writing] = []

    def of(*phases: str, **permit: Any) -> Writing:
        found = desk_of(database_url, tmp_path, list(phases), **permit)
        made.append(Writing(found.office, found.clock))
        return made[0]

    yield of
    made[0].office.close()


def signed_letter(desk: Writing, kind: str) -> Any:
    """The only letter of a kind; it verifies, and its code leads to what it is."""
    [letter] = [row for row in desk.rows(letters) if row.kind == kind]
    content = desk.office.documents.open(letter.sha256)
    assert [each.good for each in verify_pdf(content, trust_roots(desk.office.settings), desk.office.now())] == [True]
    assert check_letter(desk.office, letter.code).state == "berlaku"
    assert check_url("http://x", letter.code).endswith(f"/cek/{letter.code}")
    return letter


def test_the_kepala_badan_signs_the_skrd_also_where_permits_are_delegated(make: Make) -> None:
    desk = make("retribusi")
    args = ("TAHAP", None, "2016-07-01", "2016-12-31", "Perwal 5/2016")
    delegations.add_delegation(desk.office, *args, by=PEOPLE["kepala"])
    case_id = desk.billed()
    skrd = signed_letter(desk, "skrd")
    assert "Amit Riyadi" in text_of(desk.office.documents.open(skrd.sha256))
    assert (skrd.signer, skrd.signer_as) == ("Amit Riyadi, Kepala Badan Pelayanan Perizinan Terpadu", "kepala_badan")
    assert check_letter(desk.office, skrd.code).bill == "terbit"
    assert desk.at(case_id) == ["bayar"] and desk.troubles() == []
    assert verify(desk.office).problems == []


def test_an_skrd_that_nobody_could_sign_waits_and_is_not_lost(make: Make) -> None:
    desk = make("retribusi")
    case_id = desk.billed(draw=False)
    with desk.office.db.write() as connection:
        connection.execute(delete(memberships).where(memberships.c.person_id == 4))
    desk.work()
    assert "Amit Riyadi tidak berwenang" in desk.troubles()[0]
    assert desk.at(case_id) == []
    with desk.office.db.write() as connection:
        connection.execute(insert(memberships).values(person_id=4, role="kepala_badan", scope=""))
    desk.clock.advance(minutes=2)
    desk.work()
    assert desk.at(case_id) == ["bayar"] and desk.troubles() == []


def test_dispenda_signs_the_skpd(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    biaya = {"jenis": "pajak", "baris": [{"uraian": "Luas {luas} m2", "rumus": "luas * 900"}]}
    desk = make("pajak", instansi=["dispenda"], biaya=biaya)
    monkeypatch.setitem(PEOPLE, "dispenda", TAX)
    with desk.office.db.write() as connection:
        fixed = {"password_hash": "-", "active": True, "locale": "id", "created_at": MONDAY}
        connection.execute(insert(persons).values(id=TAX.id, username=TAX.username, name=TAX.name, **fixed))
        connection.execute(insert(memberships).values(person_id=TAX.id, role="tim_teknis", scope="dispenda"))
    case_id = desk.open()
    desk.do("bidang", case_id, "nota")
    desk.do("kabid", case_id, "ttd_nota", tanda_tangan="ya")
    desk.do("dispenda", case_id, "tetapkan", tanda_tangan="ya")
    desk.work()
    skpd = signed_letter(desk, "skpd")
    assert (skpd.signer, skpd.signer_as) == ("Dina Dispenda, Pejabat Dinas Pendapatan Daerah", "instansi")
    desk.clock.set(desk.bill(case_id).due_at + timedelta(seconds=1))
    desk.dunned(case_id)
    strd = signed_letter(desk, "strd")
    words = text_of(desk.office.documents.open(strd.sha256))
    assert "SURAT TAGIHAN PAJAK DAERAH" in words.upper() and strd.signer_as == "kepala_badan"
    assert desk.troubles() == []


def test_a_strd_is_signed_when_the_due_date_is_over(make: Make) -> None:
    desk = make("retribusi")
    case_id = desk.billed()
    desk.clock.set(desk.bill(case_id).due_at + timedelta(seconds=1))
    desk.work()
    assert desk.at(case_id) == ["bayar", "ttd_strd"] and desk.rows(assessments) == []
    assert desk.row(case_id).paused_at is not None and "clock_resumed" not in desk.history(case_id)
    desk.dunned(case_id)
    assert desk.at(case_id) == ["bayar"]
    strd = signed_letter(desk, "strd")
    assert (strd.number, strd.signer_as) == ("973/00001/STRD/BPPT/2016", "kepala_badan")
    assert "SURAT TAGIHAN RETRIBUSI DAERAH" in text_of(desk.office.documents.open(strd.sha256)).upper()
    assert verify(desk.office).problems == []


def test_who_pays_while_the_strd_waits_is_not_kept_waiting(make: Make) -> None:
    desk = make("retribusi")
    case_id = desk.billed()
    bill = desk.bill(case_id)
    desk.clock.set(bill.due_at + timedelta(seconds=1))
    desk.work()
    assert pay(desk, account=bill.virtual_account, paid_on="2016-08-17").state == "cocok"
    assert desk.bill(case_id).state == "lunas" and desk.at(case_id) == ["serahkan"]
    assert desk.rows(assessments) == [] and desk.troubles() == []
    assert verify(desk.office).problems == []


def test_what_is_paid_while_the_strd_is_drawn_ends_it(make: Make) -> None:
    desk = make("retribusi")
    case_id = desk.billed()
    bill = desk.bill(case_id)
    desk.clock.set(bill.due_at + timedelta(seconds=1))
    desk.work()
    desk.do("kepala", case_id, "ttd_strd", tanda_tangan="ya")  # its letter is not drawn yet
    late = FEE + FEE * 2 // 100
    assert pay(desk, "R2", late, account=bill.virtual_account, paid_on="2016-08-18").state == "cocok"
    desk.work()
    assert desk.at(case_id) == ["serahkan"] and desk.rows(assessments)[0].state == "lunas"
    assert desk.troubles() == [] and verify(desk.office).problems == []


def test_a_strd_may_be_held_back(make: Make) -> None:
    desk = make("retribusi")
    case_id = desk.billed()
    desk.clock.set(desk.bill(case_id).due_at + timedelta(seconds=1))
    desk.work()
    desk.do("kepala", case_id, "ttd_strd", tanda_tangan="kembalikan", alasan="Pembayarannya sedang dicari bank")
    desk.work()
    assert desk.at(case_id) == ["bayar"] and desk.rows(assessments) == []
    assert {row.kind for row in desk.rows(letters)} == {"skrd"}


def to_camat(desk: Writing) -> int:
    case_id = desk.to_sign()
    assert desk.tasks(case_id)[0].group_key == "camat:Bekasi Timur"
    assert "camat:Bekasi Timur" in acting_groups(PEOPLE["camat"])
    desk.do("camat", case_id, "ttd", tanda_tangan="ya")
    desk.work()
    return case_id


def test_the_camat_signs_what_the_sop_leaves_to_him(make: Make) -> None:
    desk = make("penerbitan_camat", pelimpahan={"keputusan": DECREE, "sejak": "2015-04-28"})
    case_id = to_camat(desk)
    letter = signed_letter(desk, "izin")
    assert (letter.signer, letter.signer_as, letter.decree) == ("Cecep Camat, Camat Bekasi Timur", "camat", DECREE)
    assert desk.at(case_id) == ["serahkan"] and desk.troubles() == []


@pytest.mark.parametrize(
    "decree",
    [
        {},
        {"keputusan": DECREE},
        {"keputusan": DECREE, "sejak": "2016-07-19"},
        {"keputusan": DECREE, "sejak": "2015-04-28", "sampai": "2016-07-17"},
    ],
)
def test_without_a_decree_in_force_the_camat_signs_nothing(make: Make, decree: dict[str, str]) -> None:
    desk = make("penerbitan_camat", pelimpahan=decree)
    case_id = to_camat(desk)
    assert "Cecep Camat tidak berwenang menandatangani surat ini pada 18 Juli 2016" in desk.troubles()[0]
    assert desk.at(case_id) == [] and [row.state for row in desk.rows(letters)] == ["naskah"]


def ask_for(desk: Writing, edition: str, **more: Any) -> int:
    [letter] = [row for row in desk.rows(letters) if row.state == "berlaku"]
    ask(desk.office, letter.id, edition, "hilang dalam perjalanan", "LP/7/2016", by=PEOPLE["paip"], **more)
    return int(desk.rows(letter_requests)[-1].id)


def test_of_a_bill_there_are_duplicates_only(make: Make) -> None:
    desk = make("retribusi")
    desk.billed()
    with pytest.raises(Invalid) as refused:
        ask_for(desk, "perbaikan", changes={"applicant_name": "Sari Dewi"})
    assert refused.value.fields == {"edition": ["Pilih duplikat."]}
    issue(desk.office, ask_for(desk, "duplikat"), by=PEOPLE["kepala"])
    assert [(row.kind, row.edition, row.state) for row in desk.rows(letters)] == [
        ("skrd", "asli", "berlaku"),
        ("skrd", "duplikat", "berlaku"),
    ]
    assert (editions("skpd"), editions("strd"), editions("izin")) == ((), ("duplikat",), ("perbaikan", "duplikat"))


def test_the_camat_signs_the_duplicate_of_what_he_signed(make: Make) -> None:
    desk = make("penerbitan_camat", pelimpahan={"keputusan": DECREE, "sejak": "2015-04-28"})
    to_camat(desk)
    issue(desk.office, ask_for(desk, "duplikat"), by=PEOPLE["camat"])
    assert [row.signer_as for row in desk.rows(letters)] == ["camat", "camat"]
