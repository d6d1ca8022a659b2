"""Settings of messages: what the environment may say, and what is refused before anything is sent."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from engine.contact import phone_number
from engine.message_settings import MessageSettings, WrongSetting
from engine.messages.channels import is_quiet, quiet_words

PUBLIC = "https://simyandu.bekasi.example"


def read(**env: str) -> MessageSettings:
    return MessageSettings.from_env({f"SIMYANDU_{name}": value for name, value in env.items()}, PUBLIC)


def test_nothing_said_nothing_configured() -> None:
    settings = read()
    assert (settings.smtp, settings.sms, settings.whatsapp) == (None, None, None)
    assert settings.quiet == (time(20), time(7))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://surel.local", ("surel.local", 25, False, "optional", "", "")),
        ("smtp://budi:p%40ss@surel.local", ("surel.local", 587, False, "required", "budi", "p@ss")),
        ("smtps://budi:x@surel.local", ("surel.local", 465, True, "required", "budi", "x")),
        ("smtp://a:b@surel.local:2525?starttls=never", ("surel.local", 2525, False, "never", "a", "b")),
    ],
)
def test_the_mail_server(url: str, expected: tuple[object, ...]) -> None:
    smtp = read(SMTP_URL=url).smtp
    assert smtp is not None
    assert (smtp.host, smtp.port, smtp.implicit_tls, smtp.starttls, smtp.user, smtp.password) == expected
    assert smtp.sender == "perizinan@simyandu.bekasi.example"
    assert "p@ss" not in repr(smtp)


@pytest.mark.parametrize(
    "env",
    [
        {"SMTP_URL": "http://surel.local"},
        {"SMTP_URL": "smtp://"},
        {"SMTP_URL": "smtp://a:99999"},
        {"SMTP_URL": "smtp://a?starttls=mungkin"},
        {"SMTP_URL": "smtp://a", "SMTP_TIMEOUT": "nol"},
        {"SMS_URL": "http://gateway.example/kirim"},
        {"SMS_URL": "ftp://gateway.example"},
        {"SMS_URL": "https://g.example", "SMS_METHOD": "DELETE"},
        {"SMS_URL": "https://g.example", "SMS_HEADERS": "{"},
        {"SMS_URL": "https://g.example", "SMS_HEADERS": '{"a": 1}'},
        {"SMS_URL": "https://g.example", "SMS_ACCEPTED": "("},
        {"PHONE_CHANNEL": "telegram"},
        {"QUIET_HOURS": "malam"},
        {"MESSAGE_DAYS": "-1"},
    ],
)
def test_what_cannot_be_meant_is_told(env: dict[str, str]) -> None:
    with pytest.raises(WrongSetting, match="SIMYANDU_"):
        read(**env)


def test_http_inside_the_house_only_when_said_so() -> None:
    assert read(SMS_URL="http://10.0.0.5/sms", SMS_ALLOW_HTTP="1").sms is not None
    assert read(SMS_URL="http://127.0.0.1:8080/sms").sms is not None


@pytest.mark.parametrize(
    ("hours", "at", "quiet"),
    [
        ("20.00-07.00", "19:59", False),
        ("20.00-07.00", "20:00", True),
        ("20.00-07.00", "06:59", True),
        ("20.00-07.00", "07:00", False),
        ("12:00-13:00", "12:30", True),
        ("12:00-13:00", "13:00", False),
        ("tidak", "02:00", False),
        ("07.00-07.00", "07:00", False),
    ],
)
def test_quiet_hours_are_those_of_bekasi(hours: str, at: str, quiet: bool) -> None:
    assert is_quiet(read(QUIET_HOURS=hours), datetime.fromisoformat(f"2016-07-18T{at}:00+07:00")) is quiet


def test_quiet_hours_in_words() -> None:
    assert quiet_words(read()) == "20.00-07.00" and quiet_words(read(QUIET_HOURS="none")) == ""


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0812-3456-7890", "+6281234567890"),
        ("(021) 8840 115", "+62218840115"),
        ("62 812 3456 7890", "+6281234567890"),
        ("+65 6123 4567", "+6561234567"),
        ("0065 6123 4567", "+6561234567"),
        ("12345", None),
        ("rumah", None),
        ("+0812345678", None),
        ("0812;3456", None),
    ],
)
def test_telephone_numbers_as_people_write_them(written: str, number: str | None) -> None:
    assert phone_number(written) == number
