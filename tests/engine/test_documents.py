"""Files are kept by what they are; what claims to be something else or does something by itself is refused."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFile
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from engine.documents import DocumentStore, Stored
from engine.errors import Invalid, NotFound
from engine.upload_checks import MAX_BYTES, check_upload


def pdf(change: Callable[[PdfWriter], None] | None = None, pages: int = 1, **options: bool) -> bytes:
    writer = PdfWriter(**options)
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if change:
        change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def image(kind: str, size: tuple[int, int] = (80, 60), **options: Any) -> bytes:
    target = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(target, kind, **options)
    return target.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A small file that says it is a large picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    rows = zlib.compress(b"\0" * ((width // 8 + 1) * min(height, 100)), 9)
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture
def store(tmp_path: Path) -> DocumentStore:
    return DocumentStore(tmp_path / "dokumen")


@pytest.mark.parametrize(
    ("content", "mime"),
    [(pdf(), "application/pdf"), (image("JPEG"), "image/jpeg"), (image("PNG"), "image/png")],
    ids=["pdf", "jpeg", "png"],
)
def test_kept_under_its_own_hash_and_read_back(store: DocumentStore, content: bytes, mime: str) -> None:
    stored = store.put(content)
    digest = hashlib.sha256(content).hexdigest()
    assert stored == Stored(digest, len(content), mime)
    assert store.open(digest) == content
    assert store.path(digest) == store.folder / digest[:2] / digest[2:4] / digest
    assert store.verify(digest)


def test_the_same_content_is_one_file(store: DocumentStore) -> None:
    content = pdf()
    assert store.put(content) == store.put(content)
    assert len([path for path in store.folder.rglob("*") if path.is_file()]) == 1


def test_a_write_that_breaks_off_leaves_nothing(store: DocumentStore, monkeypatch: pytest.MonkeyPatch) -> None:
    content = pdf()

    def no_room(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(OSError, match="No space"):
        store.put(content)
    monkeypatch.undo()
    assert [path for path in store.folder.rglob("*") if path.is_file()] == []
    assert not store.verify(hashlib.sha256(content).hexdigest())
    assert store.open(store.put(content).sha256) == content


def test_a_file_cut_short_on_disk_is_noticed_and_healed_by_the_next_put(store: DocumentStore) -> None:
    content = pdf()
    digest = store.put(content).sha256
    store.path(digest).write_bytes(content[:-10])
    assert not store.verify(digest)
    store.put(content)
    assert store.verify(digest)


def test_a_changed_file_is_noticed_and_healed_by_the_next_put(store: DocumentStore) -> None:
    content = pdf()
    digest = store.put(content).sha256
    store.path(digest).write_bytes(content[:-1] + b"X")
    assert not store.verify(digest)
    store.put(content)
    assert store.verify(digest)


@pytest.mark.parametrize(
    "address", ["", "x", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64, "0" * 64 + "\n", "/" * 64]
)
def test_what_is_no_address_finds_nothing(store: DocumentStore, address: str) -> None:
    store.folder.mkdir()
    with pytest.raises(NotFound):
        store.path(address)
    assert not store.verify(address)


# --- what is refused -------------------------------------------------------------------------------------------


def _words(content: bytes, name: str | None = None) -> str:
    with pytest.raises(Invalid) as refused:
        check_upload(content, name)
    assert refused.value.fields == {"berkas": [refused.value.detail]}
    return refused.value.detail


def _zip(name: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        file.writestr(name, "x")
    return target.getvalue()


@pytest.mark.parametrize(
    "content", [_zip("word/document.xml"), _zip("xl/workbook.xml"), b"\xd0\xcf\x11\xe0" + b"\0" * 600]
)
def test_office_files_and_archives(content: bytes) -> None:
    assert "Simpan sebagai PDF" in _words(content)


@pytest.mark.parametrize(
    "content",
    [b"MZ\x90\0", b"<html><script>", b"GIF89a" + b"\0" * 20, b"RIFF0000WEBP", b"\0" * 100, b" %PDF-1.4", b"#!/bin/sh"],
)
def test_anything_else(content: bytes) -> None:
    assert _words(content) == "Hanya berkas PDF, JPEG, atau PNG yang diterima."


def test_nothing_and_too_much() -> None:
    assert _words(b"") == "Berkas kosong."
    assert "10 MB" in _words(b"%PDF-" + b"0" * MAX_BYTES)


@pytest.mark.parametrize(
    ("name", "real"), [("ktp.jpg", "PDF"), ("ktp.docx", "PDF"), ("ktp.PNG", "PDF"), ("a.b/c.exe", "PDF")]
)
def test_a_name_that_claims_something_else(name: str, real: str) -> None:
    assert f"isinya {real}" in _words(pdf(), name)


@pytest.mark.parametrize("name", ["ktp.pdf", "KTP.PDF", "ktp", "", None])
def test_a_name_that_fits(name: str | None) -> None:
    assert check_upload(pdf(), name) == "application/pdf"
    assert check_upload(image("JPEG"), "foto.jpeg") == check_upload(image("JPEG"), "foto.jpg") == "image/jpeg"


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("lenient", [False, True])
def test_a_picture_cut_short(kind: str, share: float, lenient: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where some library has told Pillow to take such pictures, as WeasyPrint does."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)
    content = image(kind)
    assert (
        _words(content[: int(len(content) * share)])
        == "Gambar rusak atau terpotong. Foto atau pindai ulang, lalu unggah lagi."
    )


def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_opened() -> None:
    content = huge_png(60_000, 60_000)
    assert len(content) < 1_000_000
    tracemalloc.start()
    try:
        assert "50 megapiksel" in _words(content)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
    assert "50 megapiksel" in _words(huge_png(7_100, 7_100))


def test_a_picture_of_a_phone_passes() -> None:
    content = image("JPEG", (4000, 3000))
    assert check_upload(content, "IMG_0001.jpg") == "image/jpeg"
    assert check_upload(content + b"MotionPhoto" * 9, "IMG_0001.jpg") == "image/jpeg"


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"progressive": True}),
        ("JPEG", {"restart_marker_rows": 1}),
        ("JPEG", {"quality": 100, "subsampling": 0, "comment": b"\xff\xd9 not the end"}),
        ("PNG", {"optimize": True}),
        ("PNG", {"bits": 8, "dpi": (300, 300)}),
    ],
)
def test_pictures_of_all_kinds_pass(kind: str, options: dict[str, object]) -> None:
    content = image(kind, (300, 200), **options)
    assert check_upload(content).endswith(kind.lower())
    assert "terpotong" in _words(content[:-40])


def test_a_picture_changed_on_its_way() -> None:
    content = bytearray(image("PNG"))
    content[len(content) // 2] ^= 0xFF
    assert "rusak" in _words(bytes(content))


@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_a_pdf_cut_short(share: float) -> None:
    content = pdf(pages=3)
    assert _words(content[: int(len(content) * share)]) == "PDF terpotong. Simpan ulang, lalu unggah lagi."


def test_a_pdf_that_is_none() -> None:
    assert "rusak" in _words(b"%PDF-1.7\nhalo\n%%EOF\n")


def test_a_locked_pdf() -> None:
    assert "kata sandi" in _words(pdf(lambda writer: writer.encrypt("rahasia", algorithm="RC4-128")))


def test_a_pdf_without_end() -> None:
    assert "500 halaman" in _words(pdf(pages=501))


def _script(writer: PdfWriter) -> None:
    action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x()")})
    names = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("a"), writer._add_object(action)])})
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): names})


def _on_open(writer: PdfWriter) -> None:
    action = DictionaryObject({NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")})
    writer.root_object[NameObject("/OpenAction")] = action


def _on_a_page(writer: PdfWriter) -> None:
    action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x()")})
    note = DictionaryObject({NameObject("/Subtype"): NameObject("/Link"), NameObject("/A"): writer._add_object(action)})
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])


def _in_a_chain(writer: PdfWriter) -> None:
    last = DictionaryObject(
        {NameObject("/S"): NameObject("/SubmitForm"), NameObject("/F"): TextStringObject("http://x")}
    )
    first = DictionaryObject({NameObject("/S"): NameObject("/GoTo"), NameObject("/Next"): ArrayObject([last])})
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(first)


def _attachment(writer: PdfWriter) -> None:
    writer.add_attachment("virus.exe", b"MZ")


ACTIVE = [_script, _on_open, _on_a_page, _in_a_chain, _attachment]


@pytest.mark.parametrize("change", ACTIVE)
def test_a_pdf_that_does_something(change: Callable[[PdfWriter], None]) -> None:
    assert "program atau lampiran tersembunyi" in _words(pdf(change))


def test_a_script_under_a_disguised_name() -> None:
    content = pdf(_on_open).replace(b"/Launch", b"/L#61unch")
    assert b"/Launch" not in content
    assert "program" in _words(content)


def test_a_script_inside_a_compressed_object_stream() -> None:
    content = _with_object_stream(b"<< /S /JavaScript /JS (app.alert(1)) >>")
    assert b"JavaScript" not in content
    assert "program" in _words(content)
    assert check_upload(_with_object_stream(b"<< /S /GoTo /D [2 0 R /Fit] >>")) == "application/pdf"


def _with_object_stream(action: bytes) -> bytes:
    """A PDF 1.5 whose open action (object 5) lies compressed in object 4."""
    inner = b"5 0 " + action
    packed = zlib.compress(inner)
    parts = [
        b"%PDF-1.5\n",
        b"1 0 obj << /Type /Catalog /Pages 2 0 R /OpenAction 5 0 R >> endobj\n",
        b"2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n",
        b"3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >> endobj\n",
        b"4 0 obj << /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >> stream\n" % len(packed)
        + packed
        + b"\nendstream endobj\n",
    ]
    places = [sum(map(len, parts[:number])) for number in range(1, 6)]
    rows = [struct.pack(">BIB", 0, 0, 255), *(struct.pack(">BIB", 1, place, 0) for place in places[:4])]
    rows += [struct.pack(">BIB", 2, 4, 0), struct.pack(">BIB", 1, places[4], 0)]
    table = b"".join(rows)
    parts.append(
        b"6 0 obj << /Type /XRef /Size 7 /W [1 4 1] /Root 1 0 R /Length %d >> stream\n" % len(table)
        + table
        + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % places[4]
    )
    return b"".join(parts)


def test_a_link_to_a_page_on_the_web_is_only_a_link() -> None:
    def link(writer: PdfWriter) -> None:
        action = DictionaryObject(
            {NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject("https://x")}
        )
        note = DictionaryObject({NameObject("/Subtype"): NameObject("/Link"), NameObject("/A"): action})
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])

    assert check_upload(pdf(link)) == "application/pdf"


def test_what_the_office_draws_itself_is_kept_as_it_is(store: DocumentStore) -> None:
    content = pdf(_script)
    assert store.put(content, made_here=True).mime == "application/pdf"
    with pytest.raises(Invalid):
        store.put(content)
    with pytest.raises(Invalid):
        store.put(b"halo", made_here=True)


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"%PDF-1.4\n", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"]),
    st.booleans(),
)
def test_no_file_does_worse_than_being_refused(rest: bytes, start: bytes, end: bool) -> None:
    try:
        check_upload(start + rest + (b"\n%%EOF" if end else b""))
    except Invalid as refused:
        assert refused.detail


@given(st.data())
def test_a_damaged_pdf_is_sound_or_refused(data: st.DataObject) -> None:
    content = bytearray(pdf(pages=2))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert check_upload(bytes(content)) == "application/pdf"
    except Invalid as refused:
        assert refused.detail
