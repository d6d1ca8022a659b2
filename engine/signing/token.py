"""Keys on a PKCS#11 token (HSM, smart card): opened for one signature, and what goes wrong said in words.

A process has one login to a token, and a token does one thing at a time: signatures queue. After whatever went wrong
the library is closed, so that the next try finds a token that was put back. A PIN that was refused is not tried a
second time: three wrong ones lock most tokens for good.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from asn1crypto import x509
from pyhanko.sign.signers import Signer

from engine.signing.refused import SigningRefused

if TYPE_CHECKING:
    from pkcs11 import Session, Token

_turn = threading.Lock()
_refused: set[str] = set()  # PINs, by their SHA-256 with the token's serial number


@contextmanager
def token_signer(module: str, label: str, pin: str, username: str, name: str) -> Iterator[Signer]:
    """What signs with the key labelled `username`, for the length of one signature. module: path of the library;
    label: of the token, empty where there is only one; name: of the official, for people. Raises SigningRefused."""
    if not module:
        raise SigningRefused("Pustaka token PKCS#11 belum ditetapkan (SIMYANDU_SIGN_MODULE).")
    try:
        import pkcs11
    except ImportError as error:
        raise SigningRefused("Token PKCS#11 memerlukan paket python-pkcs11 di server.") from error
    with _turn:
        try:
            token = _token(pkcs11.lib(module).get_slots(token_present=True), label)
            session = _open(token, pin)
            try:
                yield _signer(session, token, username, name)
            finally:
                with suppress(pkcs11.PKCS11Error):
                    session.close()
        except pkcs11.PKCS11Error as error:
            _close(module)
            raise SigningRefused(_words(error, module, name)) from error
        except SigningRefused:
            _close(module)
            raise


def _token(slots: list[Any], label: str) -> Token:
    from pkcs11 import PKCS11Error, TokenFlag

    found: list[Token] = []
    for slot in slots:
        with suppress(PKCS11Error):  # taken out between the two questions
            token = slot.get_token()
            if TokenFlag.TOKEN_INITIALIZED in token.flags and label in ("", token.label):
                found.append(token)
    if not found:
        raise SigningRefused(f"Token tanda tangan {label or ''} tidak terpasang.".replace("  ", " "))
    if len(found) > 1:
        raise SigningRefused(f"Ada {len(found)} token tanda tangan; sebutkan satu (SIMYANDU_SIGN_TOKEN).")
    return found[0]


def _open(token: Token, pin: str) -> Session:
    from pkcs11 import PinIncorrect, PinInvalid, PinLenRange

    mark = sha256(bytes(token.serial) + b"/" + pin.encode()).hexdigest()
    may_try(token.flags, again=mark in _refused)
    try:
        return token.open(user_pin=pin or None)
    except (PinIncorrect, PinInvalid, PinLenRange) as error:
        _refused.add(mark)
        raise SigningRefused("PIN token tanda tangan salah. Perbaiki berkas PIN, lalu ulangi.") from error


def may_try(flags: Any, again: bool) -> None:
    """Whether a PIN may be sent to a token with these flags; again: this very PIN was refused before. Raises
    SigningRefused."""
    from pkcs11 import TokenFlag

    if TokenFlag.USER_PIN_LOCKED in flags:
        raise SigningRefused("Token tanda tangan terkunci: PIN terlalu sering salah. Buka dengan PIN petugas keamanan.")
    if again:
        raise SigningRefused(
            "PIN token tanda tangan salah, dan tidak dicoba lagi agar token tidak terkunci. Perbaiki berkas PIN; bila "
            "PIN tokennya yang diganti, jalankan ulang layanan."
        )
    if TokenFlag.USER_PIN_FINAL_TRY in flags:
        raise SigningRefused("Token tanda tangan tinggal menerima satu percobaan PIN; masukkan PIN di tempatnya dulu.")


def _signer(session: Session, token: Token, username: str, name: str) -> Signer:
    from pkcs11 import Attribute, Mechanism, ObjectClass
    from pyhanko.sign.pkcs11 import PKCS11Signer

    own, chain = [], []
    for held in list(session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})):
        certificate = x509.Certificate.load(held[Attribute.VALUE])
        if held[Attribute.LABEL] == username:
            own.append(certificate)
        elif certificate.ca:
            chain.append(certificate)
    if len(own) != 1:
        many = f"berisi {len(own)} sertifikat" if own else "tidak berisi sertifikat"
        raise SigningRefused(f"Token {many} {name} ({username}).")
    wanted = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.SIGN: True, Attribute.LABEL: username}
    if len(list(session.get_objects(wanted))) != 1:
        raise SigningRefused(f"Token tidak berisi satu kunci {name} ({username}).")
    # Many tokens only sign what was hashed elsewhere.
    raw = own[0].public_key.algorithm == "ec" and Mechanism.ECDSA_SHA256 not in token.slot.get_mechanisms()
    return PKCS11Signer(session, signing_cert=own[0], ca_chain=chain, key_label=username, use_raw_mechanism=raw)


def _close(module: str) -> None:
    """Forget what the library knows of its tokens; the next try begins anew."""
    import pkcs11

    with suppress(pkcs11.PKCS11Error):
        pkcs11.lib(module).finalize()


def _words(error: Exception, module: str, name: str) -> str:
    from pkcs11 import DeviceRemoved, PinExpired, PinLocked, TokenNotPresent, TokenNotRecognised, UserPinNotInitialized

    if isinstance(error, (DeviceRemoved, TokenNotPresent, TokenNotRecognised)):
        return "Token tanda tangan dicabut."
    if isinstance(error, PinLocked):
        return "Token tanda tangan terkunci: PIN terlalu sering salah. Buka dengan PIN petugas keamanan."
    if isinstance(error, (PinExpired, UserPinNotInitialized)):
        return "PIN token tanda tangan harus ditetapkan lagi oleh petugas keamanan."
    said = f"{type(error).__name__}: {error}".rstrip(": ")
    return f"Token tanda tangan {name} tidak dapat dipakai ({module}): {said}."[:500]
