"""A token of SoftHSM in a folder of its own, with an official's key and a chain of two authorities."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

LIBRARIES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)
LABEL, SO_PIN, PIN = "kantor", "87654321", "123456"
BEGIN, END = datetime(2016, 1, 1, tzinfo=UTC), datetime(2018, 1, 1, tzinfo=UTC)


def library() -> str | None:
    """SoftHSM's PKCS#11 library on this machine."""
    if shutil.which("softhsm2-util") is None:
        return None
    return next((path for path in LIBRARIES if Path(path).exists()), None)


@dataclass
class SoftToken:
    """module: the library; root: PEM of the authority above all."""

    module: str
    folder: Path
    root: Path

    def put_in(self) -> None:
        """An empty token, in its slot."""
        _util("--init-token", "--free", "--label", LABEL, "--so-pin", SO_PIN, "--pin", PIN)

    def take_out(self) -> None:
        """The token is gone."""
        (self.folder / "tokens").rename(self.folder / "laci")
        (self.folder / "tokens").mkdir()

    def put_back(self) -> None:
        """The same token again."""
        shutil.rmtree(self.folder / "tokens")
        (self.folder / "laci").rename(self.folder / "tokens")

    def load(self, username: str, name: str, kind: str = "rsa", end: datetime = END) -> None:
        """The official's key and certificate, and the certificate of who issued it."""
        import pkcs11
        from pkcs11.util.ec import decode_ec_private_key
        from pkcs11.util.rsa import decode_rsa_private_key
        from pkcs11.util.x509 import decode_x509_certificate

        authority = ec.generate_private_key(ec.SECP256R1())
        below = ec.generate_private_key(ec.SECP256R1())
        key: Any = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())
        top = certificate("Akar", authority, authority, None, ca=True)
        middle = certificate("Penerbit", below, authority, top, ca=True)
        own = certificate(name, key, below, middle, ca=False, end=end)
        self.root.write_bytes(top.public_bytes(Encoding.PEM))
        found = next(slot.get_token() for slot in pkcs11.lib(self.module).get_slots() if _label(slot) == LABEL)
        traditional = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        decoded = decode_rsa_private_key(traditional) if kind == "rsa" else decode_ec_private_key(traditional)
        with found.open(rw=True, user_pin=PIN) as session:
            more = {pkcs11.Attribute.TOKEN: True}
            held = {pkcs11.Attribute.SIGN: True, pkcs11.Attribute.PRIVATE: True, pkcs11.Attribute.SENSITIVE: True}
            session.create_object({**decoded, **held, **more, pkcs11.Attribute.LABEL: username})
            for label, each in ((username, own), ("penerbit", middle)):
                der = each.public_bytes(Encoding.DER)
                session.create_object({**decode_x509_certificate(der), **more, pkcs11.Attribute.LABEL: label})
        pkcs11.lib(self.module).finalize()


@contextmanager
def soft_token(module: str, folder: Path) -> Iterator[SoftToken]:
    """A slot with an empty token, for one test. The library of the process forgets it afterwards."""
    import pkcs11

    (folder / "tokens").mkdir(parents=True)
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    try:
        found = SoftToken(module, folder, folder / "akar.pem")
        found.put_in()
        yield found
    finally:
        pkcs11.lib(module).finalize()
        if before is None:
            del os.environ["SOFTHSM2_CONF"]
        else:
            os.environ["SOFTHSM2_CONF"] = before


def certificate(
    name: str, key: Any, issuer_key: Any, issuer: x509.Certificate | None, *, ca: bool, end: datetime = END
) -> x509.Certificate:
    """Issued by issuer, by itself where there is none."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement"), False)
    usage |= {"encipher_only": False, "decipher_only": False, "key_cert_sign": ca, "crl_sign": ca}
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGIN)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.KeyUsage(digital_signature=not ca, content_commitment=not ca, **usage), critical=True)
    )
    if issuer is not None:
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
        builder = builder.add_extension(above, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _util(*arguments: str) -> None:
    subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)


def _label(slot: Any) -> str:
    import pkcs11

    try:
        return str(slot.get_token().label)
    except pkcs11.PKCS11Error:
        return ""
