"""Words for dates, money and working time; assets; languages; and that every part of a page keeps its promises."""

from __future__ import annotations

import gzip
import json
import os
import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from tests.web import gallery
from web import kit

ROOT = kit.HERE.parent
LANGUAGES = ("id", "en")


@pytest.fixture(scope="module")
def app() -> Flask:
    return gallery.gallery_app()


def page(app: Flask, address: str) -> html.HtmlElement:
    answer = app.test_client().get(address)
    assert answer.status_code == 200
    return html.document_fromstring(answer.get_data(as_text=True))


def said(app: Flask, language: str, word: Any, *values: Any) -> str:
    """What a filter says on a page in this language."""
    with app.test_request_context(f"/?bahasa={language}"):
        return str(word(*values))


# Dates, money, working time


def test_dates_are_said_in_full_in_the_office_s_zone(app: Flask) -> None:
    late_evening = datetime(2016, 7, 6, 17, 5, tzinfo=UTC)  # already the 7th in Bekasi
    assert said(app, "id", kit.tanggal, gallery.MOMENT) == "Rabu, 6 Juli 2016 14.30 WIB"
    assert said(app, "id", kit.tanggal, late_evening) == "Kamis, 7 Juli 2016 00.05 WIB"
    assert said(app, "id", kit.tanggal, date(2016, 9, 27)) == "Selasa, 27 September 2016"
    assert said(app, "en", kit.tanggal, gallery.MOMENT) == "Wednesday, 6 July 2016 14.30 WIB"
    assert said(app, "id", kit.tanggal_pendek, gallery.MOMENT) == "6 Jul 2016 14.30"
    assert said(app, "id", kit.tanggal_pendek, date(2016, 8, 17)) == "17 Agu 2016"


def test_a_time_without_a_zone_is_not_shown(app: Flask) -> None:
    with pytest.raises(ValueError, match="zone"):
        said(app, "id", kit.tanggal, datetime(2016, 7, 6))  # noqa: DTZ001
    with pytest.raises(ValueError, match="zone"):
        said(app, "id", kit.tanggal_pendek, datetime(2016, 7, 6))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("value", "text"), [(187625, "Rp187.625"), (0, "Rp0"), (-5000, "-Rp5.000"), (10**9, "Rp1.000.000.000")]
)
def test_money_is_whole_rupiah(app: Flask, value: int, text: str) -> None:
    assert said(app, "id", kit.rupiah, value) == said(app, "en", kit.rupiah, value) == text


@pytest.mark.parametrize("value", [1.5, "1000", True])
def test_money_is_never_anything_else(app: Flask, value: Any) -> None:
    with pytest.raises(TypeError):
        said(app, "id", kit.rupiah, value)


@pytest.mark.parametrize(
    ("minutes", "text", "english"),
    [
        (0, "0 menit kerja", "0 working minutes"),
        (1, "1 menit kerja", "1 working minute"),
        (59.6, "1 jam kerja", "1 working hour"),
        (60, "1 jam kerja", "1 working hour"),
        (180, "3 jam kerja", "3 working hours"),
        (475, "7,9 jam kerja", "7.9 working hours"),
        (479, "1 hari kerja", "1 working day"),
        (480, "1 hari kerja", "1 working day"),
        (720, "1,5 hari kerja", "1.5 working days"),
        (-720, "1,5 hari kerja", "1.5 working days"),
        (480 * 1234, "1.234 hari kerja", "1,234 working days"),
    ],
)
def test_working_time_is_said_in_the_unit_a_person_uses(app: Flask, minutes: float, text: str, english: str) -> None:
    assert said(app, "id", kit.hari_kerja, minutes) == text
    assert said(app, "en", kit.hari_kerja, minutes) == english


@given(st.floats(min_value=0, max_value=480 * 400))
def test_working_time_never_says_a_whole_larger_unit_in_a_smaller_one(minutes: float) -> None:
    with one_app().test_request_context("/"):
        shown = kit.hari_kerja(minutes)
    number, unit = shown.split(" ", 1)
    value = float(number.replace(".", "").replace(",", "."))
    assert value < {"menit kerja": 60, "jam kerja": 8}.get(unit, float("inf"))
    size = value * {"menit kerja": 1, "jam kerja": 60, "hari kerja": 480}[unit]
    assert abs(size - minutes) <= {"menit kerja": 0.5, "jam kerja": 3.01, "hari kerja": 24.01}[unit]


@cache
def one_app() -> Flask:
    """The gallery, made once: a random test asks for it a hundred times and cannot have a fixture of its own."""
    return gallery.gallery_app()


def test_time_left_says_on_which_side_of_now_it_lies(app: Flask) -> None:
    assert said(app, "id", kit.sisa_waktu, 960) == "sisa 2 hari kerja"
    assert said(app, "id", kit.sisa_waktu, -180) == "terlambat 3 jam kerja"
    assert said(app, "id", kit.sisa_waktu, 0) == "jatuh tempo sekarang"
    assert said(app, "en", kit.sisa_waktu, -180) == "3 working hours late"


def test_numbers_follow_the_language(app: Flask) -> None:
    assert said(app, "id", kit.angka, 56989) == "56.989"
    assert said(app, "id", kit.angka, 82.07, 2) == "82,07"
    assert said(app, "en", kit.angka, 1234.56) == "1,234.6"
    assert said(app, "id", kit.angka, -0.01) == "0"
    assert said(app, "id", kit.angka, 0.25) == "0,3"


def test_every_filter_has_a_word_for_nothing(app: Flask) -> None:
    assert {said(app, "id", word, None) for word in kit.FILTERS.values()} == {kit.DASH}


# Assets


def test_assets_are_found_by_their_plain_name(app: Flask) -> None:
    names = json.loads(kit.MANIFEST.read_text())
    assert {
        "app.css",
        "app.js",
        "public.css",
        "public.js",
        "diagram.css",
        "diagram.js",
        "inter-latin-400.woff2",
    } <= set(names)
    with app.test_request_context("/"):
        for name in [*names, "LICENSES.txt"]:
            answer = app.test_client().get(kit.asset(name))
            assert answer.status_code == 200, name


def test_a_missing_asset_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(kit.AssetMissing, match="npm run build"):
        kit.Assets(tmp_path / "manifest.json").path("app.css")
    (tmp_path / "manifest.json").write_text('{"app.css": "app-1.css"}')
    assets = kit.Assets(tmp_path / "manifest.json")
    assert assets.path("app.css") == "build/app-1.css"
    with pytest.raises(kit.AssetMissing, match="app.js"):
        assets.path("app.js")


def test_a_new_build_is_seen_without_a_restart(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text('{"app.css": "app-1.css"}')
    assets = kit.Assets(manifest)
    assert assets.path("app.css") == "build/app-1.css"
    before = manifest.stat().st_mtime_ns
    manifest.write_text('{"app.css": "app-2.css"}')
    os.utime(manifest, ns=(before + 1_000_000, before + 1_000_000))
    assert assets.path("app.css") == "build/app-2.css"


def test_pages_stay_light() -> None:
    """Public pages 100 KB, staff pages with a diagram 250 KB, compressed and with their fonts."""

    def weight(*names: str) -> int:
        manifest = json.loads(kit.MANIFEST.read_text())
        return sum(len(gzip.compress((kit.STATIC / "build" / manifest[name]).read_bytes())) for name in names)

    fonts = weight("inter-latin-400.woff2", "inter-latin-700.woff2")
    assert fonts + weight("public.css", "public.js") < 85_000  # leaves 15 KB for the page itself
    assert fonts + weight("app.css", "app.js", "diagram.css", "diagram.js") < 200_000


def test_the_licence_of_everything_that_is_shipped_goes_with_it() -> None:
    text = (kit.STATIC / "build" / "LICENSES.txt").read_text()
    for name in (
        "govuk-frontend 6",
        "@ministryofjustice/frontend 11",
        "htmx.org 2",
        "bpmn-js 18",
        "@fontsource/inter 5",
        "diagram-js ",
    ):
        assert f"\n{name}" in f"\n{text}", name
    assert "SIL OPEN FONT LICENSE" in text
    for part in text.split("=" * 72)[1:]:
        assert re.search("copyright|zero-clause", part, re.IGNORECASE)


def test_the_lock_names_no_machine() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    elsewhere = [
        entry["resolved"]
        for entry in lock["packages"].values()
        if not entry.get("resolved", "https://registry.npmjs.org/").startswith("https://registry.npmjs.org/")
    ]
    assert elsewhere == []
    assert all("integrity" in entry for path, entry in lock["packages"].items() if path)


def test_nothing_of_gov_uk_s_own_brand_is_shipped() -> None:
    for file in (kit.STATIC / "build").glob("*.css"):
        text = file.read_text().lower()
        assert "gds transport" not in text
        assert "crest" not in text
        assert "crown" not in text.replace(".govuk-crown", "")


# Colours


def luminance(colour: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.03928 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("brand", "white"), ("ink", "brand-tint"), ("muted", "white"), ("muted", "brand-tint"), ("late", "white"),
        ("late", "late-tint"), ("risk", "risk-tint"), ("ok", "ok-tint"), ("now", "now-tint"), ("white", "brand"),
        ("white", "late"), ("white", "now"),
    ],
)  # fmt: skip
def test_text_can_be_read_on_its_ground(text: str, ground: str) -> None:
    source = (kit.HERE / "assets" / "styles" / "_palette.scss").read_text()
    colours = dict(re.findall(r"^\$sy-([a-z-]+): (#[0-9a-f]{6});", source, re.MULTILINE)) | {"white": "#ffffff"}
    light, dark = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


# Pages


PAGES = ["/?pesan=1", "/masuk?error=Salah", "/diagram", *(f"/galat/{name}" for name in gallery.ERRORS)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", PAGES)
def test_pages_hold_under_the_policy_and_are_sound(app: Flask, address: str, language: str) -> None:
    tree = page(app, f"{address}{'&' if '?' in address else '?'}bahasa={language}")
    assert tree.get("lang") == language
    assert tree.xpath("//style | //*[@style] | //script[not(@src)] | //iframe | //object") == []
    assert [name for node in tree.iter() for name in node.attrib if name.startswith(("on", "hx-on"))] == []
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert len(tree.xpath("//h1")) == 1
    assert tree.xpath("normalize-space(//title)") not in ("", "– SIMYANDU")
    for field in tree.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        assert tree.xpath("//label[@for=$id]", id=field.get("id")), html.tostring(field)
    for reference in tree.xpath("//@aria-labelledby | //@aria-describedby | //@aria-controls"):
        assert set(reference.split()) <= set(ids)
    for image in tree.xpath("//*[name()='svg']"):
        assert image.get("aria-hidden") == "true" or image.get("aria-label"), html.tostring(image)


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_wholly_in_the_language_that_was_asked_for(app: Flask, address: str) -> None:
    """What the kit itself says is English on an English page; terms of art and the cases' own words stay."""
    tree = page(app, f"{address}{'&' if '?' in address else '?'}bahasa=en")
    texts = tree.xpath("//*[not(self::script)]/text() | //@aria-label | //@*[starts-with(name(), 'data-t-')]")
    text = " ".join(texts)
    assert "Skip to the content" in text
    for word in ("Kembali", "Langsung", "Keluar", "Lisensi", "Apa yang bisa", "Kata sandi", "Terapkan", "Sedang"):
        assert word not in text


def test_signing_out_is_a_form(app: Flask) -> None:
    [form] = page(app, "/").xpath("//header//form")
    assert (form.get("method"), form.get("action")) == ("post", "/keluar")


def test_public_pages_load_the_small_files_only(app: Flask) -> None:
    tree = page(app, "/masuk")
    loaded = " ".join(tree.xpath("//link[@rel='stylesheet']/@href | //script/@src"))
    assert "public-" in loaded
    assert "app-" not in loaded
    assert "diagram-" not in loaded


KEYWORDS = ("running", "stopped", "late", "active", "done", "start", "gateway", "phase")
HOSTILE = "\"><img src=x onerror=alert(1)>&'{{7*7}}"


def poisoned(value: Any) -> Any:
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return (
            HOSTILE
            if value not in ("running", "stopped", "late", "active", "done", "start", "gateway", "phase")
            else value
        )
    if isinstance(value, dict):
        return {key: poisoned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [poisoned(item) for item in value]
    return value


def test_no_text_can_become_markup(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    clean = gallery.page_values()
    monkeypatch.setattr(gallery, "page_values", lambda: poisoned(clean))
    tree = page(app, "/")
    assert tree.xpath("//img") == []
    assert "{{7*7}}" in tree.text_content()
    assert [node for node in tree.iter() if any(name.startswith("on") for name in node.attrib)] == []


def test_late_is_a_word_and_not_only_a_colour(app: Flask) -> None:
    tree = page(app, "/")
    [bar] = tree.xpath("//*[contains(@class, 'sy-identity')][self::section]")
    assert "Terlambat" in bar.text_content()
    assert "terlambat 1,5 hari kerja" in bar.text_content()
    for row in tree.xpath("//tr[contains(@class, 'sy-row--late')]"):
        assert "terlambat" in row.text_content().lower()


def test_bars_are_a_table_with_a_unit_and_keep_their_proportions(app: Flask) -> None:
    [figure] = page(app, "/").xpath("//figure[contains(@class, 'sy-figure')]")
    assert "hari kerja" in figure.xpath("string(.//caption)")
    widths = [float(width.rstrip("%")) for width in figure.xpath(".//*[name()='rect']/@width")]
    assert widths == [100.0, 32.8, 6.2]
    assert figure.xpath(".//td[contains(@class, 'value')]/text()") == ["6,4", "2,1", "0,4"]


# Languages


def test_the_language_is_remembered(app: Flask) -> None:
    client = app.test_client()
    assert 'lang="id"' in client.get("/masuk").get_data(as_text=True)
    assert 'lang="en"' in client.get("/masuk?bahasa=en").get_data(as_text=True)
    assert 'lang="en"' in client.get("/masuk").get_data(as_text=True)
    assert 'lang="en"' in client.get("/masuk?bahasa=klingon").get_data(as_text=True)
    assert 'lang="id"' in client.get("/masuk?bahasa=id").get_data(as_text=True)


def test_the_switch_keeps_the_rest_of_the_address(app: Flask) -> None:
    with app.test_request_context("/masuk?q=toko+roti&jenis=HO&jenis=SIUP&bahasa=id"):
        assert kit.language_url("en") == "/masuk?q=toko+roti&jenis=HO&jenis=SIUP&bahasa=en"


def test_everything_the_kit_says_has_an_english_word() -> None:
    with (kit.CATALOGUES / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file)
    mine = ("kit.py", "templates/base.html", "templates/kit/", "templates/errors/")
    found = 0
    for source, line, message, _, _ in extract_from_dir(
        str(kit.HERE), [("**.py", "python"), ("templates/**.html", "jinja2")]
    ):
        if not source.replace("\\", "/").startswith(mine):
            continue
        found += 1
        entry = catalogue.get(message[0] if isinstance(message, tuple) else message)
        where = f"{source}:{line} {message!r}"
        assert entry is not None, where
        texts = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        assert all(texts), where
        assert not entry.fuzzy, where
        names = set(re.findall(r"%\((\w+)\)s", entry.id if isinstance(entry.id, str) else entry.id[0]))
        assert all(set(re.findall(r"%\((\w+)\)s", text)) == names for text in texts), where
    assert found > 100


def test_catalogues_are_compiled_when_they_are_older_than_their_source(tmp_path: Path) -> None:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Tugas"\nmsgstr "Tasks"\n'
    )
    assert kit.compile_catalogues(tmp_path) == [folder / "messages.mo"]
    assert b"Tasks" in (folder / "messages.mo").read_bytes()
    assert kit.compile_catalogues(tmp_path) == []
    assert [file.name for file in folder.iterdir() if file.suffix == ".tmp"] == []


def test_moments_of_any_zone_are_one_moment(app: Flask) -> None:
    tokyo = gallery.MOMENT.astimezone(timezone(timedelta(hours=9)))
    assert said(app, "id", kit.tanggal, tokyo) == said(app, "id", kit.tanggal, gallery.MOMENT)
