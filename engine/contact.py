"""E-mail addresses and telephone numbers as people write them."""

from __future__ import annotations

import re

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[.])+[A-Za-z]{2,63}")
_PHONE = re.compile(r"\+[1-9]\d{7,14}")


def is_email(text: str) -> bool:
    """Whether mail can be sent to `text`; a name beside it, a line break or a second address makes it none."""
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None


def phone_number(text: str) -> str | None:
    """`+628123456789` of what people write ("0812-3456-789", "62 812..."); None when it is no telephone number."""
    digits = re.sub(r"[\s().-]", "", text)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif digits.startswith("0"):
        digits = f"+62{digits[1:]}"
    elif digits.startswith("62"):
        digits = f"+{digits}"
    return digits if _PHONE.fullmatch(digits) else None
