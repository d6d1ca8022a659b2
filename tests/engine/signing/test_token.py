"""Letters are signed with a key that never leaves its token (SoftHSM); a token that is away holds a letter up and loses
no case."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from engine import automatic
from engine.letters import make_renderer
from engine.settings import Settings
from engine.signing import Box, SigningRefused, key_of, sign, trust_roots, verify_pdf
from engine.signing.test_authority import MARK
from engine.signing.token import may_try
from engine.signing_settings import SigningSettings
from engine.storage.letter_tables import letters
from engine.storage.schema import incidents
from engine.verify import verify
from tests.engine.payments.conftest import MONDAY, PEOPLE
from tests.engine.services.test_renderers import text_of
from tests.engine.signing.conftest import Writing
from tests.engine.signing.softhsm import LABEL, PIN, SoftToken, library, soft_token

MODULE = library()
pytestmark = pytest.mark.skipif(MODULE is None, reason="SoftHSM is not installed (Debian: softhsm2)")
BOX = Box("Amit Riyadi", "Kepala Badan", "", "http://x/cek/A")


@pytest.fixture
def token(tmp_path: Path) -> Iterator[SoftToken]:
    assert MODULE is not None
    with soft_token(MODULE, tmp_path / "softhsm") as found:
        yield found


def settings_of(token: SoftToken, folder: Path, pin: str = PIN, **more: str) -> Settings:
    (folder / "pin").write_text(f"{pin}\n")
    signing = SigningSettings(
        "pkcs11",
        module=more.get("module", token.module),
        token=more.get("label", LABEL),
        roots=token.root,
        password_file=folder / "pin",
    )
    return Settings("sqlite://", folder, signing=signing)


def hand_over(desk: Writing, settings: Settings) -> None:
    """The office signs with the token from now on."""
    desk.office.settings = replace(desk.office.settings, signing=settings.signing)


def retry(desk: Writing) -> None:
    [incident] = [row for row in desk.rows(incidents) if row.state == "open"]
    automatic.retry_incident(desk.office, incident.id, by=PEOPLE["admin"])
    desk.work()


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_a_letter_is_signed_by_the_token_and_verifies(desk: Writing, token: SoftToken, kind: str) -> None:
    token.load("kepala", "Amit Riyadi", kind)
    hand_over(desk, settings_of(token, token.folder))
    case_id = desk.signed()
    assert desk.troubles() == []
    [letter] = desk.rows(letters)
    content = desk.office.documents.open(letter.sha256)
    [verdict] = verify_pdf(content, trust_roots(desk.office.settings), desk.office.now())
    assert verdict.good and verdict.signer == "Common Name: Amit Riyadi"
    assert (letter.state, letter.signer_as) == ("berlaku", "kepala_badan") and "Amit Riyadi" in letter.certificate
    assert MARK not in text_of(content)
    assert desk.at(case_id) == ["serahkan"] and verify(desk.office).problems == []


def test_a_token_that_is_away_holds_the_letter_up_until_it_is_back(desk: Writing, token: SoftToken) -> None:
    token.load("kepala", "Amit Riyadi")
    hand_over(desk, settings_of(token, token.folder))
    desk.signed()
    token.take_out()
    second = desk.signed(usaha="Kedua")
    assert desk.troubles() == ["Token tanda tangan kantor tidak terpasang."]
    assert [row.state for row in desk.rows(letters)] == ["berlaku", "naskah"] and desk.at(second) == []
    retry(desk)
    assert desk.troubles() == ["Token tanda tangan kantor tidak terpasang."]
    token.put_back()
    desk.clock.set(desk.office.now() + timedelta(hours=13))  # no person is needed: it is tried again by itself
    desk.work()
    assert (desk.troubles(), [row.state for row in desk.rows(letters)]) == ([], ["berlaku", "berlaku"])
    assert desk.at(second) == ["serahkan"] and verify(desk.office).problems == []


def test_a_wrong_pin_is_tried_once_and_the_right_one_goes_through(desk: Writing, token: SoftToken) -> None:
    token.load("kepala", "Amit Riyadi")
    hand_over(desk, settings_of(token, token.folder, pin="000000"))
    case_id = desk.signed()
    assert desk.troubles() == ["PIN token tanda tangan salah. Perbaiki berkas PIN, lalu ulangi."]
    retry(desk)
    assert "tidak dicoba lagi agar token tidak terkunci" in desk.troubles()[0]
    (token.folder / "pin").write_text(PIN)
    retry(desk)
    assert (desk.troubles(), [row.state for row in desk.rows(letters)]) == ([], ["berlaku"])
    assert desk.at(case_id) == ["serahkan"] and verify(desk.office).problems == []


def test_who_has_no_key_on_the_token_is_named(token: SoftToken) -> None:
    token.load("kepala", "Amit Riyadi")
    settings = settings_of(token, token.folder)
    with pytest.raises(SigningRefused, match=r"^Token tidak berisi sertifikat Tuti \(tu\)\.$"):  # noqa: SIM117
        with key_of(settings, "tu", "Tuti", MONDAY):
            pass


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"label": "lain"}, "Token tanda tangan lain tidak terpasang"),
        ({"module": "/tidak/ada.so"}, "tidak dapat dipakai .*/tidak/ada.so"),
        ({"module": ""}, "SIMYANDU_SIGN_MODULE"),
    ],
)
def test_what_is_set_up_wrongly_is_said(token: SoftToken, more: dict[str, str], words: str) -> None:
    with (
        pytest.raises(SigningRefused, match=words),
        key_of(settings_of(token, token.folder, **more), "kepala", "Amit", MONDAY),
    ):
        pass


def test_a_pin_file_that_is_gone_is_said(token: SoftToken) -> None:
    settings = settings_of(token, token.folder)
    (token.folder / "pin").unlink()
    with pytest.raises(SigningRefused, match="SIMYANDU_SIGN_PASSWORD_FILE"), key_of(settings, "a", "A", MONDAY):
        pass


def test_two_tokens_and_no_name_for_one(token: SoftToken) -> None:
    token.put_in()
    with (
        pytest.raises(SigningRefused, match="Ada 2 token"),
        key_of(settings_of(token, token.folder, label=""), "kepala", "Amit", MONDAY),
    ):
        pass


def test_an_expired_certificate_on_the_token_signs_nothing(token: SoftToken) -> None:
    token.load("kepala", "Amit Riyadi", end=MONDAY - timedelta(days=1))
    with (
        pytest.raises(SigningRefused, match="kedaluwarsa"),
        key_of(settings_of(token, token.folder), "kepala", "Amit Riyadi", MONDAY),
    ):
        pass


def test_taken_out_between_opening_and_signing(token: SoftToken) -> None:
    import pkcs11

    token.load("kepala", "Amit Riyadi")
    settings = settings_of(token, token.folder)
    drawn = make_renderer().render("<p>Amit Riyadi</p>", footer="kaki")
    with pytest.raises(SigningRefused, match="^Token tanda tangan Amit Riyadi tidak dapat dipakai"):  # noqa: SIM117
        with key_of(settings, "kepala", "Amit Riyadi", MONDAY) as key:
            pkcs11.lib(token.module).finalize()
            sign(drawn, key, BOX, MONDAY)
    with key_of(settings, "kepala", "Amit Riyadi", MONDAY) as key:
        assert verify_pdf(sign(drawn, key, BOX, MONDAY), trust_roots(settings), MONDAY)[0].good


def test_many_who_sign_at_once_queue_for_the_token(token: SoftToken) -> None:
    token.load("kepala", "Amit Riyadi", "ec")
    settings = settings_of(token, token.folder)
    drawn = make_renderer().render("<p>Amit Riyadi</p>", footer="kaki")

    def one(_: int) -> bool:
        with key_of(settings, "kepala", "Amit Riyadi", MONDAY) as key:
            content = sign(drawn, key, BOX, MONDAY)
        return verify_pdf(content, trust_roots(settings), MONDAY)[0].good

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(one, range(18)))


def test_a_token_is_not_locked_by_us() -> None:
    from pkcs11 import TokenFlag

    may_try(TokenFlag.USER_PIN_COUNT_LOW, again=False)
    with pytest.raises(SigningRefused, match="tidak dicoba lagi"):
        may_try(TokenFlag.USER_PIN_COUNT_LOW, again=True)
    with pytest.raises(SigningRefused, match="satu percobaan"):
        may_try(TokenFlag.USER_PIN_FINAL_TRY, again=False)
    with pytest.raises(SigningRefused, match="terkunci"):
        may_try(TokenFlag.USER_PIN_LOCKED, again=False)
