"""Corrections and duplicates are asked for, signed anew, and leave the old letter to be seen as what it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.errors import Gone, Invalid, NotAllowed, NotFound, Taken
from engine.insight.letters import check_letter, compare
from engine.reissue import ask, issue, refuse
from engine.signing import trust_roots, verify_pdf
from engine.storage.letter_tables import letter_requests, letters
from engine.verify import verify
from tests.engine.payments.conftest import PEOPLE
from tests.engine.services.test_renderers import text_of
from tests.engine.signing.conftest import Writing

PAIP, HEAD = PEOPLE["paip"], PEOPLE["kepala"]


def asked(desk: Writing, edition: str = "perbaikan", **more: Any) -> int:
    [letter] = [row for row in desk.rows(letters) if row.state == "berlaku"][-1:]
    given = {"changes": {"usaha": "Warung Bu Sari"}} if edition == "perbaikan" else {"police_report": "LP/7/2016"}
    ask(desk.office, letter.id, edition, "salah ketik nama usaha", **(given | more), by=PAIP)
    return int(desk.rows(letter_requests)[-1].id)


def test_a_correction_replaces_under_the_same_number(desk: Writing) -> None:
    case_id = desk.signed(usaha="Warung Bu Sri")
    request = asked(desk)
    desk.clock.advance(days=40)
    new_id = issue(desk.office, request, by=HEAD, key="satu")
    old, new = desk.rows(letters)
    assert (old.state, old.replaced_by, new.id, new.state, new.edition) == (
        "diganti",
        new_id,
        new_id,
        "berlaku",
        "perbaikan",
    )
    assert old.number == new.number and old.code != new.code and old.valid_until == new.valid_until
    content = desk.office.documents.open(new.sha256)
    words = text_of(content)
    assert "Warung Bu Sari" in words and "Warung Bu Sri" not in words
    assert "PERBAIKAN: salah ketik nama usaha" in words
    assert "Warung Bu Sri" in text_of(desk.office.documents.open(old.sha256))
    assert verify_pdf(content, trust_roots(desk.office.settings), desk.office.now())[0].good
    kinds = desk.history(case_id)
    assert [kind for kind in kinds if kind.startswith(("reissue", "letter_reissued"))] == [
        "reissue_asked",
        "reissue_approved",
        "letter_reissued",
    ]
    [row] = desk.rows(letter_requests)
    assert (row.state, row.changes, row.new_letter_id) == (
        "terbit",
        {"usaha": ["Warung Bu Sri", "Warung Bu Sari"]},
        new_id,
    )
    assert check_letter(desk.office, old.code).replaced_by == new.code
    assert verify(desk.office).problems == []


def test_a_duplicate_says_so_and_the_original_stays(desk: Writing) -> None:
    desk.signed()
    request = asked(desk, "duplikat")
    issue(desk.office, request, by=HEAD)
    old, new = desk.rows(letters)
    assert (old.state, new.state, new.edition, new.number) == ("berlaku", "berlaku", "duplikat", old.number)
    words = text_of(desk.office.documents.open(new.sha256))
    assert "DUPLIKAT: salah ketik" in words and "LP/7/2016" in words
    assert check_letter(desk.office, new.code).edition == "duplikat"


def test_a_name_is_corrected_on_the_case_too(desk: Writing) -> None:
    case_id = desk.signed()
    issue(desk.office, asked(desk, changes={"applicant_name": "Sari Dewi"}), by=HEAD)
    assert (desk.row(case_id).applicant_name, desk.row(case_id).applicant_key) == ("Sari Dewi", "sari dewi")
    assert desk.rows(letters)[-1].holder == "Sari Dewi"
    assert "Sari Dewi" in text_of(desk.office.documents.open(desk.rows(letters)[-1].sha256))


def test_who_may_do_what(desk: Writing) -> None:
    desk.signed()
    with pytest.raises(NotAllowed):
        ask(desk.office, 1, "duplikat", "hilang", "LP/1", by=PEOPLE["loket"])
    request = asked(desk)
    with pytest.raises(NotAllowed):
        issue(desk.office, request, by=PAIP)
    with pytest.raises(NotAllowed, match="yang berwenang adalah Kepala Badan"):
        issue(desk.office, request, by=PEOPLE["camat"])
    assert [row.state for row in desk.rows(letter_requests)] == ["diminta"]
    with pytest.raises(NotFound):
        issue(desk.office, 99, by=HEAD)


def test_once_asked_once_decided(desk: Writing) -> None:
    desk.signed()
    request = asked(desk)
    with pytest.raises(Taken, match="sudah dimintakan"):
        asked(desk)
    issue(desk.office, request, by=HEAD)
    with pytest.raises(Taken, match="sudah diputus"):
        issue(desk.office, request, by=HEAD)
    with pytest.raises(Taken):
        refuse(desk.office, request, "tidak perlu", by=HEAD)
    assert len(desk.rows(letters)) == 2
    with pytest.raises(Gone):
        ask(desk.office, desk.rows(letters)[0].id, "duplikat", "hilang", "LP/1", by=PAIP)


def test_refused_with_a_reason(desk: Writing) -> None:
    desk.signed()
    request = asked(desk)
    with pytest.raises(Invalid):
        refuse(desk.office, request, " ", by=HEAD)
    refuse(desk.office, request, "nama sudah benar", by=HEAD)
    [row] = desk.rows(letter_requests)
    assert (row.state, row.decided_why, row.decided_by) == ("ditolak", "nama sudah benar", 4)
    assert asked(desk) == row.id + 1


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"changes": {}}, ""),
        ({"changes": {"usaha": "Warung Sari"}}, ""),
        ({"changes": {"luas": "banyak"}}, "luas"),
        ({"changes": {"ktp": "ya"}}, "ktp"),
        ({"changes": {"applicant_name": " "}}, "applicant_name"),
    ],
)
def test_a_correction_must_correct_something(desk: Writing, more: dict[str, Any], field: str) -> None:
    desk.signed()
    with pytest.raises(Invalid) as refused:
        asked(desk, **more)
    assert list(refused.value.fields) == [field]
    assert desk.rows(letter_requests) == []


def test_a_file_is_compared_with_the_letter(desk: Writing) -> None:
    desk.signed()
    [letter] = desk.rows(letters)
    found = check_letter(desk.office, letter.code.lower())
    assert (found.state, found.holder, found.signer) == ("berlaku", "Sari", letter.signer)
    content = desk.office.documents.open(letter.sha256)
    assert compare(desk.office, found, content).result == "sama"
    assert compare(desk.office, found, desk.office.documents.open(letter.draft_sha256)).result == "naskah"
    assert compare(desk.office, found, content.replace(b"/Page", b"/Paje", 1)).result in ("berubah", "asing")
    assert compare(desk.office, found, content + b"%").result == "berubah"
    assert compare(desk.office, found, b"%PDF-1.4\n").result == "asing"
    issue(desk.office, asked(desk), by=HEAD)
    other = desk.office.documents.open(desk.rows(letters)[-1].sha256)
    assert compare(desk.office, found, other).result == "lain"


def test_it_expires(desk: Writing) -> None:
    desk.signed()
    [letter] = desk.rows(letters)
    desk.clock.advance(days=5 * 366)
    assert check_letter(desk.office, letter.code).state == "habis"
    with pytest.raises(NotFound):
        check_letter(desk.office, "AAAAAAAAAA")


def test_a_failed_signature_leaves_the_request_to_go_on(desk: Writing, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine import reissue

    desk.signed()
    request = asked(desk)
    real = reissue.signed_letter

    def broken(*args: Any) -> Any:
        raise RuntimeError("token dicabut")

    monkeypatch.setattr(reissue, "signed_letter", broken)
    with pytest.raises(RuntimeError):
        issue(desk.office, request, by=HEAD)
    assert [row.state for row in desk.rows(letter_requests)] == ["disetujui"]
    monkeypatch.setattr(reissue, "signed_letter", real)
    desk.clock.set(desk.office.now() + timedelta(hours=1))
    issue(desk.office, request, by=HEAD)
    assert [row.state for row in desk.rows(letter_requests)] == ["terbit"]
