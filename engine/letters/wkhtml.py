"""wkhtmltopdf through pdfkit, for offices that have it: one process a letter, no footer in the margin (Debian's build
is unpatched Qt), so the footer stands at the end of the letter. Scripts are off, files are read only below the
letter's folder, and a proxy that does not exist stands before the network."""

from __future__ import annotations

import re
import shutil
from html import escape
from pathlib import Path

from engine.letters.renderer import MAX_HTML, LetterError, RendererUnavailable, inside

_MARGINS = {"margin-top": "20mm", "margin-bottom": "20mm", "margin-left": "25mm", "margin-right": "20mm"}
# Port 9 of this machine discards; nothing is listening, so every address fails at once.
_NOWHERE = "http://127.0.0.1:9"
_REFERENCE = re.compile(
    r"""(\b(?:src|href|data|background|poster|action|srcset)\s*=\s*)("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE
)
_CSS_URL = re.compile(r"""(?:url\s*\(\s*["']?|@import\s*["']?)(?!\s*data:)[^)"';]*""", re.IGNORECASE)
_ACTIVE = re.compile(r"<\s*(script|iframe|object|embed|applet|frame|frameset|base|meta\s+http-equiv)\b", re.IGNORECASE)


class WkhtmlRenderer:
    """Raises RendererUnavailable when the program is not installed."""

    def __init__(self, program: str | None = None) -> None:
        found = program or shutil.which("wkhtmltopdf")
        if not found or not Path(found).is_file():
            raise RendererUnavailable("wkhtmltopdf tidak terpasang di mesin ini; pakai weasyprint.")
        self.program = found

    def render(self, html: str, *, base: Path | None = None, footer: str = "") -> bytes:
        """See Renderer. A letter with frames, objects or scripts is refused."""
        import pdfkit

        if len(html) > MAX_HTML:
            raise LetterError("isi surat terlalu panjang")
        if _ACTIVE.search(html):
            raise LetterError("surat berisi bagian yang tidak boleh digambar (script, frame, atau object)")
        options: dict[str, str] = {
            **_MARGINS,
            "page-size": "A4",
            "encoding": "UTF-8",
            "quiet": "",
            "disable-javascript": "",
            "disable-plugins": "",
            "disable-external-links": "",
            "load-error-handling": "ignore",
            "load-media-error-handling": "ignore",
            "proxy": _NOWHERE,
        }
        if base is None:
            options["disable-local-file-access"] = ""
        else:
            options["allow"] = str(base.resolve())
        body = _with_footer(_localised(html, base), footer)
        try:
            drawn: bytes = pdfkit.from_string(
                body, False, options=options, configuration=pdfkit.configuration(wkhtmltopdf=self.program)
            )
        except OSError as error:
            raise LetterError(
                f"wkhtmltopdf gagal: {str(error).splitlines()[0] if str(error) else 'tanpa pesan'}"
            ) from error
        return drawn


def _localised(html: str, base: Path | None) -> str:
    """References made absolute when they stay below `base`, taken out when they do not."""

    def decide(match: re.Match[str]) -> str:
        target = match[2].strip("\"'").strip()
        if target.startswith(("data:image/", "#")):
            return match[0]
        path = (
            Path(target.removeprefix("file://"))
            if base is not None and "://" not in target.removeprefix("file://")
            else None
        )
        if path is not None and base is not None and inside(base / path, base) and (base / path).is_file():
            return f'{match[1]}"{escape((base / path).resolve().as_uri())}"'
        return f'{match[1]}""'

    return _CSS_URL.sub("", _REFERENCE.sub(decide, html))


def _with_footer(html: str, footer: str) -> str:
    if not footer:
        return html
    block = f'<div style="margin-top:12mm;border-top:1px solid #999;font-size:7.5pt;color:#444">{escape(footer)}</div>'
    head, end, tail = html.rpartition("</body>")
    return f"{head}{block}{end}{tail}" if end else html + block
