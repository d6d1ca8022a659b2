"""Texts of a form's author -> safe HTML: headings, paragraphs, bullets, **bold**. Anything else is shown as written."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_BOLD = re.compile(r"\*\*([^*\n]{1,500})\*\*")
_HEADING = re.compile(r"#{1,6}\s+(.*)")
_BULLET = re.compile(r"[-*]\s+(.*)")


def reading(markdown: str) -> Markup:
    """HTML of one text; the author's own HTML is escaped."""
    return Markup("\n").join(_block(block) for block in re.split(r"\n\s*\n", markdown.strip()) if block.strip())


def _block(block: str) -> Markup:
    lines = [line.strip() for line in block.split("\n") if line.strip()]
    if len(lines) == 1 and (heading := _HEADING.fullmatch(lines[0])):
        return Markup('<h3 class="govuk-heading-s">{}</h3>').format(_inline(heading[1]))
    bullets = [_BULLET.fullmatch(line) for line in lines]
    if all(bullets):
        items = Markup("").join(Markup("<li>{}</li>").format(_inline(bullet[1])) for bullet in bullets if bullet)
        return Markup('<ul class="govuk-list govuk-list--bullet">{}</ul>').format(items)
    return Markup('<p class="govuk-body">{}</p>').format(Markup("<br>").join(_inline(line) for line in lines))


def _inline(text: str) -> Markup:
    return Markup(_BOLD.sub(r"<strong>\1</strong>", str(escape(text))))
