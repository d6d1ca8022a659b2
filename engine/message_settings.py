"""How messages leave the house: the mail server, the gateways for SMS and WhatsApp, and when telephones keep quiet.

Everything comes from the environment; what is not set is not sent, and the messages wait (docs/operator/pesan.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

import orjson

Starttls = Literal["required", "optional", "never"]
_CLOCK = re.compile(r"([01]?\d|2[0-3])[.:]([0-5]\d)")
_LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})
MEGABYTE = 1024 * 1024
_DEFAULT_BODY = {"to": "{nomor}", "text": "{teks}", "id": "{id}"}


class WrongSetting(ValueError):
    """A variable of the environment that cannot be meant; the text names it."""


@dataclass(frozen=True)
class SmtpSettings:
    """implicit_tls: TLS from the first byte (smtps). ca_file: trust these certificates instead of the system's.
    timeout in seconds. attach: bytes of letters that may go along with one message; 0: none do."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    implicit_tls: bool = False
    starttls: Starttls = "optional"
    ca_file: str | None = None
    timeout: float = 20.0
    attach: int = 7 * MEGABYTE  # assumed; in base64 a third more, and many servers take ten


@dataclass(frozen=True)
class GatewaySettings:
    """A gateway reached over HTTP. Placeholders {nomor}, {teks} and {id} stand in `url` and in the texts of `body`.

    body: sent as JSON, or as a form where the content type of `headers` says so; None for none (GET). accepted: what
    the answer must hold to count as taken, for gateways that answer 200 to everything. timeout in seconds.
    """

    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Any = None
    accepted: re.Pattern[str] | None = None
    ca_file: str | None = None
    timeout: float = 15.0


@dataclass(frozen=True)
class MessageSettings:
    """smtp, sms, whatsapp: None where nothing is configured. phone_channel: what carries messages to telephones.

    quiet: no message reaches a telephone from the first to the second time of day, Jakarta; None: always allowed.
    life: a message that could not even be tried for so long is not sent any more.
    """

    smtp: SmtpSettings | None = None
    sms: GatewaySettings | None = None
    whatsapp: GatewaySettings | None = None
    phone_channel: Literal["sms", "whatsapp"] = "sms"
    quiet: tuple[time, time] | None = (time(20), time(7))  # assumed
    life: timedelta = timedelta(days=7)  # assumed

    @classmethod
    def from_env(cls, env: Mapping[str, str], public_url: str) -> MessageSettings:
        """Read SIMYANDU_SMTP_*, SIMYANDU_SMS_*, SIMYANDU_WHATSAPP_*, SIMYANDU_QUIET_HOURS... Raises WrongSetting."""
        phone = env.get("SIMYANDU_PHONE_CHANNEL") or "sms"
        if phone not in ("sms", "whatsapp"):
            raise WrongSetting("SIMYANDU_PHONE_CHANNEL: sms atau whatsapp")
        return cls(
            smtp=_smtp(env, public_url),
            sms=_gateway(env, "SIMYANDU_SMS"),
            whatsapp=_gateway(env, "SIMYANDU_WHATSAPP"),
            phone_channel="whatsapp" if phone == "whatsapp" else "sms",
            quiet=_quiet(env.get("SIMYANDU_QUIET_HOURS") or "20.00-07.00"),
            life=timedelta(days=_number(env, "SIMYANDU_MESSAGE_DAYS", 7)),
        )


def _smtp(env: Mapping[str, str], public_url: str) -> SmtpSettings | None:
    url = env.get("SIMYANDU_SMTP_URL")
    if not url:
        return None
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise WrongSetting("SIMYANDU_SMTP_URL: nomor port tidak terbaca") from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise WrongSetting("SIMYANDU_SMTP_URL: smtp://[pengguna:sandi@]server[:port] atau smtps://...")
    implicit = parts.scheme == "smtps"
    user = unquote(parts.username or "")
    # A password never crosses the net in the clear unless the operator says so in so many words.
    wanted = parse_qs(parts.query).get("starttls", ["required" if user else "optional"])[0]
    modes: dict[str, Starttls] = {"required": "required", "optional": "optional", "never": "never"}
    if wanted not in modes:
        raise WrongSetting("SIMYANDU_SMTP_URL: starttls = required, optional, atau never")
    host = urlsplit(public_url).hostname or "simyandu.invalid"
    return SmtpSettings(
        host=parts.hostname,
        port=port or (465 if implicit else 587 if user else 25),
        sender=env.get("SIMYANDU_SMTP_FROM") or f"perizinan@{host}",
        user=user,
        password=unquote(parts.password or ""),
        implicit_tls=implicit,
        starttls=modes[wanted],
        ca_file=env.get("SIMYANDU_SMTP_CA") or None,
        timeout=_number(env, "SIMYANDU_SMTP_TIMEOUT", 20),
        attach=_attach(env.get("SIMYANDU_SMTP_ATTACH") or "7"),
    )


def _attach(text: str) -> int:
    if not text.isdecimal() or len(text) > 3:
        raise WrongSetting("SIMYANDU_SMTP_ATTACH: MB, bilangan bulat; 0: surat tidak dilampirkan")
    return int(text) * MEGABYTE


def _gateway(env: Mapping[str, str], name: str) -> GatewaySettings | None:
    url = env.get(f"{name}_URL")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise WrongSetting(f"{name}_URL: alamat https://...")
    if parts.scheme == "http" and parts.hostname not in _LOCAL and env.get(f"{name}_ALLOW_HTTP") != "1":
        raise WrongSetting(f"{name}_URL: gunakan https (atau {name}_ALLOW_HTTP=1 bila gateway ada di jaringan kantor)")
    method = (env.get(f"{name}_METHOD") or "POST").upper()
    if method not in ("GET", "POST", "PUT"):
        raise WrongSetting(f"{name}_METHOD: GET, POST, atau PUT")
    headers = _json(env, f"{name}_HEADERS", {})
    if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
        raise WrongSetting(f"{name}_HEADERS: objek JSON berisi teks")
    accepted = env.get(f"{name}_ACCEPTED")
    try:
        pattern = re.compile(accepted) if accepted else None
    except re.error as error:
        raise WrongSetting(f"{name}_ACCEPTED: {error}") from None
    return GatewaySettings(
        url=url,
        method=method,
        headers=headers,
        body=None if method == "GET" else _json(env, f"{name}_BODY", _DEFAULT_BODY),
        accepted=pattern,
        ca_file=env.get(f"{name}_CA") or None,
        timeout=_number(env, f"{name}_TIMEOUT", 15),
    )


def _json(env: Mapping[str, str], name: str, default: Any) -> Any:
    text = env.get(name)
    if not text:
        return default
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise WrongSetting(f"{name}: bukan JSON ({error})") from None


def _number(env: Mapping[str, str], name: str, default: float) -> float:
    try:
        value = float(env.get(name) or default)
    except ValueError:
        value = 0
    if not 0 < value <= 3650:
        raise WrongSetting(f"{name}: angka di atas 0")
    return value


def _quiet(text: str) -> tuple[time, time] | None:
    if text.strip().lower() in ("none", "tidak"):
        return None
    first, _, second = text.partition("-")
    start, end = _CLOCK.fullmatch(first.strip()), _CLOCK.fullmatch(second.strip())
    if not start or not end:
        raise WrongSetting("SIMYANDU_QUIET_HOURS: misalnya 20.00-07.00, atau 'tidak'")
    begins, ends = (time(int(match[1]), int(match[2])) for match in (start, end))
    return (begins, ends) if begins != ends else None
