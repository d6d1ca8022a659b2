"""With which keys letters are signed. Read once from the environment, as all settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MODES = ("uji", "pkcs12", "pkcs11")


@dataclass(frozen=True)
class SigningSettings:
    """mode: uji (the office's own test authority below var/ca, for development only), pkcs12 (a file per official,
    `<keys>/<username>.p12`) or pkcs11 (a token; label of the key is the username). password: of the files, or the
    token's PIN, unless password_file has it, which is read for each signature. roots: PEM file of the authorities that
    verifiers trust. tsa_url: time stamps by RFC 3161; empty: none in production, the test authority's own in
    development."""

    mode: str = "uji"
    keys: Path | None = None
    password: str = ""
    module: str = ""
    token: str = ""
    roots: Path | None = None
    tsa_url: str = ""
    password_file: Path | None = None

    def secret(self) -> str:
        """The password or PIN, as it is now. Raises OSError when its file cannot be read."""
        if self.password_file is None:
            return self.password
        return self.password_file.read_text(encoding="utf-8").strip()

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> SigningSettings:
        """SIMYANDU_SIGN (mode), _SIGN_KEYS, _SIGN_PASSWORD_FILE, _SIGN_MODULE, _SIGN_TOKEN, _SIGN_ROOTS, _SIGN_TSA.
        Raises ValueError for a mode that is none."""
        mode = env.get("SIMYANDU_SIGN", "uji")
        if mode not in MODES:
            raise ValueError(f"SIMYANDU_SIGN is one of {', '.join(MODES)}, not {mode!r}")
        return cls(
            mode=mode,
            keys=_path(env.get("SIMYANDU_SIGN_KEYS")),
            module=env.get("SIMYANDU_SIGN_MODULE", ""),
            token=env.get("SIMYANDU_SIGN_TOKEN", ""),
            roots=_path(env.get("SIMYANDU_SIGN_ROOTS")),
            tsa_url=env.get("SIMYANDU_SIGN_TSA", ""),
            password_file=_path(env.get("SIMYANDU_SIGN_PASSWORD_FILE")),
        )


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None
