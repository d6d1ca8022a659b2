"""What is stored about messages -> words that people read."""

from __future__ import annotations

from flask_babel import gettext

from engine.messages.channels import quiet_words
from web.security import office


def channel(name: str) -> str:
    """What carries a message."""
    words = {"email": gettext("surel"), "sms": "SMS", "whatsapp": "WhatsApp", "surat": gettext("surat")}
    return words.get(name, name)


def state(name: str) -> tuple[str, str]:
    """(tone of the badge, word) of a message's state."""
    words = {
        "queued": ("now", gettext("Menunggu dikirim")),
        "sent": ("ok", gettext("Terkirim")),
        "failed": ("late", gettext("Gagal")),
        "replaced": ("plain", gettext("Digantikan")),
        "lapsed": ("plain", gettext("Kedaluwarsa")),
    }
    return words.get(name, ("plain", name))


def waits(why: str) -> str:
    """Why a message waits though nothing is wrong with it."""
    words = {
        "unset": gettext("belum dikonfigurasi"),
        "quiet": gettext("jam tenang %(jam)s", jam=quiet_words(office().settings.messages)),
        "by_hand": gettext("dikirim petugas lewat pos"),
    }
    return words.get(why, why)


def closed(name: str, why: str) -> str:
    """A sentence about a channel that is closed."""
    shown = channel(name)
    shown = shown[:1].upper() + shown[1:]
    if why == "quiet":
        hours = quiet_words(office().settings.messages)
        return gettext("%(saluran)s menunggu sampai jam tenang (%(jam)s) lewat.", saluran=shown, jam=hours)
    variable = {"email": "SIMYANDU_SMTP_URL", "whatsapp": "SIMYANDU_WHATSAPP_URL"}.get(name, "SIMYANDU_SMS_URL")
    if name == "sms" and office().settings.messages.phone_channel == "whatsapp":
        variable = "SIMYANDU_WHATSAPP_URL"
    return gettext(
        "%(saluran)s belum dikonfigurasi: pesannya menunggu, tidak ada yang hilang. Pengelola sistem mengisi %(nama)s.",
        saluran=shown,
        nama=variable,
    )
