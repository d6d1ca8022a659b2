"""Both renderers draw real pages whose text can be read, and neither reaches beyond the letter's folder."""

from __future__ import annotations

import base64
import http.server
import io
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from engine.letters import LetterError, Renderer, RendererUnavailable, make_renderer
from engine.letters.qr import qr_data_uri
from engine.letters.weasy import WeasyRenderer
from engine.letters.wkhtml import WkhtmlRenderer


@pytest.fixture(params=["weasyprint", "wkhtmltopdf"])
def renderer(request: pytest.FixtureRequest) -> Renderer:
    return make_renderer(request.param)


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A web server on this machine: its address, and the paths that anybody asked it for."""
    paths: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    server.server_close()
    thread.join()


def text_of(content: bytes) -> str:
    pages = (page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return " ".join(" ".join(pages).split())


def pictures(content: bytes) -> int:
    return sum(len(page.images) for page in PdfReader(io.BytesIO(content)).pages)


def png(colour: str = "red") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (30, 30), colour).save(target, "PNG")
    return target.getvalue()


def test_words_can_be_read_back(renderer: Renderer) -> None:
    html = "<html><body><h1>Surat Izin Gangguan</h1><p>Nomor 503/0001/HO – sah, “asli”, ½ × 4 ≥ 1.</p></body></html>"
    words = text_of(renderer.render(html))
    assert "Surat Izin Gangguan" in words
    assert "Nomor 503/0001/HO – sah, “asli”, ½ × 4 ≥ 1." in words


def test_pages_are_a4_and_the_footer_is_there(renderer: Renderer) -> None:
    drawn = renderer.render("<p>Isi</p>" * 120, footer='BPPT "Kota" Bekasi <b> \\ · BPPT-2016-000001')
    reader = PdfReader(io.BytesIO(drawn))
    assert len(reader.pages) > 1
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages} == {(595, 842)}
    assert "BPPT-2016-000001" in text_of(drawn)


def test_weasyprint_numbers_its_pages() -> None:
    reader = PdfReader(io.BytesIO(WeasyRenderer().render("<p>Isi</p>" * 120, footer="BPPT")))
    last = len(reader.pages)
    assert [f"{number} / {last}" in page.extract_text() for number, page in enumerate(reader.pages, 1)] == [True] * last
    assert all("BPPT" in page.extract_text() for page in reader.pages)


def test_pictures_inside_the_letter_are_drawn(renderer: Renderer) -> None:
    drawn = renderer.render(f'<html><body><img src="{qr_data_uri("https://simyandu.example")}"></body></html>')
    assert pictures(drawn) == 1


def test_pictures_of_the_letters_folder_are_drawn(renderer: Renderer, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(png())
    assert pictures(renderer.render('<html><body><img src="logo.png"></body></html>', base=tmp_path)) == 1
    assert pictures(renderer.render('<html><body><img src="logo.png"></body></html>')) == 0


@pytest.mark.parametrize("way", ["{path}", "file://{path}", "../luar.png", "dalam/../../luar.png", "tautan.png"])
def test_files_outside_the_folder_are_not(renderer: Renderer, tmp_path: Path, way: str) -> None:
    outside = tmp_path / "luar.png"
    outside.write_bytes(png("blue"))
    base = tmp_path / "surat"
    (base / "dalam").mkdir(parents=True)
    os.symlink(outside, base / "tautan.png")
    source = way.format(path=outside)
    assert pictures(renderer.render(f'<html><body><p>Isi</p><img src="{source}"></body></html>', base=base)) == 0


REACHING = [
    '<img src="{url}/gambar.png">',
    "<img src='{url}/gambar.png'>",
    "<img src={url}/gambar.png>",
    '<link rel="stylesheet" href="{url}/gaya.css">',
    "<style>@import url({url}/gaya.css);</style>",
    "<style>@import '{url}/gaya.css';</style>",
    '<style>body {{ background: url("{url}/latar.png") }}</style>',
    "<style>@font-face {{ font-family: X; src: url({url}/huruf.woff) }} p {{ font-family: X }}</style>",
    '<p style="background-image:url({url}/latar.png)">x</p>',
    '<body background="{url}/latar.png">',
    '<img srcset="{url}/gambar.png 2x">',
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}/a.png" width="9" height="9"/></svg>',
    '<video poster="{url}/a.png" src="{url}/b.mp4"></video>',
    '<input type="image" src="{url}/a.png">',
    '<table background="{url}/a.png"><tr><td>x</td></tr></table>',
]


@pytest.mark.parametrize("part", REACHING)
def test_nothing_is_fetched(renderer: Renderer, asked: tuple[str, list[str]], tmp_path: Path, part: str) -> None:
    url, paths = asked
    drawn = renderer.render(f"<html><body><p>Isi surat</p>{part.format(url=url)}</body></html>", base=tmp_path)
    assert "Isi surat" in text_of(drawn)
    assert paths == []


@pytest.mark.parametrize(
    "part",
    [
        '<iframe src="{url}/a"></iframe>',
        '<object data="{url}/a"></object>',
        '<embed src="{url}/a">',
        "<script>new Image().src='{url}/a'</script>",
        '<base href="{url}/">',
        '<meta http-equiv="refresh" content="0;url={url}/a">',
    ],
)
def test_frames_scripts_and_the_like_never_reach_out(
    renderer: Renderer, asked: tuple[str, list[str]], part: str
) -> None:
    url, paths = asked
    html = f"<html><body><p>Isi</p>{part.format(url=url)}</body></html>"
    if isinstance(renderer, WkhtmlRenderer):
        with pytest.raises(LetterError, match="tidak boleh digambar"):
            renderer.render(html)
    else:
        assert "Isi" in text_of(renderer.render(html))
    assert paths == []


def test_an_svg_inside_the_letter_does_not_reach_out_either(renderer: Renderer, asked: tuple[str, list[str]]) -> None:
    url, paths = asked
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}/a.png" width="9" height="9"/></svg>'
    source = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    assert "Isi" in text_of(renderer.render(f'<html><body><p>Isi</p><img src="{source}"></body></html>'))
    assert paths == []


def test_no_attachments_are_taken_from_the_machine(tmp_path: Path) -> None:
    secret = tmp_path / "rahasia.txt"
    secret.write_text("kunci")
    base = tmp_path / "surat"
    base.mkdir()
    drawn = WeasyRenderer().render(
        f'<html><head><link rel="attachment" href="{secret.as_uri()}"></head><body>Isi</body></html>', base=base
    )
    assert PdfReader(io.BytesIO(drawn)).attachments == {}


def test_a_renderer_that_is_not_installed_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RendererUnavailable, match="wkhtmltopdf tidak terpasang"):
        make_renderer("wkhtmltopdf")
    with pytest.raises(RendererUnavailable):
        WkhtmlRenderer(str(tmp_path / "wkhtmltopdf"))


def test_a_program_that_fails_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "wkhtmltopdf"
    broken.write_text("#!/bin/sh\necho 'rusak' >&2\nexit 3\n")
    broken.chmod(0o755)
    with pytest.raises(LetterError, match="wkhtmltopdf gagal"):
        WkhtmlRenderer(str(broken)).render("<p>Isi</p>")


def test_an_unknown_renderer_and_an_endless_letter(renderer: Renderer) -> None:
    with pytest.raises(LetterError, match="'word' tidak dikenal"):
        make_renderer("word")
    with pytest.raises(LetterError, match="terlalu panjang"):
        renderer.render("x" * 2_000_001)
