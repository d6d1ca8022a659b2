"""Which channels are open now, and why the others are not."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from engine.message_settings import GatewaySettings, MessageSettings
from engine.messages.addresses import EMAIL, LETTER, PHONES, SMS, WHATSAPP
from engine.working_time import JAKARTA

ALL = (EMAIL, SMS, WHATSAPP)
Closed = Literal["unset", "quiet", "by_hand"]


def carrier_of(settings: MessageSettings, channel: str) -> str:
    """What carries a row of this channel: rows say `sms` for a telephone, the office chooses what reaches it."""
    return settings.phone_channel if channel == SMS else channel


def gateway_of(settings: MessageSettings, channel: str) -> GatewaySettings | None:
    """The gateway that carries a row of this channel."""
    return settings.whatsapp if carrier_of(settings, channel) == WHATSAPP else settings.sms


def closed_because(settings: MessageSettings, channel: str, now: datetime) -> Closed | None:
    """Why rows of this channel wait; None when they may go. Letters on paper always wait for a person."""
    if channel == LETTER:
        return "by_hand"
    if channel == EMAIL:
        return None if settings.smtp else "unset"
    if channel not in PHONES or gateway_of(settings, channel) is None:
        return "unset"
    return "quiet" if is_quiet(settings, now) else None


def is_quiet(settings: MessageSettings, now: datetime) -> bool:
    """Whether telephones are left alone at this moment."""
    if settings.quiet is None:
        return False
    start, end = settings.quiet
    at = now.astimezone(JAKARTA).time()
    return start <= at < end if start < end else at >= start or at < end


def quiet_words(settings: MessageSettings) -> str:
    """`20.00-07.00`; empty where telephones are never left alone."""
    if settings.quiet is None:
        return ""
    return "-".join(f"{moment:%H.%M}" for moment in settings.quiet)


def open_channels(settings: MessageSettings, now: datetime) -> list[str]:
    """Channels whose rows may go now."""
    return [channel for channel in ALL if closed_because(settings, channel, now) is None]
