"""What a signed letter shows where the pen would have been: who signed, when, by what right, and a code to check it."""

from __future__ import annotations

import segno
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import PdfContent, ResourceType
from pyhanko.pdf_utils.layout import BoxConstraints

WIDTH, HEIGHT = 216, 56  # points
_QR = 50
_FONTS = {"/F1": "/Helvetica", "/F2": "/Helvetica-Bold"}


class SignatureBox(PdfContent):
    """lines: of text, the second in bold. url: what the code opens."""

    def __init__(self, lines: list[str], url: str) -> None:
        super().__init__(box=BoxConstraints(width=WIDTH, height=HEIGHT))
        self.lines, self.url = lines, url

    def render(self) -> bytes:
        for name, base in _FONTS.items():
            font = generic.DictionaryObject(
                {
                    generic.pdf_name("/Type"): generic.pdf_name("/Font"),
                    generic.pdf_name("/Subtype"): generic.pdf_name("/Type1"),
                    generic.pdf_name("/BaseFont"): generic.pdf_name(base),
                    generic.pdf_name("/Encoding"): generic.pdf_name("/WinAnsiEncoding"),
                }
            )
            self.set_resource(ResourceType.FONT, generic.pdf_name(name), font)
        frame = f"q 1 1 1 rg 0.043 0.353 0.333 RG 0.6 w 0.3 0.3 {WIDTH - 0.6} {HEIGHT - 0.6} re B Q ".encode()
        return frame + self._code() + self._text()

    def _code(self) -> bytes:
        rows = [list(row) for row in segno.make(self.url, error="m", micro=False).matrix]
        side = _QR / len(rows)
        top = (HEIGHT + _QR) / 2
        drawn = ["q 0 0 0 rg"]
        for y, row in enumerate(rows):
            for x, dark in enumerate(row):
                if dark:
                    drawn.append(
                        f"{3 + x * side:.3f} {top - (y + 1) * side:.3f} {side + 0.02:.3f} {side + 0.02:.3f} re"
                    )
        return " ".join([*drawn, "f Q "]).encode()

    def _text(self) -> bytes:
        drawn = [b"BT 0 g"]
        for number, line in enumerate(self.lines[:6]):
            font = "/F2 6.6" if number == 1 else "/F1 5.6"
            place = f"{font} Tf 1 0 0 1 {_QR + 8} {HEIGHT - 10 - number * 8.2:.1f} Tm".encode()
            drawn.append(place + b" (" + _escaped(line) + b") Tj")
        return b" ".join([*drawn, b"ET"])


def _escaped(line: str) -> bytes:
    short = line if len(line) <= 52 else line[:51] + "…"
    raw = short.encode("cp1252", "replace")
    return raw.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
