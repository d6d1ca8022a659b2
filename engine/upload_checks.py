"""Whether an uploaded file is what it says and does nothing but be read. Accepted: PDF, JPEG, PNG."""

from __future__ import annotations

import io
import re
import warnings
import zlib
from collections.abc import Iterator
from typing import Any

from engine.errors import Invalid

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_PDF_OBJECTS = 50_000
MAX_PDF_PAGES = 500

_STARTS = ((b"%PDF-", "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
_ENDINGS = {"pdf": "application/pdf", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png"}
_WORDS = {"application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG"}
_OFFICE_FILES = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")
_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToR", "/GoToE", "/Rendition", "/Movie"}
)
_BROKEN_IMAGE = "Gambar rusak atau terpotong. Foto atau pindai ulang, lalu unggah lagi."
# A marker where one must stand; and the first one after coded data, in which 00 and restart markers are no markers.
_JPEG_MARKER = re.compile(rb"\xff+([^\x00\xff])", re.DOTALL)
_JPEG_AFTER_SCAN = re.compile(rb"[^\xff]*+(?:\xff+[\x00\xd0-\xd7][^\xff]*+)*+\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)
_HIDDEN = frozenset({"/JS", "/JavaScript", "/XFA", "/EmbeddedFiles", "/RichMediaContent"})


def refused(message: str) -> Invalid:
    return Invalid({"berkas": [message]}, message)


def kind_of(content: bytes) -> str:
    """The content type by the first bytes. Raises Invalid for anything but PDF, JPEG and PNG."""
    for start, mime in _STARTS:
        if content.startswith(start):
            return mime
    if content.startswith(_OFFICE_FILES):
        raise refused("Berkas Word, Excel, atau ZIP tidak diterima. Simpan sebagai PDF, lalu unggah lagi.")
    raise refused("Hanya berkas PDF, JPEG, atau PNG yang diterima.")


def check_upload(content: bytes, name: str | None = None) -> str:
    """The content type of a sound upload. Raises Invalid with a plain message otherwise."""
    if not content:
        raise refused("Berkas kosong.")
    if len(content) > MAX_BYTES:
        raise refused(f"Berkas lebih dari {MAX_BYTES // 1024 // 1024} MB. Perkecil, lalu unggah lagi.")
    mime = kind_of(content)
    ending = (name or "").rpartition(".")[2].lower() if "." in (name or "") else ""
    if ending and _ENDINGS.get(ending) != mime:
        raise refused(f"Nama berkas berakhiran .{_clean(ending)}, tetapi isinya {_WORDS[mime]}.")
    (_check_pdf if mime == "application/pdf" else _check_image)(content)
    return mime


def _clean(ending: str) -> str:
    return re.sub(r"\W", "", ending)[:10]


# --- images -------------------------------------------------------------------------------------------------


def _check_image(content: bytes) -> None:
    from PIL import Image, UnidentifiedImageError

    # Pillow's own complaint about missing data is a switch of the whole process, and libraries turn it off.
    if not (_png_is_whole(content) if content.startswith(b"\x89PNG") else _jpeg_is_whole(content)):
        raise refused(_BROKEN_IMAGE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as image:
                width, height = image.size
                if width * height > MAX_PIXELS:
                    raise refused(
                        f"Gambar lebih dari {MAX_PIXELS // 1_000_000} megapiksel. Perkecil, lalu unggah lagi."
                    )
                image.load()
    except Invalid:
        raise
    except Image.DecompressionBombError:
        raise refused(f"Gambar lebih dari {MAX_PIXELS // 1_000_000} megapiksel. Perkecil, lalu unggah lagi.") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError):
        raise refused(_BROKEN_IMAGE) from None


def _png_is_whole(content: bytes) -> bool:
    """Every chunk is there with the checksum it carries, up to the closing one."""
    at = 8
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        body = content[at + 4 : at + 8 + length]
        if zlib.crc32(body) != int.from_bytes(content[at + 8 + length : at + 12 + length], "big"):
            return False
        if body[:4] == b"IEND":
            return True
        at += 12 + length
    return False


def _jpeg_is_whole(content: bytes) -> bool:
    """Its segments and scans follow one another up to the end marker; what cameras add after it is not looked at."""
    at, scanning = 2, False
    while True:
        found = (_JPEG_AFTER_SCAN if scanning else _JPEG_MARKER).match(content, at)
        if found is None:
            return False
        marker, at = found[1][0], found.end()
        if marker == 0xD9:
            return True
        if marker != 0x01:
            at += int.from_bytes(content[at : at + 2], "big")
        scanning = marker == 0xDA


# --- PDF ----------------------------------------------------------------------------------------------------


def _check_pdf(content: bytes) -> None:
    if b"%%EOF" not in content[-1024:]:
        raise refused("PDF terpotong. Simpan ulang, lalu unggah lagi.")
    try:
        active = _reads_as_active(content)
    except Invalid:
        raise
    except Exception:  # whatever the reader stumbles over, the file is not one that can be relied on
        raise refused("PDF rusak atau tidak terbaca. Simpan ulang, lalu unggah lagi.") from None
    if active:
        raise refused("PDF berisi program atau lampiran tersembunyi. Cetak sebagai PDF biasa, lalu unggah lagi.")


def _reads_as_active(content: bytes) -> bool:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted:
        raise refused("PDF terkunci dengan kata sandi. Buka kuncinya, lalu unggah lagi.")
    pages = len(reader.pages)
    if pages == 0:
        raise refused("PDF tidak berisi halaman.")
    if pages > MAX_PDF_PAGES:
        raise refused(f"PDF lebih dari {MAX_PDF_PAGES} halaman.")
    return any(_is_active(value) for value in _dictionaries(reader))


def _is_active(value: Any) -> bool:
    action = value.get("/S")
    return (isinstance(action, str) and action in _ACTIONS) or any(key in value for key in _HIDDEN)


def _dictionaries(reader: Any) -> Iterator[Any]:
    """Every dictionary of the file, also those inside compressed object streams, once each; names already decoded by
    the reader."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    seen: set[int] = set()
    stack: list[Any] = [reader.trailer]
    left = MAX_PDF_OBJECTS * 10
    while stack:
        value = stack.pop()
        left -= 1
        if left < 0 or len(seen) > MAX_PDF_OBJECTS:
            raise refused("PDF terlalu rumit untuk diperiksa. Cetak sebagai PDF biasa, lalu unggah lagi.")
        if isinstance(value, IndirectObject):
            if value.idnum not in seen:
                seen.add(value.idnum)
                stack.append(value.get_object())
        elif isinstance(value, DictionaryObject):
            yield value
            stack.extend(value.values())
        elif isinstance(value, ArrayObject):
            stack.extend(value)
