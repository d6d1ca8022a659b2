"""Where a running office keeps its things. Read once from the environment; every value can be given explicitly."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from engine.message_settings import MessageSettings
from engine.signing_settings import SigningSettings

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """database_url: SQLAlchemy URL (SQLite or PostgreSQL). var_dir: documents, keys, embedded database.
    synchronous: SQLite's, FULL or NORMAL. secret: signs sessions and form tokens. clamd: the virus scanner,
    `unix:/run/clamav/clamd.ctl` or `tcp://host:3310`; empty: uploads are not scanned."""

    database_url: str
    var_dir: Path
    processes_dir: Path = ROOT / "processes"
    forms_dir: Path = ROOT / "forms"
    synchronous: str = "FULL"
    secret: str = ""
    secure_cookies: bool = False
    office_name: str = "BPPT Kota Bekasi"
    public_url: str = "http://127.0.0.1:8000"
    office_point: str = "-6.238270,106.975573"  # latitude,longitude where a day's visits set out; assumed
    tiles_url: str = ""  # of map tiles, https://.../{z}/{x}/{y}.png; empty: a plain grid
    tiles_credit: str = ""  # whom the tiles' licence wants named
    messages: MessageSettings = field(default_factory=MessageSettings)
    signing: SigningSettings = field(default_factory=SigningSettings)
    clamd: str = ""

    @property
    def documents_dir(self) -> Path:
        """Uploaded and drawn files, by SHA-256; never served from the web root."""
        return self.var_dir / "dokumen"

    @classmethod
    def from_env(cls, database_url: str | None = None, var_dir: Path | None = None) -> Settings:
        """Settings from SIMYANDU_* variables; the secret is made once and kept in var_dir."""
        env = os.environ
        var = var_dir or Path(env.get("SIMYANDU_VAR") or ROOT / "var")
        public_url = env.get("SIMYANDU_PUBLIC_URL", "http://127.0.0.1:8000")
        url = database_url or env.get("SIMYANDU_DATABASE_URL") or f"sqlite:///{var / 'simyandu.sqlite3'}"
        return cls(
            database_url=url,
            var_dir=var,
            processes_dir=Path(env.get("SIMYANDU_PROCESSES", ROOT / "processes")),
            forms_dir=Path(env.get("SIMYANDU_FORMS", ROOT / "forms")),
            synchronous=env.get("SIMYANDU_SYNCHRONOUS", "FULL").upper(),
            secret=env.get("SIMYANDU_SECRET") or _kept_secret(var),
            secure_cookies=env.get("SIMYANDU_SECURE_COOKIES", "") == "1",
            office_name=env.get("SIMYANDU_OFFICE", "BPPT Kota Bekasi"),
            public_url=public_url,
            office_point=env.get("SIMYANDU_OFFICE_POINT", cls.office_point),
            tiles_url=env.get("SIMYANDU_TILES", ""),
            tiles_credit=env.get("SIMYANDU_TILES_CREDIT", ""),
            messages=MessageSettings.from_env(env, public_url),
            signing=SigningSettings.from_env(env),
            clamd=env.get("SIMYANDU_CLAMD", ""),
        )


def _kept_secret(var: Path) -> str:
    path = var / "kunci-sesi"
    if path.exists():
        return path.read_text().strip()
    var.mkdir(parents=True, exist_ok=True)
    secret = secrets.token_urlsafe(48)
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "w") as file:
        file.write(secret)
    return secret
