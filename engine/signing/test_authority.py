"""The office's own authority for development: a root, a stamp of time, and a certificate per official.

Everything it makes says that it is not for production, and nobody outside trusts it. Keys lie below var/ca, readable
by the office's user only.
"""

from __future__ import annotations

import os
import secrets
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

MARK = "UJI - BUKAN UNTUK PRODUKSI"
BEGIN = datetime(2010, 1, 1, tzinfo=UTC)  # replays sign in the past
YEARS = 20
ROOT, STAMP = "akar", "stempel-waktu"
_making = threading.Lock()


class TestAuthority:
    """The keys below one folder, made when they are first asked for."""

    __test__ = False  # no test of pytest's

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def root(self) -> Path:
        """PEM of the root, for verifiers."""
        with _making:
            self._root()
        return self.folder / f"{ROOT}.pem"

    def stamp(self) -> Path:
        """PKCS#12 of the time stamp."""
        return self._made(STAMP, "Stempel waktu kantor", stamp=True)

    def person(self, username: str, name: str) -> Path:
        """PKCS#12 of an official."""
        return self._made(f"pejabat-{username}", name, stamp=False)

    def password(self) -> bytes:
        """What the files are locked with."""
        path = self.folder / "sandi"
        if not path.exists():
            _write(path, secrets.token_urlsafe(24).encode())
        return path.read_bytes()

    def _made(self, file: str, name: str, stamp: bool) -> Path:
        path = self.folder / f"{file}.p12"
        with _making:
            if not path.exists():
                root_key, root = self._root()
                # pyHanko's own stamp of time knows RSA only.
                key = rsa.generate_private_key(65537, 2048) if stamp else ec.generate_private_key(ec.SECP256R1())
                certificate = _certificate(name, key, root_key, root, stamp)
                lock = BestAvailableEncryption(self.password())
                _write(path, pkcs12.serialize_key_and_certificates(name.encode(), key, certificate, [root], lock))
        return path

    def _root(self) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
        path, pem = self.folder / f"{ROOT}.p12", self.folder / f"{ROOT}.pem"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            key = ec.generate_private_key(ec.SECP256R1())
            root = _certificate("SIMYANDU akar uji", key, key, None, stamp=False)
            lock = BestAvailableEncryption(self.password())
            pem.write_bytes(root.public_bytes(Encoding.PEM))
            note = f"{MARK}\nSertifikat percobaan SIMYANDU. Jangan dipakai untuk surat sungguhan.\n"
            (self.folder / "BACA.txt").write_text(note, encoding="utf-8")
            _write(path, pkcs12.serialize_key_and_certificates(ROOT.encode(), key, root, None, lock))
        held, found, _ = pkcs12.load_key_and_certificates(path.read_bytes(), self.password())
        assert isinstance(held, ec.EllipticCurvePrivateKey) and found is not None
        return held, found


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    stamp: bool,
    begin: datetime = BEGIN,
    end: datetime = BEGIN + timedelta(days=365 * YEARS),
) -> x509.Certificate:
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "BPPT Kota Bekasi"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, MARK),
            x509.NameAttribute(NameOID.COMMON_NAME, name[:64]),
        ]
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_usage(issuer is None), critical=True)
    )
    if issuer is not None:
        signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
        builder = builder.add_extension(signer, critical=False)
    if stamp:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def _usage(authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and for nobody else's eyes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".baru")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    beside.replace(path)
