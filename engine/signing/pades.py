"""One signature on one PDF: PAdES, with the office's clock, and a box where people look for it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.stamp import StaticStampStyle

from engine.letters.words import waktu
from engine.signing.apart import apart
from engine.signing.box import HEIGHT, WIDTH, SignatureBox
from engine.signing.keys import Key
from engine.signing.place import place_for
from engine.signing.test_authority import MARK

FIELD = "TandaTangan"
RESERVED = 16_384  # bytes for signature, certificates and stamp of time


@dataclass(frozen=True)
class Box:
    """What the letter shows. name, title: of who signed; by_what: the decree of a Plh or a delegation, or empty; url:
    of the page that checks."""

    name: str
    title: str
    by_what: str
    url: str


class _AtOfficeTime(PdfSigner):
    """Dates the signature by the office's clock, not by the machine's."""

    at: datetime

    def init_signing_session(self, *args: Any, **more: Any) -> Any:
        session = super().init_signing_session(*args, **more)
        session.system_time = self.at
        return session


def sign(content: bytes, key: Key, box: Box, at: datetime) -> bytes:
    """The signed PDF: `content` and an update that holds the signature."""
    page, corner = place_for(content, box.name)
    spec = SigFieldSpec(FIELD, on_page=page, box=(*corner, corner[0] + WIDTH, corner[1] + HEIGHT))
    meta = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        name=box.name,
        reason=box.title,
        location="Bekasi",
    )
    signer = _AtOfficeTime(
        meta, key.signer, timestamper=key.timestamper, stamp_style=_style(box, key, at), new_field_spec=spec
    )
    signer.at = at
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    apart(lambda: signer.sign_pdf(writer, output=out, bytes_reserved=RESERVED))
    return out.getvalue()


def _style(box: Box, key: Key, at: datetime) -> StaticStampStyle:
    lines = ["Ditandatangani secara elektronik oleh", box.name, box.title]
    lines += [box.by_what] if box.by_what else []
    lines += [waktu(at)]
    lines += [MARK] if key.test else []
    rule = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MIN, AxisAlignment.ALIGN_MIN, Margins.uniform(0))
    return StaticStampStyle(
        border_width=0, background=SignatureBox(lines, box.url), background_layout=rule, background_opacity=1.0
    )


def stamp_note(content: bytes, lines: list[str], watermark: str | None = None) -> bytes:
    """The PDF with lines printed in its upper margin (corrections, duplicates), and a word across every page."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    pages = int(writer.root["/Pages"]["/Count"])
    for number in range(pages):
        drawn = [b"q BT 0.6 0 0 rg"]
        for row, line in enumerate(lines[:3] if number == 0 else []):
            drawn.append(f"/SyF1 8 Tf 1 0 0 1 62 {822 - row * 10} Tm".encode() + b" (" + _plain(line) + b") Tj")
        if watermark:
            drawn.append(
                b"0.85 0.78 0.78 rg /SyF1 84 Tf 0.82 0.57 -0.57 0.82 110 250 Tm (" + _plain(watermark) + b") Tj"
            )
        drawn.append(b"ET Q")
        _put_under(writer, number, b" ".join(drawn))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _put_under(writer: IncrementalPdfFileWriter, page: int, stream: bytes) -> None:
    from pyhanko.pdf_utils import generic

    font = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Font"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/Type1"),
            generic.pdf_name("/BaseFont"): generic.pdf_name("/Helvetica-Bold"),
            generic.pdf_name("/Encoding"): generic.pdf_name("/WinAnsiEncoding"),
        }
    )
    held = generic.DictionaryObject({generic.pdf_name("/SyF1"): font})
    resources = generic.DictionaryObject({generic.pdf_name("/Font"): held})
    reference = writer.add_object(generic.StreamObject(stream_data=stream))
    writer.add_stream_to_page(page, reference, resources=resources, prepend=True)


def _plain(line: str) -> bytes:
    raw = line[:110].encode("cp1252", "replace")
    return raw.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
