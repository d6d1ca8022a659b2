"""WeasyPrint: paged media in this process, about 0.1 s a page. Page numbers and footer stand in the margin."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from PIL import ImageFile
from weasyprint import CSS, HTML  # type: ignore[import-untyped]
from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-untyped]
from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]

from engine.letters.renderer import MAX_HTML, LetterError, inside

# WeasyPrint makes Pillow take pictures that are cut short, everywhere in the process. That is not for uploads.
ImageFile.LOAD_TRUNCATED_IMAGES = False

# DejaVu and Noto are in every Debian; the generic family is the last resort.
FONTS = '"Noto Sans", "DejaVu Sans", "Liberation Sans", sans-serif'


class _LocalFetcher(URLFetcher):  # type: ignore[misc]
    """Gives data: URIs and files below one folder; anything else is refused before a socket is opened."""

    def __init__(self, base: Path | None) -> None:
        super().__init__(allowed_protocols=("data", "file"), allow_redirects=False)
        self._base = base

    def fetch(self, url: str, headers: Any = None) -> Any:
        parts = urlsplit(url)
        if parts.scheme == "data":
            return super().fetch(url, headers)
        if parts.scheme == "file" and not parts.netloc and inside(Path(unquote(parts.path)), self._base):
            return super().fetch(url, headers)
        raise ValueError("only data: and files of the letter's own folder")


class WeasyRenderer:
    """Default renderer."""

    def render(self, html: str, *, base: Path | None = None, footer: str = "") -> bytes:
        """See Renderer. What the letter refers to and may not have is left out of the picture."""
        if len(html) > MAX_HTML:
            raise LetterError("isi surat terlalu panjang")
        fetcher = _LocalFetcher(base)
        fonts = FontConfiguration()
        where = base.resolve().as_uri() + "/" if base is not None else None
        try:
            sheet = CSS(string=_page(footer), url_fetcher=fetcher, font_config=fonts)
            page = HTML(string=html, base_url=where, url_fetcher=fetcher)
            drawn: bytes = page.write_pdf(stylesheets=[sheet], font_config=fonts)
        except (ValueError, TypeError, OSError, RecursionError) as error:
            raise LetterError(f"surat tidak dapat digambar: {error}") from error
        return drawn


def _page(footer: str) -> str:
    text = re.sub(r'[\\"\x00-\x1f<>]', " ", footer)
    return (
        f"@page {{ size: A4; margin: 20mm 20mm 22mm 25mm;"
        f' @bottom-left {{ content: "{text}"; font: 7.5pt {FONTS}; color: #444; width: 80%; text-align: left }}'
        f' @bottom-right {{ content: counter(page) " / " counter(pages); font: 7.5pt {FONTS}; color: #444 }} }}'
        f" html {{ font-family: {FONTS}; font-size: 10.5pt; line-height: 1.4 }}"
    )
