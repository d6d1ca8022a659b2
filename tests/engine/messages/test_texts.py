"""The words of messages: every template that something names exists in both languages, is whole, and fits."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from engine.messages.texts import SMS_LENGTH, TextError, template_names, write_message
from engine.messages.words import LANGUAGES
from engine.settings import ROOT
from tests.engine.messages.conftest import FACTS

PROCESSES = ROOT / "processes"
LINK = "https://simyandu.example/undangan/12.satpol_pp.AbCdEfGhIjKlMnOpQrStUv"
TEMPLATES = sorted(template_names(PROCESSES))
_OPERATOR = re.compile(r'serviceTaskOperator id="notifikasi/kirim".*?</spiffworkflow:serviceTaskOperator>', re.DOTALL)
_NAMED = re.compile(r"""id="templat"[^>]*value="'([^']+)'\"""")


def named_by_diagrams() -> set[str]:
    return {
        name
        for diagram in PROCESSES.glob("*/*.bpmn")
        for operator in _OPERATOR.findall(diagram.read_text(encoding="utf-8"))
        for name in _NAMED.findall(operator)
    }


def named_by_code() -> set[str]:
    """Third argument of `unit.send`, fourth of `send_invitations`, where they are written out; and the default."""
    found = {"umum"}
    for path in (ROOT / "engine").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = {"send": 2, "send_invitations": 3}.get(name)
            if place is not None and len(node.args) > place and isinstance(node.args[place], ast.Constant):
                found.add(str(node.args[place].value))
    return found


def test_every_template_that_is_named_exists() -> None:
    named = named_by_diagrams() | named_by_code()
    assert {"resi", "tagihan", "undangan_rapat", "rapat_dipindah", "ingatkan", "izin_siap", "siup_dicabut"} <= named
    assert sorted(named - set(TEMPLATES)) == []


def test_every_file_is_a_template_in_every_language() -> None:
    files = {path.name for path in (PROCESSES / "shared" / "pesan").iterdir()}
    assert files == {f"{name}.{language}.txt" for name in TEMPLATES for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_message_is_whole_and_a_telephone_shows_it(template: str, language: str) -> None:
    message = write_message(PROCESSES, template, language, {**FACTS, "tautan": LINK}, "BPPT Kota Bekasi")
    for text in (message.subject, message.short, message.body.replace("\n-- \n", "")):
        assert text.strip() and "{" not in text and "  -" not in text and not re.search(r"(^|\s)-(\s|$)", text), text
    assert len(message.short) <= SMS_LENGTH and "\n" not in message.subject + message.short
    assert "+00:00" not in message.body, "moments are dates that people read"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_message_with_hardly_any_facts_can_still_be_sent(template: str, language: str) -> None:
    facts = {"resi": None, "kode": "HO", "izin": "Izin", "pemohon": "Sari", "langkah": [], "waktu": None}
    message = write_message(PROCESSES, template, language, facts, "BPPT")
    assert message.subject and message.short and message.body


def test_a_bill_says_how_much_where_and_until_when() -> None:
    body = write_message(PROCESSES, "tagihan", "id", FACTS, "BPPT Kota Bekasi").body
    assert "Rp432.000" in body and "11041610000001" in body and "Jumat, 5 Februari 2016" in body
    english = write_message(PROCESSES, "tagihan", "en", FACTS, "BPPT Kota Bekasi").body
    assert "Rp432.000" in english and "Friday, 5 February 2016" in english


def test_english_times_are_those_of_bekasi() -> None:
    body = write_message(PROCESSES, "undangan_rapat", "en", FACTS, "BPPT").body
    assert "Time: Tuesday, 12 January 2016, 09:30 WIB" in body


def test_a_long_sms_is_cut_before_its_link() -> None:
    facts = {**FACTS, "tempat": "Ruang " * 80, "tautan": LINK}
    short = write_message(PROCESSES, "undangan_rapat", "id", facts, "BPPT Kota Bekasi").short
    assert len(short) <= SMS_LENGTH and short.endswith(f"... {LINK}")
    long = write_message(PROCESSES, "ingatkan", "id", {**FACTS, "langkah": ["Verifikasi"] * 90}, "BPPT").short
    assert len(long) <= SMS_LENGTH and long.endswith("...")


def test_what_an_applicant_is_called_cannot_break_a_subject_or_run() -> None:
    facts = {**FACTS, "resi": "A\r\nBcc: x@y", "pemohon": "{{ kantor }}<b>"}
    message = write_message(PROCESSES, "resi", "id", facts, "BPPT")
    assert message.subject == "Resi A Bcc: x@y"
    assert "{{ kantor }}<b>" in message.body


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("Perihal: A\n\nisi", "SMS"),
        ("Perihal: A\nSMS: b", "isi"),
        ("Perihal: A\nSMS: b\nTujuan: c\n\nisi", "Tujuan"),
        ("Perihal: {{ a.__class__() }}\nSMS: b\n\nisi", "tidak diperbolehkan"),
        ("Perihal: {{ }\nSMS: b\n\nisi", "perihal"),
        ("Perihal: A\nSMS: b\n\n{% for x in resi %}{{ x }}{% endfor %}", "perulangan"),
    ],
)
def test_words_that_cannot_be_used_say_why(tmp_path: Path, content: str, words: str) -> None:
    folder = tmp_path / "shared" / "pesan"
    folder.mkdir(parents=True)
    (folder / "uji.id.txt").write_text(content)
    with pytest.raises(TextError, match=words):
        write_message(tmp_path, "uji", "id", FACTS, "BPPT")


def test_words_are_read_anew_when_the_file_changes(tmp_path: Path) -> None:
    folder = tmp_path / "shared" / "pesan"
    folder.mkdir(parents=True)
    for number in (1, 2):
        (folder / "uji.id.txt").write_text(f"Perihal: {'Halo ' * number}\nSMS: b\n\nisi")
        assert write_message(tmp_path, "uji", "id", {}, "BPPT").subject == " ".join(["Halo"] * number)
