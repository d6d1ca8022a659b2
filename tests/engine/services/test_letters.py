"""Templates look at facts and do nothing else; money, dates and messages read as Indonesians write them; the resi."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.letters import LetterError, fill, make_renderer, template_problems
from engine.letters.qr import qr_data_uri
from engine.letters.resi import draw_resi
from engine.letters.templates import Answers
from engine.letters.words import angka, hari_tanggal, rupiah, tanggal, terbilang, waktu
from tests.engine.services.test_renderers import pictures, text_of


def filled(template: str, others: dict[str, str] | None = None, **facts: Any) -> str:
    return fill("surat.html", {"surat.html": template, **(others or {})}, facts)


# --- what a template may do ------------------------------------------------------------------------------------


def test_facts_are_put_in_and_escaped() -> None:
    assert filled("<b>{{ case.nama }}</b>", case={"nama": "PT <Maju> & Co"}) == "<b>PT &lt;Maju&gt; &amp; Co</b>"


def test_choices_and_loops() -> None:
    template = "{% for butir in daftar %}{{ loop.index }}. {{ butir }}{% if not loop.last %}, {% endif %}{% endfor %}"
    assert filled(template, daftar=["KTP", "NPWP"]) == "1. KTP, 2. NPWP"


def test_money_and_dates() -> None:
    template = "{{ a|rupiah }} {{ a|terbilang }}; {{ d|tanggal }}; {{ m|waktu }}; {{ x|angka }}"
    moment = datetime(2016, 7, 6, 7, 30, tzinfo=UTC)
    assert filled(template, a=187625, d="2016-07-06", m=moment, x=0.3125) == (
        "Rp187.625 seratus delapan puluh tujuh ribu enam ratus dua puluh lima; "
        "6 Juli 2016; Rabu, 6 Juli 2016 14.30 WIB; 0,3125"
    )


def test_an_answer_that_was_not_asked_is_a_dash_and_counts_as_false() -> None:
    template = "{{ data.alamat }}{% if data.alamat %} ada{% endif %} {{ data.kota|default('Bekasi') }}"
    assert filled(template, data=Answers()) == "- Bekasi"


@pytest.mark.parametrize(
    "template", ["{{ nomer }}", "{{ case.nomer }}", "{% if nomer %}x{% endif %}", "{{ daftar[5] }}"]
)
def test_any_other_name_that_is_not_there_is_told(template: str) -> None:
    with pytest.raises(LetterError, match="surat surat.html"):
        filled(template, case={"nomor": "1"}, daftar=["a"])


def test_one_level_of_shared_parts() -> None:
    others = {"kop.html": "<header>{{ office }}</header>", "dasar.html": "[{% block isi %}{% endblock %}]"}
    assert filled("{% include 'kop.html' %}Isi", others, office="BPPT") == "<header>BPPT</header>Isi"
    assert filled("{% extends 'dasar.html' %}{% block isi %}Isi{% endblock %}", others) == "[Isi]"


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ case.__class__ }}", "surat surat.html"),
        ("{{ case['__class__'] }}", "surat surat.html"),
        ("{{ ''.__class__.__mro__ }}", "surat surat.html"),
        ("{{ case.keys() }}", "Call tidak diperbolehkan"),
        ("{{ '{:999999999}'.format(1) }}", "Call tidak diperbolehkan"),
        ("{{ range(10) }}", "Call tidak diperbolehkan"),
        ("{{ lipsum }}", "surat surat.html"),
        ("{% macro m() %}x{% endmacro %}", "Macro tidak diperbolehkan"),
        ("{% import 'kop.html' as k %}", "Import tidak diperbolehkan"),
        ("{% from 'kop.html' import k %}", "FromImport tidak diperbolehkan"),
        ("{{ case|attr('nama') }}", "attr"),
        ("{{ case|safe }}", "safe"),
        ("{{ 'a' * 10 }}", "hanya untuk angka"),
        ("{{ 9 ** 9 }}", "hanya untuk angka"),
        ("{{ '%99999999d' % 1 }}", "hanya untuk angka"),
        ("{{ nomor + 'x' }}", "hanya untuk angka"),
        ("{% for a in 'teks' %}x{% endfor %}", "hanya atas daftar"),
        ("{% for a in panjang %}x{% endfor %}", "hanya atas daftar sampai 500"),
        (
            "{% for a in d %}{% for b in d %}{% for c in d %}x{% endfor %}{% endfor %}{% endfor %}",
            "lebih dari 2 tingkat",
        ),
        ("{% include nomor %}", "nama tetap"),
        ("{% include 'hilang.html' %}", "tidak ada surat bernama hilang.html"),
        ("{% include 'dua.html' %}", "satu tingkat"),
        ("{% include 'surat.html' %}", "satu tingkat"),
        ("{% if %}", "baris 1"),
        ("a\n{{ x", "baris 2"),
        ("{{ nomor / 0 }}", "surat surat.html"),
        ("x" * 200_001, "terlalu panjang"),
    ],
)
def test_a_template_that_wants_more_is_refused(template: str, words: str) -> None:
    facts = {"case": {"nama": "x"}, "nomor": 5, "d": [1, 2], "panjang": list(range(501))}
    with pytest.raises(LetterError, match=words):
        filled(template, {"kop.html": "K", "dua.html": "{% include 'kop.html' %}"}, **facts)


def test_problems_are_found_without_facts() -> None:
    assert template_problems("surat.html", {"surat.html": "{{ case.nama|rupiah }}"}) == []
    [problem] = template_problems("surat.html", {"surat.html": "\n{{ case.keys() }}"})
    assert problem == "surat surat.html, baris 2: Call tidak diperbolehkan dalam surat"
    assert template_problems("lain.html", {}) == ["tidak ada surat bernama lain.html dalam berkas SOP"]


def test_the_longest_loops_end_soon() -> None:
    template = "{% for a in d %}{% for b in d %}{{ a }}{% endfor %}{% endfor %}"
    began = time.monotonic()
    assert len(filled(template, d=["x"] * 500)) == 250_000
    with pytest.raises(LetterError, match="terlalu panjang"):
        filled(template, d=["x" * 100] * 500)
    assert time.monotonic() - began < 5


@given(st.text(max_size=80))
def test_random_templates_do_nothing_worse(text: str) -> None:
    for template in (text, "{{ " + text + " }}", "{% " + text + " %}"):
        try:
            assert isinstance(filled(template, case={"nama": "x"}), str)
        except LetterError as error:
            assert str(error)


# --- words -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nol"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (19, "sembilan belas"),
        (100, "seratus"),
        (111, "seratus sebelas"),
        (1000, "seribu"),
        (1999, "seribu sembilan ratus sembilan puluh sembilan"),
        (21_000, "dua puluh satu ribu"),
        (101_000, "seratus satu ribu"),
        (1_000_000, "satu juta"),
        (2_000_000_001, "dua miliar satu"),
        (1_000_000_000_000, "satu triliun"),
    ],
)
def test_amounts_in_words(number: int, words: str) -> None:
    assert terbilang(number) == words


@given(st.integers(0, 10**15 - 1))
def test_amounts_in_words_say_the_amount(number: int) -> None:
    assert _read(terbilang(number)) == number


def _read(words: str) -> int:
    """The other way round, by another road: tens and hundreds are gathered, larger words close the group."""
    units = ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"]
    sizes = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12}
    total = group = digit = 0
    for word in words.replace("seribu", "satu ribu").replace("seratus", "satu ratus").split():
        if word in units:
            digit = units.index(word)
        elif word in ("sepuluh", "sebelas"):
            group += 10 + (word == "sebelas")
        elif word == "belas":
            group, digit = group + 10 + digit, 0
        elif word in ("puluh", "ratus"):
            group, digit = group + digit * (10 if word == "puluh" else 100), 0
        else:
            total, group, digit = total + (group + digit) * sizes[word], 0, 0
    return total + group + digit


def test_amounts_out_of_reach() -> None:
    for number in (-1, 10**15):
        with pytest.raises(ValueError, match="terbilang"):
            terbilang(number)


def test_rupiah_and_numbers() -> None:
    assert [rupiah(n) for n in (0, 999, 1000, 187625, -1500)] == ["Rp0", "Rp999", "Rp1.000", "Rp187.625", "-Rp1.500"]
    assert [angka(n) for n in (4500, 0.3125, 1234.5, 2.0, "x", True)] == [
        "4.500",
        "0,3125",
        "1.234,5",
        "2",
        "x",
        "True",
    ]


def test_dates_are_those_of_bekasi() -> None:
    assert tanggal(datetime(2016, 7, 5, 17, 0, tzinfo=UTC)) == "6 Juli 2016"
    assert tanggal(datetime(2016, 7, 5, 16, 59, tzinfo=UTC)) == "5 Juli 2016"
    assert hari_tanggal("2016-09-27") == "Selasa, 27 September 2016"
    assert waktu("2016-01-12T09:30:00+07:00") == "Selasa, 12 Januari 2016 09.30 WIB"
    assert tanggal("secepatnya") == "secepatnya"


# --- resi ------------------------------------------------------------------------------------------------------

RESI = {
    "resi": "BPPT-2016-000123",
    "public_code": "ABCDE23456",
    "nama_izin": "Izin Gangguan (HO)",
    "varian": "Baru",
    "pemohon": "PT Maju & Jaya",
    "diterima": datetime(2016, 1, 6, 3, 0, tzinfo=UTC),
    "janji": datetime(2016, 1, 15, 3, 0, tzinfo=UTC),
    "janji_hk": 7,
    "persyaratan": ["Fotokopi KTP", "Denah lokasi"],
    "url": "https://simyandu.example/lacak/BPPT-2016-000123",
    "office_name": "BPPT Kota Bekasi",
}


@pytest.mark.parametrize("name", ["weasyprint", "wkhtmltopdf"])
def test_a_resi_says_all_that_it_must(name: str) -> None:
    drawn = draw_resi(RESI, make_renderer(name))
    words = text_of(drawn)
    for wanted in (
        "BPPT-2016-000123",
        "ABCDE23456",
        "Izin Gangguan (HO) (Baru)",
        "PT Maju & Jaya",
        "Rabu, 6 Januari 2016 10.00 WIB",
        "Jumat, 15 Januari 2016",
        "7 hari kerja",
        "Fotokopi KTP",
        "Denah lokasi",
        "https://simyandu.example/lacak/BPPT-2016-000123",
    ):
        assert wanted in words
    assert pictures(drawn) == 1


def test_a_resi_while_the_clock_stands_promises_days_and_no_date() -> None:
    words = text_of(draw_resi({**RESI, "janji": None, "persyaratan": []}))
    assert "7 hari kerja. Jam layanan sedang berhenti" in words
    assert "15 Januari" not in words
    assert "Tidak ada berkas." in words


def test_a_resi_lacking_something_is_not_drawn() -> None:
    with pytest.raises(KeyError, match="janji, persyaratan"):
        draw_resi({key: value for key, value in RESI.items() if key not in ("janji", "persyaratan")})


def test_a_qr_code_has_bounds() -> None:
    assert qr_data_uri("https://x").startswith("data:image/png;base64,")
    for text in ("", "x" * 501):
        with pytest.raises(ValueError, match="500"):
            qr_data_uri(text)
