"""One door for drawing PDFs; what stands behind it is a matter of installation."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

MAX_HTML = 2_000_000  # characters


class LetterError(Exception):
    """A letter that cannot be filled in or drawn; the text, in Bahasa Indonesia, is what the incident shows."""


class RendererUnavailable(LetterError):
    """The renderer asked for is not installed on this machine."""


class Renderer(Protocol):
    """Draws HTML as PDF without ever reaching into the network."""

    def render(self, html: str, *, base: Path | None = None, footer: str = "") -> bytes:
        """A4 pages of `html`. Files are read only below `base`; `footer` is plain text. Raises LetterError."""
        ...


def make_renderer(name: str = "weasyprint") -> Renderer:
    """The renderer called `weasyprint` or `wkhtmltopdf`. Raises RendererUnavailable, LetterError for another name."""
    if name == "weasyprint":
        from engine.letters.weasy import WeasyRenderer

        return WeasyRenderer()
    if name == "wkhtmltopdf":
        from engine.letters.wkhtml import WkhtmlRenderer

        return WkhtmlRenderer()
    raise LetterError(f"penggambar PDF '{name}' tidak dikenal (weasyprint atau wkhtmltopdf)")


def inside(path: Path, base: Path | None) -> bool:
    """Whether `path`, its links followed, lies below `base`."""
    return base is not None and path.resolve().is_relative_to(base.resolve())
