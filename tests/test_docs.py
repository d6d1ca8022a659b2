"""README and handbooks: what they name is there."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from PIL import Image

from engine.cli import simyandu
from engine.permissions import ROLES
from engine.settings import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "processes").glob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
MOST_BYTES = 120_000


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(FENCED.sub("", text(page))):
        if not target.startswith(("http://", "https://", "#")):
            assert (page.parent / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_exist(page: Path) -> None:
    """`simyandu X Y --option`: the words lead through the groups, and the options are the command's own."""
    for line in re.findall(r"(?<![\w/.-])(?:\.venv/bin/)?simyandu ([a-z][^\n`|]*)", text(page)):
        command: click.Command = simyandu
        words = line.split("#")[0].split()
        context = click.Context(simyandu)
        while words and isinstance(command, click.Group):
            if words[0].isupper() or not re.fullmatch(r"[a-z]+", words[0]):
                break
            found = command.get_command(context, words.pop(0))
            assert found is not None, f"simyandu {line}"
            command = found
        known = {option for parameter in command.params for option in parameter.opts}
        for word in words:
            if word.startswith("--") and word != "--help":
                assert word.split("=")[0].rstrip(".,;:)") in known, f"simyandu {line}"


def test_the_table_of_commands_is_whole() -> None:
    told = {words.split()[0] for words in re.findall(r"`simyandu ([a-z ]+)`", text(ROOT / "README.md"))}
    assert set(simyandu.list_commands(click.Context(simyandu))) <= told  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_targets_of_make_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text(ROOT / "Makefile"), re.MULTILINE))
    named = re.findall(r"(?:^|`)make ([a-z-]+)", text(page), re.MULTILINE)
    assert set(named) <= targets


def test_settings_named_are_read() -> None:
    """Variables of one family are read by their common beginning, as SIMYANDU_SMS."""
    code = "".join(text(path) for path in (ROOT / "engine").rglob("*.py"))
    known = set(re.findall(r"SIMYANDU_[A-Z_]*[A-Z]", code))
    for page in PAGES:
        for variable in re.findall(r"`(SIMYANDU_[A-Z_]*[A-Z])", text(page)):
            assert any(f"{variable}_".startswith(f"{one}_") for one in known), f"{name(page)}: {variable}"


@pytest.mark.parametrize("role", [*ROLES.values(), "Pemohon"])
def test_every_role_has_a_page_with_a_picture(role: str) -> None:
    """The index of the handbook names each role of engine.permissions as the pages do, and leads to its page."""
    index = ROOT / "docs" / "panduan" / "README.md"
    rows = [line for line in text(index).splitlines() if line.startswith(f"| {role}")]
    assert len(rows) == 1, role
    [page] = LINK.findall(rows[0])
    assert re.search(r"!\[[^\]]+\]\(\.\./gambar/", text(index.parent / page)), page


def test_every_page_of_the_handbook_is_in_its_index() -> None:
    folder = ROOT / "docs" / "panduan"
    named = set(LINK.findall(text(folder / "README.md")))
    assert named == {page.name for page in folder.glob("*.md")} - {"README.md"}


def test_pictures_are_small_and_used() -> None:
    used = {(page.parent / target).resolve() for page in PAGES for target in LINK.findall(text(page))}
    pictures = sorted((ROOT / "docs" / "gambar").glob("*.png"))
    assert pictures
    for picture in pictures:
        assert picture.resolve() in used, picture.name
        assert picture.stat().st_size <= MOST_BYTES, picture.name
        with Image.open(picture) as opened:
            assert opened.width in (360, 1280), picture.name
