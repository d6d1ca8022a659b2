"""Letters are signed by who may, with a key that is valid, and the result verifies with pyHanko's validator."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from sqlalchemy import delete

from engine import automatic, delegations
from engine.absences import add_absence
from engine.settings import Settings
from engine.signing import Box, SigningRefused, key_of, sign, trust_roots, verify_pdf
from engine.signing.test_authority import MARK, _certificate
from engine.signing_settings import SigningSettings
from engine.storage.letter_tables import letters
from engine.storage.people_tables import memberships
from engine.storage.schema import documents, incidents
from engine.verify import verify
from tests.engine.payments.conftest import MONDAY, PEOPLE
from tests.engine.services.test_renderers import text_of
from tests.engine.signing.conftest import Writing


def verdicts(desk: Writing, sha256: str) -> list[Any]:
    content = desk.office.documents.open(sha256)
    return verify_pdf(content, trust_roots(desk.office.settings), desk.office.now())


def test_the_signed_letter_verifies_and_says_who_signed(desk: Writing) -> None:
    case_id = desk.signed()
    assert desk.troubles() == []
    [letter] = desk.rows(letters)
    assert (letter.state, letter.signer_as, letter.number) == ("berlaku", "kepala_badan", "503/0001/TAHAP/BPPT/2016")
    assert letter.valid_until == "2021-07-17"
    [found] = verdicts(desk, letter.sha256)
    assert found.good and found.stamped and found.at == desk.office.now()
    assert "Amit Riyadi" in found.signer and MARK in found.signer
    kinds = [(row.kind, row.sha256) for row in desk.rows(documents)]
    assert kinds == [("izin", letter.draft_sha256), ("izin", letter.sha256)]
    assert {"letter_drawn", "letter_signed"} <= set(desk.history(case_id))
    assert desk.office.documents.open(letter.sha256).startswith(desk.office.documents.open(letter.draft_sha256))
    assert verify(desk.office).problems == []


def test_a_changed_file_does_not_verify(desk: Writing) -> None:
    desk.signed()
    [letter] = desk.rows(letters)
    content = bytearray(desk.office.documents.open(letter.sha256))
    content[40] ^= 1
    roots = trust_roots(desk.office.settings)
    assert not any(found.good for found in verify_pdf(bytes(content), roots, desk.office.now()))
    longer = desk.office.documents.open(letter.sha256) + b"\n1 0 obj\n<<>>\nendobj\n"
    assert not any(found.good for found in verify_pdf(longer, roots, desk.office.now()))
    assert verify_pdf(b"%PDF-1.4 kosong", roots, desk.office.now()) == []
    assert not verify_pdf(desk.office.documents.open(letter.sha256), [], desk.office.now())[0].trusted


def test_a_plh_signs_with_the_decree(desk: Writing) -> None:
    add_absence(desk.office, 4, "2016-07-18", "2016-07-20", "plh", 7, "SP 800/1", by=PEOPLE["kepala"])
    case_id = desk.to_sign()
    _as_substitute(desk, "tu", case_id)
    desk.work()
    [letter] = desk.rows(letters)
    assert (letter.signer_as, letter.decree, desk.troubles()) == ("plh", "SP 800/1", [])
    assert letter.signer == "Tuti Tata Usaha, Plh. Kepala Badan Pelayanan Perizinan Terpadu"


def test_a_camat_signs_what_is_delegated_to_him(desk: Writing) -> None:
    args = ("TAHAP", None, "2016-07-01", "2016-12-31", "Perwal 5/2016")
    delegations.add_delegation(desk.office, *args, by=PEOPLE["kepala"])
    desk.signed("camat")
    [letter] = desk.rows(letters)
    assert (letter.signer_as, letter.decree, letter.state) == ("camat", "Perwal 5/2016", "berlaku")
    assert letter.signer == "Cecep Camat, Camat Bekasi Timur"


def test_without_the_right_there_is_no_signature(desk: Writing) -> None:
    """The delegation was withdrawn between the paraf and the signature."""
    args = ("TAHAP", None, "2016-07-01", "2016-12-31", "Perwal 5/2016")
    ident = delegations.add_delegation(desk.office, *args, by=PEOPLE["kepala"])
    case_id = desk.to_sign()
    delegations.withdraw_delegation(desk.office, ident, by=PEOPLE["kepala"])
    desk.do("camat", case_id, "ttd", tanda_tangan="ya")
    desk.work()
    assert "Cecep Camat tidak berwenang menandatangani surat ini pada 18 Juli 2016" in desk.troubles()[0]
    assert "yang berwenang adalah Kepala Badan atau Plh-nya" in desk.troubles()[0]
    assert [row.state for row in desk.rows(letters)] == ["naskah"]
    assert desk.at(case_id) == []


def test_who_lost_the_chair_signs_nothing(desk: Writing) -> None:
    case_id = desk.to_sign()
    desk.do("kepala", case_id, "ttd", tanda_tangan="ya")
    with desk.office.db.write() as connection:
        connection.execute(delete(memberships).where(memberships.c.person_id == 4))
    desk.work()
    assert "Amit Riyadi tidak berwenang" in desk.troubles()[0]


def _own_key(desk: Writing, folder: Path, end: datetime, password: bytes = b"rahasia") -> None:
    """The office is set to keys of its own authority."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _certificate("Akar", root_key, root_key, None, stamp=False)
    begin = datetime(2016, 1, 1, tzinfo=UTC)
    cert = _certificate("Amit Riyadi", key, root_key, root, stamp=False, begin=begin, end=end)
    folder.mkdir(exist_ok=True)
    (folder / "akar.pem").write_bytes(root.public_bytes(Encoding.PEM))
    locked = pkcs12.serialize_key_and_certificates(b"k", key, cert, [root], BestAvailableEncryption(password))
    (folder / "kepala.p12").write_bytes(locked)
    signing = SigningSettings("pkcs12", folder, "rahasia", roots=folder / "akar.pem")
    old = desk.office.settings
    desk.office.settings = Settings(
        old.database_url, old.var_dir, old.processes_dir, old.forms_dir, secret=old.secret, signing=signing
    )


def test_keys_of_production_have_no_mark(desk: Writing, tmp_path: Path) -> None:
    _own_key(desk, tmp_path / "kunci", datetime(2018, 1, 1, tzinfo=UTC))
    desk.signed()
    [letter] = desk.rows(letters)
    assert letter.state == "berlaku"
    assert MARK not in text_of(desk.office.documents.open(letter.sha256))
    assert verdicts(desk, letter.sha256)[0].good


def test_an_expired_certificate_is_an_incident_and_a_new_one_heals_it(desk: Writing, tmp_path: Path) -> None:
    _own_key(desk, tmp_path / "kunci", MONDAY - timedelta(days=1))
    case_id = desk.signed()
    assert "Sertifikat Amit Riyadi sudah kedaluwarsa sejak Minggu, 17 Juli 2016" in desk.troubles()[0]
    assert [row.state for row in desk.rows(letters)] == ["naskah"]
    _own_key(desk, tmp_path / "kunci", datetime(2018, 1, 1, tzinfo=UTC))
    [incident] = desk.rows(incidents)
    automatic.retry_incident(desk.office, incident.id, by=PEOPLE["admin"])
    desk.work()
    assert (desk.troubles(), [row.state for row in desk.rows(letters)]) == ([], ["berlaku"])
    assert desk.at(case_id) == ["serahkan"]


@pytest.mark.parametrize(
    ("signing", "words"),
    [
        (SigningSettings("pkcs12"), "SIMYANDU_SIGN_KEYS"),
        (SigningSettings("pkcs12", Path("/tidak/ada")), "tidak ada"),
        (SigningSettings("pkcs11", module="/tidak/ada.so"), "/tidak/ada.so"),
    ],
)
def test_without_a_key_it_says_so(tmp_path: Path, signing: SigningSettings, words: str) -> None:
    settings = Settings("sqlite://", tmp_path, signing=signing)
    with pytest.raises(SigningRefused, match=words), key_of(settings, "kepala", "Amit", MONDAY):
        pass


def test_a_locked_key_says_so(desk: Writing, tmp_path: Path) -> None:
    _own_key(desk, tmp_path / "kunci", datetime(2018, 1, 1, tzinfo=UTC), password=b"lain")
    with pytest.raises(SigningRefused, match="tidak dapat dibuka"), key_of(desk.office.settings, "kepala", "A", MONDAY):
        pass


def test_a_certificate_of_tomorrow_does_not_sign_today(tmp_path: Path) -> None:
    settings = Settings("sqlite://", tmp_path)
    early = datetime(2009, 1, 1, tzinfo=UTC)
    with pytest.raises(SigningRefused, match="baru berlaku"), key_of(settings, "kepala", "Amit", early):
        pass


def test_a_word_is_put_across_a_duplicate_and_the_signature_still_verifies(tmp_path: Path) -> None:
    from engine.letters import make_renderer
    from engine.signing.pades import stamp_note

    drawn = make_renderer().render("<h1>Surat</h1><p>Amit Riyadi</p>", footer="kaki")
    noted = stamp_note(drawn, ["DUPLIKAT: hilang (LP/1/2016)"], "DUPLIKAT")
    settings = Settings("sqlite://", tmp_path)
    with key_of(settings, "kepala", "Amit Riyadi", MONDAY) as key:
        signed = sign(noted, key, Box("Amit Riyadi", "Kepala Badan", "", "http://x/cek/A"), MONDAY)
    assert verify_pdf(signed, trust_roots(settings), MONDAY)[0].good
    words = text_of(signed)
    assert "DUPLIKAT: hilang (LP/1/2016)" in words and "Surat" in words


def test_where_an_event_loop_runs_letters_are_signed_and_checked_all_the_same(desk: Writing) -> None:
    async def within() -> None:
        desk.signed()
        assert desk.troubles() == []
        [letter] = desk.rows(letters)
        assert verdicts(desk, letter.sha256)[0].good

    asyncio.run(within())


def _as_substitute(desk: Writing, who: str, case_id: int) -> None:
    from engine.absences import acting
    from engine.cases import complete

    person = acting(desk.office, PEOPLE[who])
    [row] = desk.tasks(case_id)
    complete(desk.office, row.id, {"tanda_tangan": "ya"}, by=person)
