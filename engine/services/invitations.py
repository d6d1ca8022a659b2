"""What agencies get when they are invited: the calendar entry, the link that answers without signing in, the outbox
rows."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event, vCalAddress, vText

from engine.services.protocols import Unit
from engine.working_time import DAY_MINUTES

ANSWER_WITHIN = 1.0  # working days until a silent agency is reminded; assumed, permit.yaml `rapat.ingatkan_hari`
RECIPIENT = "penerima@undangan.invalid"  # whoever sends the message writes the recipient's address in its place
_SEPARATOR = "."
_SIGNATURE = 16  # bytes


@dataclass(frozen=True)
class Called:
    """A meeting as invitations tell it. cases: (resi or code, permit's name, applicant) of each case."""

    id: int
    number: str
    uid: str
    sequence: int
    starts_at: datetime | None
    ends_at: datetime | None
    place: str
    agenda: str
    cases: tuple[tuple[str, str, str], ...]


def uid_of(public_url: str, key: str) -> str:
    """The identifier of a meeting's calendar entry, the same for the same key."""
    return f"{uuid5(NAMESPACE_URL, f'{public_url}/rapat/{key}')}@{_host(public_url)}"


def calendar_entry(
    called: Called, method: Literal["REQUEST", "CANCEL"], office_name: str, public_url: str, now: datetime
) -> str:
    """The text/calendar of one invitation (RFC 5545/5546). Empty when the day is not agreed on yet."""
    if called.starts_at is None or called.ends_at is None:
        return ""
    calendar = Calendar()
    calendar.add("prodid", "-//SIMYANDU//Rapat Tim Teknis//ID")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    event = Event()
    event.add("uid", called.uid)
    event.add("sequence", called.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", called.starts_at.astimezone(now.tzinfo))
    event.add("dtend", called.ends_at.astimezone(now.tzinfo))
    event.add("summary", f"Rapat Tim Teknis {called.number}")
    event.add("location", called.place)
    lines = [called.agenda, *(f"{resi}: {permit}, {name}" for resi, permit, name in called.cases)]
    event.add("description", "\n".join(lines))
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    organizer = vCalAddress(f"mailto:perizinan@{_host(public_url)}")
    organizer.params["CN"] = vText(office_name)
    event["organizer"] = organizer
    guest = vCalAddress(f"mailto:{RECIPIENT}")
    guest.params["ROLE"] = vText("REQ-PARTICIPANT")
    guest.params["PARTSTAT"] = vText("NEEDS-ACTION")
    guest.params["RSVP"] = vText("TRUE")
    event.add("attendee", guest, encode=False)
    calendar.add_component(event)
    return bytes(calendar.to_ical()).decode("utf-8")


def send_invitations(
    unit: Unit,
    called: Called,
    agencies: Sequence[str],
    template: str,
    method: Literal["REQUEST", "CANCEL"],
    **more: Any,
) -> None:
    """Letter, e-mail with the calendar entry and SMS to every agency, into the outbox."""
    settings = unit.office.settings
    when = called.starts_at.isoformat() if called.starts_at else None
    facts = {
        "resi": ", ".join(resi for resi, _, _ in called.cases),
        "izin": ", ".join(dict.fromkeys(permit for _, permit, _ in called.cases)),
        "pemohon": ", ".join(name for _, _, name in called.cases),
        "nomor": called.number,
        "waktu": when,
        "tempat": called.place,
        "agenda": called.agenda,
        **more,
    }
    entry = calendar_entry(called, method, settings.office_name, settings.public_url, unit.now)
    for agency in agencies:
        link = reply_link(settings, called.id, agency) if method == "REQUEST" else None
        own = {**facts, "tautan": link}
        to = f"tim_teknis:{agency}"
        unit.send("surat", to, template, own)
        unit.send("email", to, template, {**own, "ics": entry} if entry else own)
        unit.send("sms", to, template, own)


def remind_at(unit: Unit, permit: Mapping[str, Any]) -> datetime:
    """When an agency that has not answered is reminded."""
    days = float((permit.get("rapat") or {}).get("ingatkan_hari") or ANSWER_WITHIN)
    moment: datetime = unit.office.working_time.add(unit.now, round(days * DAY_MINUTES))
    return moment


def reply_link(settings: Any, meeting_id: int, agency: str) -> str | None:
    """The address that answers an invitation without signing in; None in an office without a secret."""
    if not settings.secret:
        return None
    return f"{settings.public_url}/undangan/{reply_token(settings.secret, meeting_id, agency)}"


def reply_token(secret: str, meeting_id: int, agency: str) -> str:
    """`<meeting>.<agency>.<signature>`: names one invitation and cannot be made without the office's secret."""
    body = f"{meeting_id}{_SEPARATOR}{agency}"
    return f"{body}{_SEPARATOR}{_sign(secret, body)}"


def read_token(secret: str, token: str) -> tuple[int, str] | None:
    """(meeting, agency) of a token that this office signed; None for anything else."""
    body, _, signature = token.rpartition(_SEPARATOR)
    meeting, _, agency = body.partition(_SEPARATOR)
    if not secret or not meeting.isdecimal() or len(meeting) > 18 or not agency:
        return None
    if not hmac.compare_digest(signature.encode("utf-8", "replace"), _sign(secret, body).encode()):
        return None
    return int(meeting), agency


def _sign(secret: str, body: str) -> str:
    digest = hmac.new(secret.encode(), f"undangan:{body}".encode(), hashlib.sha256).digest()[:_SIGNATURE]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _host(public_url: str) -> str:
    return urlsplit(public_url).hostname or "simyandu.invalid"


def end_of(start: datetime | None, length: timedelta) -> datetime | None:
    """When a meeting that begins at `start` ends."""
    return start + length if start is not None else None
