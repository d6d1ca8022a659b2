"""XML from outside, read safely: no DTD, no entities, nothing fetched, limits on bytes, elements, depth and lengths.

A first pass with expat only counts and builds nothing, so that what is too large or dangerous is refused before any
tree exists; the second builds the lxml tree. Only UTF-8 is read, so both passes see the same characters.
"""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from lxml import etree

MAX_BYTES = 2_000_000
MAX_ELEMENTS = 20_000
MAX_DEPTH = 64
MAX_ATTRIBUTES = 100  # of one element
MAX_ATTRIBUTE = 10_000  # characters
MAX_TEXT = 100_000  # characters between two tags

_XINCLUDE = "http://www.w3.org/2001/XInclude"
_BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_SEPARATOR = "\x1f"  # cannot occur in XML, so a namespace cannot forge it


class XmlRefused(ValueError):
    """Why a file is not read: `reason` for people (Bahasa Indonesia), `code` for programs.

    Codes: too-large, empty, encoding, doctype, xinclude, external, instruction, too-many-elements, too-deep, too-long,
    not-xml.
    """

    def __init__(self, reason: str, code: str) -> None:
        self.reason, self.code = reason, code
        super().__init__(reason)


class _Counter:
    """Counts while expat reads; raises XmlRefused at the first thing that is not allowed."""

    def __init__(self) -> None:
        self.elements = self.depth = self.text = 0

    def start(self, name: str, attributes: list[str]) -> None:
        self.elements += 1
        self.depth += 1
        self.text = 0
        if self.elements > MAX_ELEMENTS:
            raise XmlRefused(f"berkas berisi lebih dari {MAX_ELEMENTS} elemen", "too-many-elements")
        if self.depth > MAX_DEPTH:
            raise XmlRefused(f"elemen bersarang lebih dari {MAX_DEPTH} tingkat", "too-deep")
        if len(attributes) > 2 * MAX_ATTRIBUTES or any(len(value) > MAX_ATTRIBUTE for value in attributes[1::2]):
            raise XmlRefused("atribut suatu elemen terlalu panjang atau terlalu banyak", "too-long")
        namespace = name.partition(_SEPARATOR)[0]
        if namespace == _XINCLUDE:
            raise XmlRefused("berkas menyisipkan berkas lain (XInclude)", "xinclude")
        if name == f"{_BPMN}{_SEPARATOR}import":
            raise XmlRefused("berkas mengambil berkas lain (import)", "external")

    def end(self, name: str) -> None:
        self.depth -= 1
        self.text = 0

    def characters(self, text: str) -> None:
        self.text += len(text)
        if self.text > MAX_TEXT:
            raise XmlRefused("teks suatu elemen terlalu panjang", "too-long")

    def instruction(self, target: str, data: str) -> None:
        if "href" in data.lower() or "src" in data.lower():
            raise XmlRefused("berkas menunjuk berkas lain (instruksi pemrosesan)", "instruction")

    def doctype(self, *_: Any) -> None:
        raise XmlRefused("berkas memuat DOCTYPE atau entitas, yang tidak diterima", "doctype")


def _scan(content: bytes) -> None:
    counter = _Counter()
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=_SEPARATOR)
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.StartElementHandler = counter.start
    parser.EndElementHandler = counter.end
    parser.CharacterDataHandler = counter.characters
    parser.ProcessingInstructionHandler = counter.instruction
    parser.StartDoctypeDeclHandler = counter.doctype
    parser.EntityDeclHandler = counter.doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise XmlRefused(f"bukan XML yang utuh (baris {error.lineno}, kolom {error.offset + 1})", "not-xml") from None


def parse(content: bytes) -> etree._Element:
    """The root element of `content`, without comments and processing instructions. Raises XmlRefused, nothing else."""
    if len(content) > MAX_BYTES:
        raise XmlRefused(f"berkas lebih besar dari {MAX_BYTES // 1_000_000} MB", "too-large")
    if not content.strip():
        raise XmlRefused("berkas kosong", "empty")
    try:
        head = content.decode("utf-8")[:200].lstrip("\ufeff \t\r\n")
    except UnicodeDecodeError:
        raise XmlRefused("berkas tidak ditulis dalam UTF-8", "encoding") from None
    declaration = head.partition("?>")[0].lower() if head.startswith("<?xml") else ""
    if "encoding" in declaration and not any(name in declaration for name in ("utf-8", "utf8", "us-ascii")):
        raise XmlRefused("berkas tidak ditulis dalam UTF-8", "encoding")
    _scan(content)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise XmlRefused(f"bukan XML yang utuh: {error}", "not-xml") from None
    if root is None or root.getroottree().docinfo.doctype:
        raise XmlRefused("berkas memuat DOCTYPE atau entitas, yang tidak diterima", "doctype")
    return root
