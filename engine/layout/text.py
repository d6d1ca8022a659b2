"""How much room a label takes, as bpmn-js draws it: 11 px sans serif, lines of about 14 px, centred in its box."""

from __future__ import annotations

LINE = 14  # px
_NARROW = set("iljtfr.,:;'!|()[] I")
_WIDE = set("mwMW%@")


def width(text: str) -> int:
    """Estimated width of one line, in px, a little on the safe side."""
    total = 0.0
    for letter in text:
        if letter in _NARROW:
            total += 3.9
        elif letter in _WIDE:
            total += 9.6
        elif letter.isupper():
            total += 7.8
        else:
            total += 6.4
    return int(total) + 2


def wrap(text: str, limit: int) -> list[str]:
    """The lines of `text` in a box `limit` px wide; a single longer word keeps its own line."""
    lines: list[str] = []
    for word in text.split():
        if lines and width(f"{lines[-1]} {word}") <= limit:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def box(text: str, limit: int) -> tuple[int, int]:
    """(width, height) in px of the smallest box that holds `text` in lines of at most `limit` px."""
    lines = wrap(text, limit)
    if not lines:
        return 0, 0
    return max(width(line) for line in lines) + 2, LINE * len(lines) - (len(lines) - 1)
