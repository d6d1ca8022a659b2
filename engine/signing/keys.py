"""Whose key signs: of a PKCS#12 file or a PKCS#11 token, refused when it is not valid at the moment of signing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import x509
from pyhanko.keys import load_certs_from_pemder
from pyhanko.sign.signers import Signer, SimpleSigner
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from engine.letters.words import waktu
from engine.signing.refused import SigningRefused
from engine.signing.test_authority import MARK, TestAuthority
from engine.signing.token import token_signer


@dataclass(frozen=True)
class Key:
    """signer: does the signing; timestamper: None where there is no stamp of time. certificate: subject and serial
    number, for people. test: made by the test authority."""

    signer: Signer
    timestamper: TimeStamper | None
    certificate: str
    test: bool


@contextmanager
def key_of(settings: Any, username: str, name: str, at: datetime) -> Iterator[Key]:
    """The key of an official, for the length of one signature. Raises SigningRefused: there is none, it cannot be
    opened, or its certificate is not valid at `at`."""
    signing = settings.signing
    if signing.mode == "uji":
        authority = TestAuthority(settings.var_dir / "ca")
        signer = _pkcs12(authority.person(username, name), authority.password(), name)
        yield _checked(signer, _own_stamp(authority, at), name, at, test=True)
    elif signing.mode == "pkcs12":
        if signing.keys is None:
            raise SigningRefused("Folder kunci tanda tangan belum ditetapkan (SIMYANDU_SIGN_KEYS).")
        signer = _pkcs12(signing.keys / f"{username}.p12", _secret(signing).encode(), name)
        yield _checked(signer, _stamp(signing.tsa_url), name, at, test=False)
    else:
        with token_signer(signing.module, signing.token, _secret(signing), username, name) as held:
            yield _checked(held, _stamp(signing.tsa_url), name, at, test=False)


def trust_roots(settings: Any) -> list[x509.Certificate]:
    """The authorities that verify a letter of this office."""
    signing = settings.signing
    path = TestAuthority(settings.var_dir / "ca").root if signing.mode == "uji" else signing.roots
    return list(load_certs_from_pemder([str(path)])) if path is not None and Path(path).exists() else []


def _secret(signing: Any) -> str:
    try:
        return str(signing.secret())
    except (OSError, UnicodeDecodeError) as error:
        raise SigningRefused("Berkas kata sandi tanda tangan tidak terbaca (SIMYANDU_SIGN_PASSWORD_FILE).") from error


def _pkcs12(path: Path, password: bytes, name: str) -> SimpleSigner:
    if not path.is_file():
        raise SigningRefused(f"Kunci tanda tangan {name} tidak ada ({path.name}).")
    signer: SimpleSigner | None = SimpleSigner.load_pkcs12(str(path), passphrase=password or None)
    if signer is None:
        raise SigningRefused(f"Kunci tanda tangan {name} tidak dapat dibuka: berkas atau kata sandinya salah.")
    return signer


def _checked(signer: Signer, stamp: TimeStamper | None, name: str, at: datetime, test: bool) -> Key:
    certificate = signer.signing_cert
    assert certificate is not None
    begin, end = certificate.not_valid_before, certificate.not_valid_after
    if at < begin:
        raise SigningRefused(f"Sertifikat {name} baru berlaku {waktu(begin)}.")
    if at > end:
        raise SigningRefused(f"Sertifikat {name} sudah kedaluwarsa sejak {waktu(end)}. Perbarui, lalu ulangi.")
    shown = f"{certificate.subject.human_friendly}; nomor seri {certificate.serial_number:x}"
    return Key(signer, stamp, shown, test)


def _own_stamp(authority: TestAuthority, at: datetime) -> TimeStamper:
    held = _pkcs12(authority.stamp(), authority.password(), MARK)
    assert held.signing_cert is not None and held.signing_key is not None
    return DummyTimeStamper(held.signing_cert, held.signing_key, certs_to_embed=held.cert_registry, fixed_dt=at)


def _stamp(url: str) -> TimeStamper | None:
    return HTTPTimeStamper(url) if url else None
