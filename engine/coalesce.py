"""No storm of messages: when clocks of a case strike together (after days without power, say), each person hears once.

Of reminders and of escalations only the last one to a recipient is sent. Where an escalation is due as well, nobody is
reminded of a deadline that has passed. The history says what was left out, and why.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from engine.unit import Unit

REMINDER, ESCALATION = "ingatkan", "eskalasi"
_TELLS = {"reminded": REMINDER, "escalated": ESCALATION}


def coalesce(unit: Unit) -> None:
    """Drop what need not be sent of this command's messages. Called after the clocks have struck."""
    escalated = any(message["template"] == ESCALATION for message in unit.outgoing)
    last = {_address(message): number for number, message in enumerate(unit.outgoing) if _repeats(message)}
    dropped: Counter[tuple[str, str]] = Counter()
    kept = []
    for number, message in enumerate(unit.outgoing):
        superfluous = _repeats(message) and last[_address(message)] != number
        if superfluous or (escalated and message["template"] == REMINDER):
            dropped[message["template"], message["recipient"]] += 1
        else:
            kept.append(message)
    if not dropped:
        return
    unit.outgoing[:] = kept
    total = Counter(dropped)
    for event in unit.events:
        template = _TELLS.get(event.kind)
        if template and isinstance(told := event.data.get("kepada"), list):
            event.data["kepada"] = _without(told, template, dropped)
    unit.emit(
        "messages_skipped",
        {
            "pengingat": sum(n for (template, _), n in total.items() if template == REMINDER),
            "eskalasi": sum(n for (template, _), n in total.items() if template == ESCALATION),
            "kepada": sorted({recipient for _, recipient in total}),
            "sebab": "eskalasi" if escalated else "digabung",
        },
    )


def _repeats(message: dict[str, Any]) -> bool:
    return message["template"] in (REMINDER, ESCALATION)


def _address(message: dict[str, Any]) -> tuple[str, str, str]:
    return message["template"], message["channel"], message["recipient"]


def _without(told: list[str], template: str, dropped: Counter[tuple[str, str]]) -> list[str]:
    """Of an event's recipients those who were really told; the events stand in the order of the messages."""
    left = []
    for recipient in told:
        if dropped[template, recipient] > 0:
            dropped[template, recipient] -= 1
        else:
            left.append(recipient)
    return left
